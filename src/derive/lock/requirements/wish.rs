//! What the inputs of a compiled requirements file ask for, with the files they include.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::Lookup;
use super::super::asked::{Asked, Wanted};
use super::inputs::{manifest_at, resolve};
use super::{Pin, top};
use crate::facts::recorded::{Recorded, RequirementsRecord};
use crate::facts::{Facts, Link, Lockfile, Manifest};
use crate::path;
use crate::python::compile_command::{Compile, Writer};
use crate::python::marker::wording;
use crate::python::name::normalize;
use crate::python::requirement_line::Target;
use crate::python::requirements_file::{FileOption, Line, RequirementsFile};
use crate::python::{Marker, PythonRange, Requirement, Specifier};
use crate::source::{SourceId, Span};
use crate::syntax::{MAX_DEPTH, Node};

/// A path or an address that tells no name.
pub(super) struct Unnamed {
    pub(super) text: String,
    pub(super) editable: bool,
    pub(super) span: Span,
    pub(super) manifest: Link<Manifest>,
}

impl Unnamed {
    /// Whether a pin is of the same place, as far as the end of its path tells. A directory that dots stand for has any
    /// name on the machine where the pin was written.
    pub(super) fn is_pinned_by(&self, pin: &Pin<'_>) -> bool {
        let last = |path: &str| path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        let known = pin.target.url().unwrap_or(&pin.line.text);
        let is_path = matches!(pin.target, Target::Path(_)) || known.starts_with("file:");
        last(known) == last(&self.text) || (matches!(&*last(&self.text), "." | "..") && is_path)
    }
}

/// The condition of a requirement.
pub(super) struct Condition {
    /// In pip's words.
    pub(super) wording: String,
    /// What it says.
    pub(super) marker: Marker,
    /// The place of its requirement.
    pub(super) span: Span,
}

/// What the inputs ask for.
#[derive(Default)]
pub(super) struct Wish {
    /// Requirements by name.
    pub(super) asked: Vec<Asked>,
    /// Paths and addresses that tell no name.
    pub(super) unnamed: Vec<Unnamed>,
    /// The conditions that are stated for a name, in order.
    pub(super) conditions: BTreeMap<String, Vec<Condition>>,
    /// Constraints by name.
    pub(super) constraints: Vec<Asked>,
    /// The inputs and their first lines.
    pub(super) roots: Vec<(Link<Manifest>, Span)>,
    /// The paths of files that are not the manifests themselves.
    pub(super) paths: BTreeMap<SourceId, Arc<str>>,
    /// Extras that the command names and the project does not have, and where its extras stand.
    pub(super) missing_extras: Vec<(String, Span)>,
    /// The interpreters that a project among the inputs admits.
    pub(super) python: Option<PythonRange>,
    /// What stops the compiler.
    pub(super) refusals: Vec<(String, Span)>,
    /// What cannot be told.
    pub(super) undecided: Vec<String>,
}

/// Reads the inputs of a lockfile.
pub(super) fn read(facts: &Facts, lookup: &Lookup, lockfile: Link<Lockfile>, record: &RequirementsRecord) -> Wish {
    let compile = record.compile.as_ref();
    let stops_at_cycles = compile.is_some_and(|compile| compile.writer == Writer::PipCompile);
    let mut reading = Reading { facts, lookup, wish: Wish::default(), seen: BTreeSet::new(), stops_at_cycles };
    for manifest in &facts[lockfile].manifests {
        let header = &facts[*manifest].header;
        reading.wish.roots.push((*manifest, top(header.span)));
        if let Some(document) = &facts[*manifest].document {
            reading.project(*manifest, document.root(), compile);
        } else {
            reading.file(&header.path, *manifest, false);
        }
    }
    let Some(manifest) = facts[lockfile].manifests.first().copied() else { return reading.wish };
    let output = compile.and_then(|compile| compile.output.as_deref());
    for name in compile.into_iter().flat_map(|compile| &compile.constraints) {
        let exists = |path: &str| reading.at(path).is_some();
        if let Some(path) = resolve(&facts[lockfile].header.path, output, name, &exists) {
            reading.file(&path, manifest, true);
        }
    }
    for name in compile.into_iter().flat_map(|compile| &compile.inputs) {
        if name.ends_with("setup.py") || name.ends_with("setup.cfg") || name == "-" {
            reading.wish.undecided.push(format!("it is compiled from {name}, which is not read"));
        }
    }
    reading.wish
}

struct Reading<'a> {
    facts: &'a Facts,
    lookup: &'a Lookup,
    wish: Wish,
    seen: BTreeSet<(String, bool)>,
    /// Whether the compiler stops at a file that includes itself, as pip does and uv does not.
    stops_at_cycles: bool,
}

/// Options that pip knows in a file (pip 26, `SUPPORTED_OPTIONS`, read 2026-11); uv knows no others.
const KNOWN_OPTIONS: [&str; 15] = [
    "index-url",
    "extra-index-url",
    "no-index",
    "editable",
    "find-links",
    "no-binary",
    "only-binary",
    "prefer-binary",
    "require-hashes",
    "no-require-hashes",
    "pre",
    "all-releases",
    "only-final",
    "trusted-host",
    "use-feature",
];

impl<'a> Reading<'a> {
    /// The lines of a file, whether people or a compiler wrote it.
    fn at(&self, path: &str) -> Option<(&'a RequirementsFile, SourceId, &'a Arc<str>)> {
        if let Some(link) = manifest_at(self.facts, self.lookup, path) {
            let manifest = &self.facts[link];
            let file = manifest.requirements.as_deref()?;
            return Some((file, manifest.header.span.source, &manifest.header.path));
        }
        let lockfile = self.facts.lockfiles.iter().find(|lockfile| *lockfile.header.path == *path)?;
        match &lockfile.recorded {
            Recorded::Requirements(record) => Some((&record.file, lockfile.header.span.source, &lockfile.header.path)),
            _ => None,
        }
    }

    /// Takes in a file and what it includes, in the order of its lines. `bound` is for constraints.
    fn file(&mut self, path: &str, manifest: Link<Manifest>, bound: bool) {
        self.within(path, manifest, bound, &mut Vec::new());
    }

    /// The same, for a file that the ones in `above` include.
    fn within(&mut self, path: &str, manifest: Link<Manifest>, bound: bool, above: &mut Vec<String>) {
        if above.len() > MAX_DEPTH {
            return self.wish.undecided.push(format!("files include each other more than {MAX_DEPTH} levels deep"));
        }
        if !self.seen.insert((path.to_owned(), bound)) {
            return;
        }
        let Some((file, source, shared)) = self.at(path) else { return };
        self.wish.paths.insert(source, Arc::clone(shared));
        above.push(path.to_owned());
        let mut options = file.options.iter().peekable();
        for line in &file.requirements {
            while let Some(option) = options.next_if(|option| option.range.start < line.range.start) {
                self.option(option, source, manifest, bound, above);
            }
            self.line(line, manifest, Span::new(source, line.range.clone()), bound);
        }
        for option in options {
            self.option(option, source, manifest, bound, above);
        }
        above.pop();
    }

    /// An option of a file: another file that it takes in, or one that no tool knows.
    fn option(
        &mut self,
        option: &FileOption,
        source: SourceId,
        manifest: Link<Manifest>,
        bound: bool,
        above: &mut Vec<String>,
    ) {
        let span = Span::new(source, option.range.clone());
        let bound = match &*option.name {
            "requirement" => bound,
            "constraint" => true,
            name => {
                if !KNOWN_OPTIONS.contains(&name) {
                    self.wish.refusals.push((format!("`{name}` is no option of a requirements file"), span));
                }
                return;
            }
        };
        let directory = above.last().map_or("", |path| path::directory(path));
        match path::join(directory, &option.value) {
            Some(included) if above.contains(&included) && self.stops_at_cycles => {
                self.wish.refusals.push((format!("{included} includes itself"), span));
            }
            Some(included) if self.at(&included).is_some() => self.within(&included, manifest, bound, above),
            Some(included) => self.wish.refusals.push((format!("{included} is included and is not there"), span)),
            None => self.wish.undecided.push(format!("{} lies outside the repository", option.value)),
        }
    }

    fn line(&mut self, line: &Line, manifest: Link<Manifest>, span: Span, bound: bool) {
        let text = line.text.as_str();
        let mut unnamed = text.to_owned();
        let asked = match &Target::of(line) {
            Target::Invalid(message) => {
                self.wish.refusals.push((format!("`{text}`: {message}"), span));
                return;
            }
            Target::Package(requirement) => {
                self.condition(requirement, text, span);
                Asked::parse(text, manifest, "main", span)
            }
            Target::Address { name: Some(name), url } => Some(Asked {
                manifest,
                name: name.clone(),
                extras: BTreeSet::new(),
                wanted: Wanted::Any,
                range: String::new(),
                url: Some(url.clone()),
                marker: Marker::always(),
                group: "main".to_owned(),
                span,
            }),
            Target::Path(place) => {
                unnamed.clone_from(place);
                None
            }
            Target::Address { name: None, .. } => None,
        };
        match asked {
            Some(asked) if bound => self.wish.constraints.push(asked),
            Some(asked) => self.wish.asked.push(asked),
            None if bound => {}
            None => self.wish.unnamed.push(Unnamed { text: unnamed, editable: line.editable, span, manifest }),
        }
    }

    /// A `pyproject.toml`, with the extras and groups that the command names.
    fn project(&mut self, manifest: Link<Manifest>, root: Node<'_>, compile: Option<&Compile>) {
        let Some(project) = root.get("project") else {
            self.wish
                .undecided
                .push("pyproject.toml has no [project], so its requirements are worked out by its build".to_owned());
            return;
        };
        let is_dynamic = |item: &Node<'_>| matches!(item.text(), Some("dependencies" | "optional-dependencies"));
        if project.get("dynamic").is_some_and(|list| list.items().any(|item| is_dynamic(&item))) {
            self.wish.undecided.push("the requirements of pyproject.toml are worked out by its build".to_owned());
        }
        if let Some(entry) = project.entry("dependencies") {
            self.wish.roots.push((manifest, entry.key.span()));
            self.wish.roots.rotate_right(1);
            self.list(manifest, entry.value);
        }
        let python = project.get("requires-python").and_then(Node::text).and_then(|text| Specifier::parse(text).ok());
        self.wish.python = python.and_then(|python| PythonRange::of([&python]));
        let own = project.get("name").and_then(Node::text).map(normalize);
        let optional = project.get("optional-dependencies");
        let mut wanted: Vec<String> =
            compile.into_iter().flat_map(|compile| &compile.extras).map(|extra| normalize(extra)).collect();
        let all = compile.is_some_and(|compile| compile.all_extras);
        for entry in optional.into_iter().flat_map(Node::own_entries) {
            if all {
                wanted.push(normalize(entry.key.scalar().unwrap_or_default()));
            }
        }
        let mut done = BTreeSet::new();
        while let Some(extra) = wanted.pop() {
            if !done.insert(extra.clone()) {
                continue;
            }
            let mut is_there = false;
            for entry in optional.into_iter().flat_map(Node::own_entries) {
                if normalize(entry.key.scalar().unwrap_or_default()) != extra {
                    continue;
                }
                is_there = true;
                self.list(manifest, entry.value);
                // An extra may name others of the same project.
                let texts = entry.value.items().filter_map(Node::text).filter_map(|text| Requirement::parse(text).ok());
                let nested = texts.filter(|requirement| Some(&requirement.name) == own.as_ref());
                wanted.extend(nested.flat_map(|requirement| requirement.extras));
            }
            if !is_there {
                let place = project.entry("optional-dependencies").map_or(project.span(), |entry| entry.key.span());
                self.missing_extra(extra, place, compile);
            }
        }
        self.wish.asked.retain(|asked| Some(&asked.name) != own.as_ref());
        for group in compile.into_iter().flat_map(|compile| &compile.groups) {
            let name = normalize(group.rsplit(':').next().unwrap_or(group));
            self.group(manifest, root, name);
        }
    }

    fn condition(&mut self, requirement: &Requirement, text: &str, span: Span) {
        let Some(wording) = requirement.marker_range.clone().and_then(|range| wording(&text[range])) else { return };
        let condition = Condition { wording, marker: requirement.marker.clone(), span };
        self.wish.conditions.entry(requirement.name.clone()).or_default().push(condition);
    }

    /// uv stops at an extra that is not there, pip-compile only warns.
    fn missing_extra(&mut self, extra: String, place: Span, compile: Option<&Compile>) {
        if compile.is_some_and(|compile| compile.writer == Writer::UvPipCompile) {
            self.wish.refusals.push((format!("there is no extra {extra}"), place));
        }
        self.wish.missing_extras.push((extra, place));
    }

    fn group(&mut self, manifest: Link<Manifest>, root: Node<'_>, name: String) {
        let mut done = BTreeSet::new();
        let mut pending = vec![name];
        while let Some(name) = pending.pop() {
            if !done.insert(name.clone()) {
                continue;
            }
            for entry in root.get("dependency-groups").into_iter().flat_map(Node::own_entries) {
                if normalize(entry.key.scalar().unwrap_or_default()) == name {
                    self.list(manifest, entry.value);
                    let included = entry.value.items().filter_map(|item| item.get("include-group")?.text());
                    pending.extend(included.map(normalize));
                }
            }
        }
    }

    fn list(&mut self, manifest: Link<Manifest>, list: Node<'_>) {
        for item in list.items() {
            let Some(text) = item.text() else { continue };
            if let Ok(requirement) = Requirement::parse(text) {
                self.condition(&requirement, text, item.inner_span());
            }
            match Asked::parse(text, manifest, "main", item.inner_span()) {
                Some(asked) => self.wish.asked.push(asked),
                None => self.wish.refusals.push((format!("`{text}` is not a requirement"), item.inner_span())),
            }
        }
    }
}
