//! Readers: one file format each, from text to facts.
//!
//! A reader sees one file and cannot fail: what it does not understand becomes a
//! `problem`, and what it needs to see besides becomes a [`Request`].

mod artifact;
mod cache;
mod comment;
mod outside;
mod pipeline;
mod tarball;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::cdk;
use crate::facts::{Facts, Header, Problem};
use crate::handler::module_files;
use crate::literal::Script;
use crate::lock_use::Call;
use crate::source::{SourceId, Span};
use crate::syntax::{Document, SyntaxError, conflict};
use crate::value::Value;

/// What makes a tree of a text: `syntax::toml::parse` and its kin.
pub type Parse = fn(SourceId, &Arc<str>) -> Result<Document, SyntaxError>;

pub(crate) use artifact::{Listed, digests, note as note_artifacts};
pub(crate) use cache::note as note_cache;
pub(crate) use comment::suppressions;
pub(crate) use pipeline::{MOST, Variables, image, is_plain, loaded_as, unread};
pub(crate) use tarball::{Tarball, note as note_tarball};

/// Declares the reader modules and lists their readers, in the order in which they are asked.
macro_rules! readers {
    ($($name:ident),* $(,)?) => {
        $(pub mod $name;)*

        /// All readers. Each whose claim holds reads the file.
        pub const READERS: &[&Reader] = &[$(&$name::READER),*];
    };
}

readers! {
    pre_commit,
    dockerfile,
    github,
    gitlab,
    circleci,
    azure_pipelines,
    bitbucket,
    codebuild,
    travis,
    buildkite,
    drone,
    cloud_build,
    appveyor,
    unread_pipeline,
    compose,
    kubernetes,
    ansible,
    workbench,
    hosting,
    chart,
    wrapper,
    checkers,
    mise_lock,
    actions_lock,
    dependabot,
    renovate,
    makefile,
    justfile,
    taskfile,
    mise_tasks,
    nox,
    package_scripts,
    shell_script,
    assembly,
    tox,
    instructions,
    pdm_lock,
    pipfile,
    pipfile_lock,
    poetry,
    requirements,
    chalice,
    cdk_app,
    cloudformation,
    include,
    dotenv,
    env_file,
    event_fixture,
    git_ignore,
    python_module,
    node_module,
    serverless,
    version_files,
    setup_cfg,
    cargo_config,
    cargo_lock,
    cargo_toml,
    package_json,
    package_lock,
    terraform,
    terraform_lock,
    pnpm_lock,
    pnpm_workspace,
    npmrc,
    hashed_file,
    yarn_berry,
    yarn_lock,
    yarnrc,
    bun_lock,
    pyproject,
    client_toml,
    composer_json,
    composer_lock,
    conda_environment,
    conda_lock,
    gemfile,
    gemfile_lock,
    go_mod,
    go_sum,
    go_vendor,
    pixi_lock,
    pixi_toml,
    pylock,
    script,
    uv,
    update_bot,
    uv_toml,
    zappa,
}

/// How many keys that stand twice are told one by one of a file.
const DOUBLED_KEYS: usize = 20;

/// Whether a reader wants a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// No.
    No,
    /// Yes, by its name.
    Yes,
    /// Yes, if its text contains one of these.
    IfContains(&'static [&'static str]),
    /// The same for a name that promises such a text, so that it is told when there is none to be had.
    Expected(&'static [&'static str]),
}

impl Claim {
    /// Whether the name alone tells that the file matters.
    pub fn is_certain(self) -> bool {
        matches!(self, Self::Yes | Self::Expected(_))
    }

    /// Whether a file with this text is wanted.
    pub fn holds(self, text: &str) -> bool {
        match self {
            Self::No => false,
            Self::Yes => true,
            Self::IfContains(needles) | Self::Expected(needles) => {
                needles.iter().any(|needle| memchr::memmem::find(text.as_bytes(), needle.as_bytes()).is_some())
            }
        }
    }
}

/// A file as a reader sees it.
#[derive(Debug)]
pub struct File<'a> {
    /// Path from the root, with `/`.
    pub path: &'a Arc<str>,
    /// Its text, without a byte order mark; line ends as they are.
    pub text: &'a Arc<str>,
    /// Its id, for places.
    pub source: SourceId,
}

impl File<'_> {
    /// The directory of the file, from the root; empty for the root.
    pub fn directory(&self) -> &str {
        crate::path::directory(self.path)
    }

    /// The file's name.
    pub fn file_name(&self) -> &str {
        crate::path::file_name(self.path)
    }

    /// The place of a range of bytes.
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.source, range)
    }

    /// The header of a fact of this file.
    pub fn header(&self, name: impl Into<Box<str>>, span: Span) -> Header {
        Header::new(self.path, name, span)
    }

    /// The header of a fact called `path#part`.
    pub fn part(&self, part: &str, span: Span) -> Header {
        self.header(format!("{}#{part}", self.path), span)
    }
}

/// A wish to see another file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// Path from the root, with `/`.
    pub path: String,
    /// The name of the reader that is to read it.
    pub reader: &'static str,
}

/// What a reader returns.
#[derive(Debug, Clone, Default)]
pub struct Output {
    /// Facts, problems among them.
    pub facts: Facts,
    /// Other files that are needed to understand this one. Files that do not exist are passed over.
    pub requests: Vec<Request>,
}

impl Output {
    /// Asks for another file.
    pub fn request(&mut self, path: impl Into<String>, reader: &'static str) {
        self.requests.push(Request { path: path.into(), reader });
    }

    /// Asks for the `.gitignore` files that may say what git passes over below the file's directory.
    pub fn request_ignore_files(&mut self, file: &File<'_>) {
        for directory in crate::path::ancestors(file.directory()) {
            if let Some(path) = crate::path::join(directory, ".gitignore") {
                self.request(path, git_ignore::READER.name);
            }
        }
    }

    /// Notes a problem with the file.
    pub fn problem(&mut self, file: &File<'_>, reader: &Reader, trouble: &str, explanation: String, span: Span) {
        // A file of a project template need not be what it will be once it is filled in.
        let trouble = if trouble == "syntax" && file.path.contains("{{") { "template" } else { trouble };
        self.facts.add(Problem::new(file.header(&**file.path, span), trouble, reader.role, reader.name, explanation));
    }

    /// The file as a tree. Conflict markers, a text that is no tree, and keys that stand twice become problems.
    pub fn tree(&mut self, file: &File<'_>, reader: &Reader, parse: Parse) -> Option<Document> {
        if self.conflict(file, reader) {
            return None;
        }
        let document = match parse(file.source, file.text) {
            Ok(document) => document,
            Err(error) => {
                self.syntax_error(file, reader, &error);
                return None;
            }
        };
        let doubled = document.duplicate_keys();
        for (_, second) in doubled.iter().take(DOUBLED_KEYS) {
            let key = document.text().get(second.range()).unwrap_or_default().trim_matches(['"', '\'']);
            self.problem(file, reader, "duplicate-key", format!("the key `{key}` stands twice"), *second);
        }
        if let Some((_, next)) = doubled.get(DOUBLED_KEYS) {
            let more = doubled.len() - DOUBLED_KEYS;
            self.problem(file, reader, "duplicate-key", format!("{more} more keys from here on stand twice"), *next);
        }
        Some(document)
    }

    /// Notes the merge conflicts that git left in the file, if there are any, as one problem at the first of them.
    pub fn conflict(&mut self, file: &File<'_>, reader: &Reader) -> bool {
        let all = conflict::all(file.text);
        let Some(first) = all.first() else { return false };
        let (begin, end) = (first.begin.clone(), first.end.clone());
        let [ours, theirs] = [&begin, &end].map(|marker| conflict::side(file.text, marker.clone()));
        let count =
            if all.len() == 1 { "a merge conflict".to_owned() } else { format!("{} merge conflicts", all.len()) };
        let explanation = format!("{count} between {ours} and {theirs}");
        self.problem(file, reader, "merge-conflict", explanation, file.span(begin.clone()));
        if let Some(problem) = self.facts.problems.last_mut() {
            problem.ours = Value::written(format!("{ours} begins here"), file.span(begin));
            problem.theirs = Value::written(format!("{theirs} ends here"), file.span(end));
        }
        true
    }

    /// Notes that the file is no tree.
    pub fn syntax_error(&mut self, file: &File<'_>, reader: &Reader, error: &SyntaxError) {
        let span = file.span(error.start..error.end);
        self.problem(file, reader, "syntax", error.message.clone(), span);
    }
}

/// One file format.
#[derive(Debug)]
pub struct Reader {
    /// Its name in `coverage.by_reader` and in problems.
    pub name: &'static str,
    /// What its files are: lockfile, manifest, template, workflow, source, configuration, version-file, other.
    pub role: &'static str,
    /// Whether it wants the file at a path.
    pub claims: fn(&str) -> Claim,
    /// Reads the file.
    pub read: fn(&File<'_>, &mut Output),
}

/// Asks for the files that hold the recipes which the commands of a file run.
pub fn recipes(output: &mut Output) {
    let mut wanted = Vec::new();
    for step in &output.facts.steps {
        let (Some(call), Some(directory)) = (&step.call, step.directory.known()) else { continue };
        wanted.extend(call.files(directory).into_iter().map(|path| (path, reader_of(call.runner))));
    }
    wanted.extend(alternatives(output));
    for instruction in output.facts.instructions.iter().filter(|one| !one.task.is_empty()) {
        wanted.extend(instruction.files.iter().map(|path| (path.clone(), reader_of(&instruction.runner))));
    }
    for (path, reader) in wanted {
        output.request(path, reader);
    }
}

/// The files beside a check of CI in which a task may run the same.
fn alternatives(output: &Output) -> BTreeSet<(String, &'static str)> {
    let checks =
        output.facts.steps.iter().filter(|step| step.is_in_ci() && matches!(step.checks.as_str(), "lint" | "test"));
    let directories: BTreeSet<&String> = checks.filter_map(|step| step.directory.known()).collect();
    let files = |directory: &&String| {
        let of_runner = |runner: &'static str| {
            let call = Call { runner, names: Vec::new(), directory: String::new(), file: None };
            call.files(directory).into_iter().map(move |path| (path, reader_of(runner)))
        };
        ["make", "just", "task", "package-script"].into_iter().flat_map(of_runner).collect::<Vec<_>>()
    };
    directories.iter().flat_map(files).collect()
}

/// The reader of the files of a task runner.
fn reader_of(runner: &str) -> &'static str {
    match runner {
        "make" => makefile::READER.name,
        "just" => justfile::READER.name,
        "package-script" => package_scripts::READER.name,
        "tox" => tox::READER.name,
        "nox" => nox::READER.name,
        "task" => taskfile::READER.name,
        "mise" => mise_tasks::READER.name,
        _ => shell_script::READER.name,
    }
}

/// What reads a module as a program of infrastructure: `pysource::script` and its kin.
type ReadScript = fn(&str, &dyn Fn(&str) -> bool) -> Option<Script>;

/// What a module of an app makes, when it is one; asks for the handlers of its functions.
fn infrastructure(file: &File<'_>, output: &mut Output, read: ReadScript) -> Option<Script> {
    if !cdk::is_part_of_app(file.text) {
        return None;
    }
    let script = read(file.text, &cdk::is_told)?;
    let runtimes = ["python", "nodejs"].map(str::to_owned);
    // Where the app is run is for others to say: in the module's directory or one above.
    for home in crate::path::ancestors(file.directory()) {
        let module = cdk::Module { path: file.path, source: file.source, script: &script, home: Some(home) };
        for lambda in module.functions() {
            for (path, reader) in module_files(&runtimes, lambda.handler.possible(), lambda.code.possible()) {
                output.request(path, reader);
            }
        }
    }
    Some(script)
}

/// The weakest of some hash algorithms.
pub(crate) fn weakest<'a>(algorithms: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    algorithms.max_by_key(|algorithm| match *algorithm {
        "md5" => 3,
        "sha1" => 2,
        "sha224" => 1,
        _ => 0,
    })
}

/// The reader of a name.
pub fn reader(name: &str) -> Option<&'static Reader> {
    READERS.iter().copied().find(|reader| reader.name == name)
}

/// A value as the tables of tests show it: `-` where it is not known.
#[cfg(test)]
pub(crate) fn known<T: ToString>(value: &Value<T>) -> String {
    value.known().map_or_else(|| "-".to_owned(), ToString::to_string)
}

/// A level as the tables of tests show it.
#[cfg(test)]
pub(crate) fn level(value: &Value<crate::facts::Count>) -> String {
    value.known().map_or_else(|| "-".to_owned(), |level| level.0.to_string())
}

/// Reads one text with one reader, apart from any tree: for tests and fuzzing.
pub fn read_alone(reader: &Reader, path: &str, text: &str) -> Output {
    let path: Arc<str> = path.into();
    let text: Arc<str> = text.into();
    let mut output = Output::default();
    (reader.read)(&File { path: &path, text: &text, source: SourceId::FIRST }, &mut output);
    output
}

#[cfg(test)]
mod tests;
