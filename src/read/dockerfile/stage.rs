//! The stages of a Dockerfile: what each starts from, and which of them end in the image.

use std::collections::BTreeMap;
use std::ops::Range;

use parse_dockerfile::Instruction;

use super::arguments::{Defaults, pairs, resolve, sets_platform};
use super::kept::{Fate, deployed, fates};
use super::named::Named;
use super::start::Start;
use crate::facts::{Image, Step};
use crate::image_files::{self, StageFiles};
use crate::lock_use::SYSTEM;
use crate::path;
use crate::pin::image;
use crate::read::{File, Output};
use crate::sample::is_workbench;
use crate::steps::{Job, Purpose};
use crate::value::Value;

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
    /// What has been copied into it so far.
    pub(super) files: StageFiles,
    /// The working directory in the image.
    pub(super) place: String,
    /// The values of arguments and variables.
    pub(super) variables: Defaults,
    /// Whether files are copied into it.
    pub(super) copies: bool,
    /// Whether it runs something, or takes in what may be a project.
    pub(super) works: bool,
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
    pub(super) names: BTreeMap<String, usize>,
    pub(super) globals: Defaults,
    /// Images that files are copied or mounted from.
    pub(super) tools: Vec<(Result<String, String>, Range<usize>)>,
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
            Instruction::Copy(copy) => self.copy(&copy.options, &copy.src, &copy.dest),
            Instruction::Add(add) => self.copy(&add.options, &add.src, &add.dest),
            Instruction::Env(env) => {
                for (name, value) in pairs(&env.arguments.value) {
                    if let Some(stage) = self.stages.last_mut() {
                        stage.job.set(&name, value.as_deref().unwrap_or(""));
                        stage.start.set(&name, value.as_deref().unwrap_or(""));
                        stage.variables.insert(name, value);
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
                    stage.variables.insert(name, value);
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
        let begins = resolved.as_ref().map_or("", |name| image_files::start_of(image::parse(name).repository));
        let (mut files, mut place_inside, mut variables) = (StageFiles::default(), begins.to_owned(), Defaults::new());
        if let Some(parent) = parents.last().map(|at| &self.stages[*at]) {
            (project, work, shell) = (parent.project.clone(), parent.work.clone(), parent.shell);
            start = parent.start.clone();
            (files, place_inside, variables) = (parent.files.clone(), parent.place.clone(), parent.variables.clone());
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
        self.stages.push(Stage {
            label,
            parents,
            takes,
            image,
            job,
            shell,
            project,
            work,
            files,
            place: place_inside,
            variables,
            copies,
            works,
            start,
        });
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
        let known = resolve(text, &stage.variables).unwrap_or_else(|_| text.to_owned());
        // What leads above a directory that only the base image tells is a place of its own.
        stage.place = image_files::place(&stage.place, &known).unwrap_or_else(|| format!("${text}"));
    }

    /// The facts of all stages. Those that the deployed one starts from end in the image.
    pub(super) fn finish(self, output: &mut Output) {
        let is_workbench = is_workbench(self.file.path);
        let started = deployed(&self.stages).and_then(|at| self.stages[at].start.serves_developers());
        let serves_developers = if says_so(self.file.text) { Some(true) } else { started };
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

/// Words of comments that say what a Dockerfile is for.
const FOR_DEVELOPERS: &[&str] =
    &["for local development", "development only", "for development", "for the development environment"];

/// Whether the comments at the head of a Dockerfile say that it is for developers.
fn says_so(text: &str) -> bool {
    let comments = text.lines().take_while(|line| line.trim().is_empty() || line.starts_with('#'));
    let said = comments.map(|line| line.trim_start_matches('#').trim()).collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    FOR_DEVELOPERS.iter().any(|words| said.contains(words)) && !said.contains("prod")
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
