//! What commands make, copy and install: what one of them brings need not be in the repository.

use std::collections::BTreeSet;

use super::reach::{self, Homes};
use crate::discover::Listing;
use crate::facts::{Facts, How, Lambda, Put};
use crate::path;
use crate::value::{State, Value};

/// Files of recipes, which are read only where they hold commands that put files together, or where something asks for them.
const RECIPES: &[&str] = &["Makefile", "makefile", "GNUmakefile", "justfile", "Taskfile.yml"];

/// A command that puts files together.
pub(super) struct Command<'f> {
    pub(super) text: &'f str,
    pub(super) homes: Homes<'f>,
    pub(super) puts: &'f [Put],
}

/// The commands that make, copy and install.
pub(super) struct Made<'f> {
    commands: Vec<Command<'f>>,
    /// The files whose commands are known.
    read: BTreeSet<&'f str>,
}

impl<'f> Made<'f> {
    pub(super) fn new(facts: &'f Facts) -> Self {
        let command = |path: &'f str, text: &'f str, directory: &'f Value<String>, puts: &'f [Put]| {
            let run = match &directory.state {
                State::Known(run) => Some(run.as_str()),
                _ => None,
            };
            Command { text, homes: Homes { run, written: path::directory(path) }, puts }
        };
        let steps =
            facts.steps.iter().map(|step| command(&step.header.path, &step.command, &step.directory, &step.puts));
        let assemblies =
            facts.assemblies.iter().map(|one| command(&one.header.path, &one.command, &one.directory, &one.puts));
        let paths = facts.steps.iter().map(|step| &*step.header.path);
        Self {
            commands: steps.chain(assemblies).filter(|command| !command.puts.is_empty()).collect(),
            read: paths.chain(facts.assemblies.iter().map(|one| &*one.header.path)).collect(),
        }
    }

    /// The commands, and what each of them puts where.
    pub(super) fn all(&self) -> impl Iterator<Item = (&Command<'f>, &'f Put)> {
        self.commands.iter().flat_map(|command| command.puts.iter().map(move |put| (command, put)))
    }

    /// Those of one kind.
    pub(super) fn of(&self, how: How) -> impl Iterator<Item = (&Command<'f>, &'f Put)> {
        self.all().filter(move |(_, put)| put.how == how)
    }

    /// The file of recipes beside a directory whose commands are not known, so that one of them may make it.
    pub(super) fn unread_beside(&self, directory: &str, files: &Listing) -> Option<String> {
        let mut beside = RECIPES.iter().filter_map(|name| path::join(path::directory(directory), name));
        beside.find(|file| files.has(file) && !self.read.contains(file.as_str()))
    }

    /// The command that may bring a file or directory which is not in the repository, or something around it.
    pub(super) fn by(&self, wanted: &str, files: &Listing) -> Option<&'f str> {
        let brings = |command: &&Command<'f>| {
            command.puts.iter().any(|put| {
                let targets = command.homes.places_around(&put.to, wanted);
                targets.iter().any(|target| brings(command, put, target, wanted, files))
            })
        };
        self.commands.iter().find(brings).map(|command| command.text)
    }

    /// The build that looks for code from another directory than that of the template, and the code there.
    pub(super) fn built_from(&self, lambda: &Lambda, code: &str, files: &Listing) -> Option<(&'f str, String)> {
        let below =
            path::relative_to(code, path::directory(&lambda.header.path)).filter(|_| lambda.surface == "sam")?;
        self.of(How::Builds).filter(|(_, put)| !put.to.is_empty()).find_map(|(command, put)| {
            let there = command.homes.bases(&put.to).into_iter().filter_map(|base| path::join(&base, below));
            let is_there = |path: &String| path != code && (files.has(path) || files.has_directory(path));
            there.into_iter().find(is_there).map(|there| (command.text, there))
        })
    }

    /// The command that copies what a template stands in over a directory in which the code lies, and that directory.
    pub(super) fn copied_beside(&self, template: &str, code: &str, files: &Listing) -> Option<(&'f str, String)> {
        let home = path::directory(template);
        self.of(How::Copies).find_map(|(command, put)| {
            let targets = command.homes.directories(&put.to, files);
            let sources = put.from.iter().flat_map(|from| {
                let (from, is_whole) = reach::contents(from);
                command.homes.places_around(from, home).into_iter().map(move |source| (source, is_whole))
            });
            let over = |source: String, is_whole: bool| {
                let below = path::relative_to(code, &source)?;
                targets.iter().find_map(|target| {
                    let target = if is_whole { target.clone() } else { path::join(target, path::file_name(&source))? };
                    let there = path::join(&target, below)?;
                    let is_there = there != code && (files.has(&there) || files.has_directory(&there));
                    is_there.then_some((command.text, there))
                })
            };
            sources.filter(|(source, _)| !source.is_empty()).find_map(|(source, is_whole)| over(source, is_whole))
        })
    }
}

/// Whether a command that puts something at or around `wanted`, namely at `target`, may bring it.
fn brings(command: &Command<'_>, put: &Put, target: &str, wanted: &str, files: &Listing) -> bool {
    let is_new = !files.has_directory(target);
    let Some(below) = path::relative_to(wanted, target) else { return is_new && wanted == target };
    match put.how {
        How::Makes | How::Installs => is_new,
        How::Unpacks => true,
        How::Builds => false,
        How::Copies if is_new => true,
        How::Copies => put.from.iter().any(|from| {
            let (from, is_whole) = reach::contents(from);
            let first = below.split('/').next().unwrap_or_default();
            if !is_whole {
                return reach::is_like(path::file_name(from.trim_end_matches('/')), first);
            }
            // What the source holds is known when it is in the repository.
            let sources = command.homes.directories(from, files);
            let holds = |source: &String| {
                path::join(source, below).is_some_and(|path| files.has(&path) || files.has_directory(&path))
            };
            sources.is_empty() || sources.iter().any(holds)
        }),
    }
}
