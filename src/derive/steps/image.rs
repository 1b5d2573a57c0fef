//! The lockfile that a command of an image works on, by what is copied into the image before it runs.

use super::lockfile::{Index, names};
use crate::discover::Listing;
use crate::facts::{CandidateEdits, Facts, Step};
use crate::image_files::{Context, Held, StageFiles, Workplace, ancestors, inside, place};
use crate::path;
use crate::value::Value;

/// Gives commands of images the lockfile that is copied there. Holding to one that may not be there could stop the build: such a
/// command has no edit.
pub(super) fn follow(facts: &mut Facts, index: &Index, files: &Listing) {
    for link in facts.links::<Step>() {
        let step = &facts[link];
        let Some((locks, manifests)) = names(step).filter(|_| step.inside.is_some()) else { continue };
        let goes_on = step.lock_use.known().is_some_and(|word| word == "may-rewrite");
        let reached = reach(step, locks, manifests, files);
        let step = &mut facts[link];
        match reached {
            Reach::Lockfile(path, project) => {
                step.directory = Value { span: step.directory.span, ..Value::derived(project) };
                step.lockfile = index.at(&path);
                step.lock_path = Value::derived(path);
            }
            Reach::Nothing(project) if goes_on => {
                step.header.edits = CandidateEdits::default();
                step.directory = Value { span: step.directory.span, ..Value::derived(project) };
                step.lockfile = None;
                facts[link].left_behind = index.lockfile(facts, &facts[link]);
            }
            _ => step.header.edits = CandidateEdits::default(),
        }
    }
}

/// What is known of the lockfile.
enum Reach {
    /// The lockfile of a path, and the directory of the project.
    Lockfile(String, String),
    /// None is copied beside the manifest of the project in a directory.
    Nothing(String),
    /// It cannot be told.
    Unknown,
}

/// Which lockfile reaches a command, by the names of lockfiles and manifests of its tool.
fn reach(step: &Step, locks: &[&str], manifests: &[&str], files: &Listing) -> Reach {
    let Some((workplace, directory)) = step.inside.as_ref().and_then(|at| Some((at, directory(step, at)?))) else {
        return Reach::Unknown;
    };
    let has_file = |path: &str| files.has(path);
    let has_directory = |path: &str| files.has_directory(path);
    let held = workplace.files.as_ref();
    let contexts: Vec<Context<'_>> = path::ancestors(path::directory(&step.header.path))
        .map(|directory| Context { directory, has_file: &has_file, has_directory: &has_directory })
        .collect();
    let most = contexts.iter().map(|context| held.count(context)).max().unwrap_or(0);
    let contexts = contexts.iter().filter(|context| held.count(context) == most);
    let reached = contexts.filter_map(|context| {
        let (place, manifest) = project(held, &directory, manifests, context)?;
        Some(lockfile(held, &place, locks, context, path::directory(&manifest).to_owned()))
    });
    // Where the image may be built from several directories, the one that brings the lockfile is meant.
    let (with, without): (Vec<_>, Vec<_>) = reached.partition(|reach| matches!(reach, Reach::Lockfile(..)));
    with.into_iter().chain(without).next().unwrap_or(Reach::Unknown)
}

/// The directory of the image that a command works in.
fn directory(step: &Step, workplace: &Workplace) -> Option<String> {
    let own = step.directory.known()?;
    if path::is_below(own, &workplace.taken_for) {
        let below = if own == &workplace.taken_for { "" } else { path::relative_to(own, &workplace.taken_for)? };
        return place(&workplace.directory, below);
    }
    // It has gone up.
    let up = path::ancestors(&workplace.taken_for).position(|above| path::is_below(own, above))?;
    let above = path::ancestors(&workplace.taken_for).nth(up)?;
    let below = if own == above { "" } else { path::relative_to(own, above)? };
    place(&workplace.directory, &format!("{}{below}", "../".repeat(up)))
}

/// The nearest directory of the image with a manifest, and that manifest in the repository.
fn project(held: &StageFiles, from: &str, manifests: &[&str], context: &Context<'_>) -> Option<(String, String)> {
    ancestors(from).find_map(|above| {
        let manifest = manifests.iter().find_map(|name| match held.find(&inside(above, name), context) {
            Held::Of(file) => Some(file),
            _ => None,
        });
        manifest.map(|file| (above.to_owned(), file))
    })
}

/// The lockfile beside the manifest, or in a directory above it.
fn lockfile(held: &StageFiles, from: &str, locks: &[&str], context: &Context<'_>, project: String) -> Reach {
    let mut is_known = true;
    for above in ancestors(from) {
        for name in locks {
            match held.find(&inside(above, name), context) {
                Held::Of(file) => return Reach::Lockfile(file, project),
                Held::Unknown => is_known = false,
                Held::Nothing => {}
            }
        }
    }
    if is_known { Reach::Nothing(project) } else { Reach::Unknown }
}
