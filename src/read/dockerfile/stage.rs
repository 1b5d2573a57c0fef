//! The stages of a Dockerfile: what each starts from, and which of them end in the image.

use std::collections::BTreeMap;
use std::ops::Range;

use parse_dockerfile::{CopyInstruction, Flag, Instruction, Source};

use super::arguments::{Defaults, pairs, resolve};
use crate::facts::{Image, Step, Toolchain};
use crate::lock_use::SYSTEM;
use crate::path;
use crate::pin::image;
use crate::read::{File, Output};
use crate::sample::is_workbench;
use crate::steps::{Job, Purpose};
use crate::value::Value;

/// Files that say of a directory that it holds a project.
const MANIFESTS: &[&str] = &[
    "package.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "pyproject.toml", "uv.lock",
    "poetry.lock", "pdm.lock", "Pipfile", "Pipfile.lock", "requirements.txt", "setup.py", "Cargo.toml", "Cargo.lock",
    "go.mod", "go.sum", "Gemfile", "Gemfile.lock", "composer.json", "composer.lock",
];

/// A stage.
pub(super) struct Stage {
    /// Its name as given, or its number.
    pub(super) label: String,
    /// The stage it starts from.
    parent: Option<usize>,
    /// What it starts from, when that is no stage: the text, resolved or with the reason why not.
    image: Option<(Result<String, String>, Range<usize>)>,
    /// Its commands.
    pub(super) job: Job,
    /// Whether its commands are for a shell that we read.
    pub(super) shell: bool,
    /// The directory of the project it works on, from the root, as far as copies tell.
    pub(super) project: String,
    /// The working directory at which the project lies in the image, and the current one.
    pub(super) work: Option<(String, String)>,
    /// Whether files are copied into it.
    copies: bool,
    /// Whether it runs something, or takes in what may be a project.
    works: bool,
}

impl Stage {
    /// Whether it only carries files that were made elsewhere: what it starts from then says nothing of the project.
    fn only_carries(&self) -> bool {
        self.copies && !self.works
    }
}

/// One Dockerfile while it is read.
pub(super) struct Reading<'f> {
    pub(super) file: &'f File<'f>,
    pub(super) stages: Vec<Stage>,
    names: BTreeMap<String, usize>,
    globals: Defaults,
    /// Images that files are copied or mounted from.
    tools: Vec<(Result<String, String>, Range<usize>)>,
    escape: bool,
    /// Here-documents that stand behind other words: operator and end of the body.
    pub(super) bodies: Vec<(usize, usize)>,
}

impl<'f> Reading<'f> {
    pub(super) fn new(file: &'f File<'f>, bodies: Vec<(usize, usize)>) -> Self {
        let head = file.text.get(..file.text.len().min(400)).unwrap_or("").to_ascii_lowercase();
        let escape = head.lines().take_while(|line| line.starts_with('#')).any(|line| line.replace(' ', "") == "#escape=`");
        Self { file, stages: Vec::new(), names: BTreeMap::new(), globals: Defaults::new(), tools: Vec::new(), escape, bodies }
    }

    pub(super) fn instruction(&mut self, instruction: &Instruction<'_>, output: &mut Output) {
        match instruction {
            Instruction::Arg(arg) => self.argument(&arg.arguments.value),
            Instruction::From(from) => {
                let name = from.as_.as_ref().map(|(_, name)| name.value.as_ref());
                self.from(&from.image.value, from.image.span.clone(), name);
            }
            Instruction::Copy(copy) => self.copy(copy),
            Instruction::Env(env) => {
                for (name, value) in pairs(&env.arguments.value) {
                    if let Some(stage) = self.stages.last_mut() {
                        stage.job.set(&name, value.as_deref().unwrap_or(""));
                    }
                }
            }
            Instruction::Workdir(directory) => self.work_directory(&directory.arguments.value),
            Instruction::Shell(shell) => {
                let program = shell.arguments.first().map_or("", |program| program.value.as_ref());
                let name = path::file_name(program).to_ascii_lowercase();
                if let Some(stage) = self.stages.last_mut() {
                    stage.shell = matches!(name.as_str(), "bash" | "sh" | "ash" | "dash" | "zsh");
                }
            }
            Instruction::Run(run) => {
                for flag in &run.options {
                    self.mount(flag);
                }
                self.run(run, output);
                self.works();
            }
            Instruction::Cmd(_) | Instruction::Entrypoint(_) => self.works(),
            // It runs in the images that are built from this one, with the same words.
            Instruction::Onbuild(onbuild) => {
                if matches!(*onbuild.instruction, Instruction::Run(_) | Instruction::Copy(_)) {
                    self.instruction(&onbuild.instruction, output);
                }
            }
            _ => {}
        }
    }

    fn works(&mut self) {
        if let Some(stage) = self.stages.last_mut() {
            stage.works = true;
        }
    }

    fn argument(&mut self, text: &str) {
        for (name, value) in pairs(text) {
            let value = match value {
                Some(value) => resolve(&value, &self.globals).ok(),
                None => self.globals.get(&name).cloned().flatten(),
            };
            match self.stages.last_mut() {
                Some(stage) => {
                    if let Some(value) = &value {
                        stage.job.set(&name, value);
                    }
                }
                None => {
                    self.globals.insert(name, value);
                }
            }
        }
    }

    fn from(&mut self, text: &str, place: Range<usize>, name: Option<&str>) {
        let resolved = resolve(text, &self.globals);
        let parent = resolved.as_ref().ok().and_then(|name| self.names.get(&name.to_ascii_lowercase()).copied());
        let label = name.map_or_else(|| self.stages.len().to_string(), ToOwned::to_owned);
        let mut job = Job::new(self.file.path, "dockerfile", &label, false);
        job.is_for(if is_workbench(self.file.path) { Purpose::Develop } else { Purpose::Image });
        let (mut project, mut work) = (self.file.directory().to_owned(), None);
        let mut shell = !self.escape;
        if let Some(parent) = parent.map(|at| &self.stages[at]) {
            (project, work, shell) = (parent.project.clone(), parent.work.clone(), parent.shell);
        }
        let is_image = parent.is_none() && resolved.as_deref() != Ok("scratch");
        let image = is_image.then_some((resolved, place));
        if let Some(name) = name {
            self.names.insert(name.to_ascii_lowercase(), self.stages.len());
        }
        if let Some(parent) = parent {
            self.stages[parent].works = true;
        }
        self.stages.push(Stage { label, parent, image, job, shell, project, work, copies: false, works: false });
    }

    fn copy(&mut self, copy: &CopyInstruction<'_>) {
        let from = copy.options.iter().find(|flag| flag.name.value == "from").and_then(|flag| flag.value.as_ref());
        if let Some(from) = from {
            return self.foreign(&from.value, from.span.clone());
        }
        let directory = self.file.directory();
        for source in &copy.src {
            let Source::Path(source) = source else { continue };
            let name = path::file_name(&source.value);
            let is_manifest = MANIFESTS.iter().any(|manifest| is_named(name, manifest));
            if let Some(stage) = self.stages.last_mut() {
                stage.copies = true;
                stage.works |= is_manifest || takes_in(&source.value);
            }
            if is_manifest
                && let Some(project) = path::join(directory, path::directory(&source.value))
                && let Some(stage) = self.stages.last_mut()
            {
                stage.project = project;
                stage.work = stage.work.take().map(|(_, current)| (current.clone(), current));
            }
        }
    }

    /// `--mount=type=bind,from=image,...`
    fn mount(&mut self, flag: &Flag<'_>) {
        let Some(value) = flag.value.as_ref().filter(|_| flag.name.value == "mount") else { return };
        let from = value.value.split(',').find_map(|part| part.strip_prefix("from="));
        if let Some(from) = from {
            self.foreign(from, value.span.clone());
        }
    }

    /// An image, unless it is the name or number of a stage.
    fn foreign(&mut self, text: &str, place: Range<usize>) {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number || self.names.contains_key(&text.to_ascii_lowercase()) {
            return;
        }
        let known = resolve(text, &self.globals).and_then(|name| {
            // A build may be given directories by name: `--build-context src=..`.
            let is_bare = !name.contains(['/', ':', '@']) && !image::is_official(&name);
            if is_bare { Err(format!("`{name}` may be a directory that the build is given")) } else { Ok(name) }
        });
        self.tools.push((known, place));
    }

    fn work_directory(&mut self, text: &str) {
        let Some(stage) = self.stages.last_mut() else { return };
        let text = text.trim_matches(['"', '\'']).trim_end_matches('/');
        let absolute = match (&stage.work, text.starts_with('/')) {
            (_, true) => text.to_owned(),
            (Some((_, current)), false) => format!("{current}/{text}"),
            (None, false) => format!("/{text}"),
        };
        let root = stage.work.take().map_or_else(|| absolute.clone(), |(root, _)| root);
        stage.work = Some((root, absolute));
    }

    /// The facts of all stages. Those that the last one starts from end in the image.
    pub(super) fn finish(self, output: &mut Output) {
        let mut kept = vec![false; self.stages.len()];
        let mut at = self.stages.len().checked_sub(1);
        while let Some(stage) = at.filter(|stage| !kept[*stage]) {
            kept[stage] = true;
            at = self.stages[stage].parent;
        }
        for (stage, kept) in self.stages.into_iter().zip(kept) {
            // What developers work in is not deployed.
            let role = if is_workbench(self.file.path) { "tool" } else if kept { "base" } else { "build" };
            let only_carries = stage.only_carries();
            let steps = stage.job.finish();
            if let Some((image, place)) = &stage.image {
                let named = Named { label: &stage.label, role, image, place };
                named.note(self.file, output);
                if !only_carries {
                    named.select(self.file, output);
                }
                if let Some(image) = output.facts.images.last_mut() {
                    image.installs = installs(self.file.text, &steps);
                }
            }
            output.facts.steps.extend(steps);
        }
        for (image, place) in &self.tools {
            let label = image.as_deref().unwrap_or("copy").to_owned();
            let label = format!("from {}", image::parse(&label).repository);
            let named = Named { label: &label, role: "tool", image, place };
            named.note(self.file, output);
            named.select(self.file, output);
        }
    }
}

/// The first command that installs packages of the operating system, unless the file takes them from a dated snapshot.
fn installs(text: &str, steps: &[Step]) -> Value<String> {
    let first = steps.iter().find(|step| step.tool == SYSTEM).filter(|_| !takes_snapshot(text));
    first.map_or_else(Value::absent, |step| Value { span: Some(step.header.span), ..Value::derived(step.command.clone()) })
}

/// Whether a text speaks of a dated snapshot of an archive: a host or an option of that name, or an address with a moment
/// in its path, `20260101T000000Z`.
fn takes_snapshot(text: &str) -> bool {
    let is_digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    let is_moment = |part: &str| match part.as_bytes() {
        [day @ .., b'T', _, _, _, _, _, _, b'Z'] => day.len() == 8 && is_digits(day) && is_digits(&part.as_bytes()[9..15]),
        _ => false,
    };
    let is_named = ["//snapshot.", "--snapshot", "APT::Snapshot"].iter().any(|mark| text.contains(mark));
    is_named || text.split(|c: char| c == '/' || c == '"' || c.is_whitespace()).any(is_moment)
}

/// Whether a source of a copy is a directory or a pattern, so that a project may be in it, or a program's text.
fn takes_in(source: &str) -> bool {
    let name = path::file_name(source.trim_end_matches('/'));
    let is_directory = source.ends_with('/') || matches!(name, "" | "." | ".." | "src" | "app" | "lib" | "cmd");
    is_directory || source.contains(['*', '$']) || name.contains('.')
}

/// Whether a name or a pattern with one star names a file.
fn is_named(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((head, tail)) => {
            !head.is_empty() && name.len() >= head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail)
        }
        None => pattern == name,
    }
}

/// An image that a file names, and what for.
struct Named<'s> {
    label: &'s str,
    role: &'s str,
    image: &'s Result<String, String>,
    place: &'s Range<usize>,
}

impl Named<'_> {
    fn note(&self, file: &File<'_>, output: &mut Output) {
        let (span, role) = (file.span(self.place.clone()), self.role);
        let header = file.part(self.label, span);
        output.facts.add(match self.image {
            Ok(text) => Image::named(header, role, text, span),
            Err(reason) => Image::unresolved(header, role, reason, span),
        });
    }

    /// The version of a language that it brings for the project.
    fn select(&self, file: &File<'_>, output: &mut Output) {
        let span = file.span(self.place.clone());
        let Ok(text) = self.image else { return };
        if let Some((tool, Some(version))) = image::parse(text).runtime() {
            let header = file.part(&format!("{}: {tool}", self.label), span);
            let mut fact = Toolchain::selecting(header, tool, version, span);
            "FROM".clone_into(&mut fact.surface);
            fact.phase = match self.role {
                "base" => "image",
                "tool" if is_workbench(file.path) => "dev",
                _ => "image-builder",
            }
            .to_owned();
            output.facts.add(fact);
        }
    }
}

/// Finds `FROM` and `COPY --from` in the lines from `start` on, for files that the grammar refuses.
pub(super) fn scan(reading: &mut Reading<'_>, text: &str, start: usize) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let from = at;
        at += line.len();
        if from < start {
            continue;
        }
        let place = |word: &str| {
            let start = from + (word.as_ptr() as usize - line.as_ptr() as usize);
            start..start + word.len()
        };
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some((keyword, rest)) = words.split_first() else { continue };
        let mut plain = rest.iter().filter(|word| !word.starts_with("--"));
        if keyword.eq_ignore_ascii_case("FROM")
            && let Some(image) = plain.next()
        {
            let name = plain.next().filter(|word| word.eq_ignore_ascii_case("AS")).and(plain.next());
            reading.from(image, place(image), name.copied());
        } else if keyword.eq_ignore_ascii_case("COPY")
            && let Some(image) = rest.iter().find_map(|word| word.strip_prefix("--from="))
        {
            reading.foreign(image, place(image));
        }
    }
}
