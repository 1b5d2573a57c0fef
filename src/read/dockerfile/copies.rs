//! What `COPY`, `ADD` and the mounts of `RUN` bring into a stage, and from where.

use std::ops::Range;
use std::sync::Arc;

use parse_dockerfile::{Flag, Source, UnescapedString};

use super::arguments::resolve;
use super::stage::Reading;
use crate::image_files::{Origin, StageFiles};
use crate::path;
use crate::pin::image;

/// Files that say of a directory that it holds a project.
const MANIFESTS: &[&str] = &[
    "package.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "pyproject.toml", "uv.lock",
    "poetry.lock", "pdm.lock", "Pipfile", "Pipfile.lock", "requirements.txt", "setup.py", "Cargo.toml", "Cargo.lock",
    "go.mod", "go.sum", "Gemfile", "Gemfile.lock", "composer.json", "composer.lock",
];

impl Reading<'_> {
    pub(super) fn copy(&mut self, options: &[Flag<'_>], sources: &[Source<'_>], target: &UnescapedString<'_>) {
        let option = |name: &str| options.iter().find(|flag| flag.name.value == name);
        let from = option("from").and_then(|flag| flag.value.as_ref());
        let origin = match from {
            Some(from) => self.origin(&from.value),
            None if option("parents").is_some() => Origin::Elsewhere,
            None => Origin::Context,
        };
        self.bring(origin, sources, &target.value);
        if let Some(from) = from {
            return self.foreign(&from.value, from.span.clone());
        }
        let directory = self.file.directory();
        for source in sources {
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

    /// Notes what a copy brings into the last stage.
    fn bring(&mut self, origin: Origin, sources: &[Source<'_>], target: &str) {
        let Some(stage) = self.stages.last_mut() else { return };
        let resolved = |text: &str| resolve(text, &stage.variables).unwrap_or_else(|_| text.to_owned());
        let paths = sources.iter().map(|source| match source {
            Source::Path(source) => Some(resolved(&source.value)),
            _ => None,
        });
        let (origin, paths) = match paths.collect::<Option<Vec<_>>>() {
            Some(paths) => (origin, paths),
            None => (Origin::Elsewhere, vec![String::new()]),
        };
        let target = resolved(target);
        stage.files.copy(origin, paths, &stage.place, &target);
    }

    /// The stage that a name or number behind `from=` stands for.
    fn stage(&self, name: &str) -> Option<usize> {
        let known = self.names.get(&name.to_ascii_lowercase()).copied();
        known.or_else(|| name.parse().ok()).filter(|at| *at < self.stages.len())
    }

    /// What a name behind `from=` stands for.
    fn origin(&self, name: &str) -> Origin {
        let stage = self.stage(name).map(|at| &self.stages[at]);
        stage.map_or(Origin::Elsewhere, |stage| Origin::Stage(Arc::new(stage.files.clone())))
    }

    /// What the last stage holds for a command that has these options: what is mounted counts for it alone.
    pub(super) fn held(&self, options: &[Flag<'_>]) -> Option<StageFiles> {
        let stage = self.stages.last()?;
        let mut files = stage.files.clone();
        let mounts = options.iter().filter(|flag| flag.name.value == "mount").filter_map(|flag| flag.value.as_ref());
        for mount in mounts {
            let parts: Vec<(&str, &str)> = mount.value.split(',').filter_map(|part| part.split_once('=')).collect();
            let part = |names: &[&str]| parts.iter().find(|(name, _)| names.contains(name)).map(|(_, value)| *value);
            let target = part(&["target", "dst", "destination"]).filter(|_| part(&["type"]).unwrap_or("bind") == "bind");
            let Some(target) = target else { continue };
            let origin = part(&["from"]).map_or(Origin::Context, |name| self.origin(name));
            let source = part(&["source", "src"]).unwrap_or(".").to_owned();
            files.copy(origin, vec![source], &stage.place, target);
        }
        Some(files)
    }

    /// `--mount=type=bind,from=image,...`
    pub(super) fn mount(&mut self, flag: &Flag<'_>) {
        let Some(value) = flag.value.as_ref().filter(|_| flag.name.value == "mount") else { return };
        let from = value.value.split(',').find_map(|part| part.strip_prefix("from="));
        if let Some(from) = from {
            self.foreign(from, value.span.clone());
        }
    }

    /// An image, unless it is the name or number of a stage.
    pub(super) fn foreign(&mut self, text: &str, place: Range<usize>) {
        if let Some(stage) = self.stage(text) {
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
