//! The stages of a Dockerfile: what each starts from, and which of them end in the image.

use std::collections::BTreeMap;
use std::ops::Range;

use parse_dockerfile::{CopyInstruction, Flag, Instruction, Source};

use super::arguments::{Defaults, pairs, resolve, sets_platform};
use super::kept::{Fate, deployed, fates};
use super::named::Named;
use super::start::Start;
use crate::facts::{Image, Step};
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
    /// The stage it starts from; several where the platform that is built for decides.
    pub(super) parents: Vec<usize>,
    /// The stages that it takes files from.
    pub(super) takes: Vec<usize>,
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
    /// What its containers run.
    start: Start,
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
                        stage.start.set(&name, value.as_deref().unwrap_or(""));
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
            Instruction::Cmd(command) => self.starts(|start| start.command(&command.arguments)),
            Instruction::Entrypoint(program) => self.starts(|start| start.entrypoint(&program.arguments)),
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

    fn starts(&mut self, note: impl FnOnce(&mut Start)) {
        self.works();
        if let Some(stage) = self.stages.last_mut() {
            note(&mut stage.start);
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
        let parents = self.parents(text, &resolved);
        let label = name.map_or_else(|| self.stages.len().to_string(), ToOwned::to_owned);
        let job = Job::new(self.file.path, "dockerfile", &label, false);
        let (mut project, mut work) = (self.file.directory().to_owned(), None);
        let (mut shell, mut start) = (!self.escape, Start::default());
        if let Some(parent) = parents.last().map(|at| &self.stages[*at]) {
            (project, work, shell) = (parent.project.clone(), parent.work.clone(), parent.shell);
            start = parent.start.clone();
        }
        let is_image = parents.is_empty() && resolved.as_deref() != Ok("scratch");
        let image = is_image.then_some((resolved, place));
        if let Some(name) = name {
            self.names.insert(name.to_ascii_lowercase(), self.stages.len());
        }
        for parent in &parents {
            self.stages[*parent].works = true;
        }
        let (takes, copies, works) = (Vec::new(), false, false);
        self.stages.push(Stage { label, parents, takes, image, job, shell, project, work, copies, works, start });
    }

    /// The stages that a text names: one by its name, or `${TARGETARCH}`, those that are called after platforms.
    fn parents(&self, text: &str, resolved: &Result<String, String>) -> Vec<usize> {
        let named = |name: &str| self.names.get(&name.to_ascii_lowercase()).copied();
        match (resolved, sets_platform(text)) {
            (Ok(name), _) => named(name).into_iter().collect(),
            (Err(_), Some((before, after))) => {
                let fits = |name: &str| {
                    let inside = name.strip_prefix(before.to_ascii_lowercase().as_str());
                    inside.is_some_and(|rest| rest.len() > after.len() && rest.ends_with(&after.to_ascii_lowercase()))
                };
                self.names.iter().filter(|(name, _)| fits(name)).map(|(_, at)| *at).collect()
            }
            (Err(_), None) => Vec::new(),
        }
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
        let number = text.parse().ok().filter(|at| *at < self.stages.len());
        if let Some(stage) = self.names.get(&text.to_ascii_lowercase()).copied().or(number) {
            if let Some(taker) = self.stages.last_mut() {
                taker.takes.push(stage);
            }
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

    /// The facts of all stages. Those that the deployed one starts from end in the image.
    pub(super) fn finish(self, output: &mut Output) {
        let is_workbench = is_workbench(self.file.path);
        let serves_developers = deployed(&self.stages).is_some_and(|at| self.stages[at].start.serves_developers());
        for (fate, mut stage) in fates(&self.stages).into_iter().zip(self.stages) {
            // What developers work in is not deployed.
            let for_developers = is_workbench || fate == Fate::Develops;
            let role = match fate {
                _ if for_developers => "tool",
                Fate::Deployed => "base",
                _ => "build",
            };
            stage.job.is_for(if for_developers { Purpose::Develop } else { Purpose::Image });
            let only_carries = stage.only_carries();
            let steps = stage.job.finish();
            if let Some((image, place)) = &stage.image {
                let named = Named { label: &stage.label, role, for_developers, image, place };
                let noted = named.note(self.file);
                output.facts.add(Image { installs: installs(self.file.text, &steps), serves_developers, ..noted });
                if !only_carries {
                    named.select(self.file, output);
                }
            }
            output.facts.steps.extend(steps);
        }
        for (image, place) in &self.tools {
            let label = image.as_deref().unwrap_or("copy").to_owned();
            let label = format!("from {}", image::parse(&label).repository);
            let named = Named { label: &label, role: "tool", for_developers: is_workbench, image, place };
            output.facts.add(named.note(self.file));
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
