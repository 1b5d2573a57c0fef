//! A requirements file that a compiler wrote: pins, hashes, and what each is for.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::READER;
use crate::address;
use crate::facts::recorded::{Edge, Recorded, RequirementsRecord};
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::path;
use crate::pin::is_commit;
use crate::python::compile_command::{Compile, Writer};
use crate::python::name::normalize;
use crate::python::requirement_line::{Target, git_reference};
use crate::python::requirements_file::{FileOption, Line, RequirementsFile};
use crate::read::{File, Listed, Output, note_artifacts};
use crate::source::Span;
use crate::value::{Origin, Value};

/// A lockfile that cannot be read is one all the same.
pub(super) fn unread(file: &File<'_>, output: &mut Output) {
    let header = file.header(&**file.path, Span::top(file.source));
    output.facts.add(Lockfile::new(header, "pip-tools", "python"));
}

/// Adds the lockfile and its packages.
pub(super) fn read(file: &File<'_>, mut parsed: RequirementsFile, output: &mut Output) {
    let compile = parsed.command.as_ref().map(Compile::of);
    let tool = match compile.as_ref().map(|compile| compile.writer) {
        Some(Writer::UvPipCompile) => "uv-pip",
        Some(Writer::Export) => "export",
        _ => "pip-tools",
    };
    request_inputs(file, compile.as_ref(), output);
    let header = file.header(&**file.path, Span::top(file.source));
    let link = output.facts.add(Lockfile::new(header, tool, "python"));
    let first = output.facts.locked_packages.len();
    for line in &parsed.requirements {
        let package = package(file, link, line, &parsed);
        output.facts.add(package);
    }
    let packages = &mut output.facts.locked_packages[first..];
    add_edges(packages, &parsed, file);
    let hashable = packages.iter().filter(|package| package.contents.unhashed_count.known().is_some()).count();
    let hashed = packages.iter().filter(|package| package.contents.unhashed_count.known() == Some(&Count(0))).count();
    let lockfile = &mut output.facts[link];
    lockfile.package_count = count(parsed.requirements.len());
    lockfile.hashable_count = count(hashable);
    lockfile.hashed_count = count(hashed);
    for line in &mut parsed.requirements {
        // Only whether there are hashes is looked at later.
        line.hashes.truncate(1);
        line.hashes.shrink_to_fit();
    }
    lockfile.recorded = Recorded::Requirements(Arc::new(RequirementsRecord { file: parsed, compile }));
}

fn count(number: usize) -> Count {
    Count(i64::try_from(number).unwrap_or(i64::MAX))
}

/// The inputs are named as seen from the directory in which the compiler ran: this one or one above it.
fn request_inputs(file: &File<'_>, compile: Option<&Compile>, output: &mut Output) {
    let named = compile.map(|compile| compile.inputs.iter().chain(&compile.constraints).cloned().collect());
    let names: Vec<String> = named.unwrap_or_default();
    for above in path::ancestors(file.directory()) {
        for name in names.iter().filter(|name| !name.ends_with(".toml")) {
            if let Some(path) = path::join(above, name) {
                output.request(path, READER.name);
            }
        }
    }
    let stem = file.file_name().rsplit_once('.').map_or("", |(stem, _)| stem);
    for input in [format!("{stem}.in"), format!("requirements/{stem}.in")] {
        if let Some(path) = path::join(file.directory(), &input) {
            output.request(path, READER.name);
        }
    }
}

fn package(file: &File<'_>, lockfile: Link<Lockfile>, line: &Line, parsed: &RequirementsFile) -> LockedPackage {
    let target = Target::of(line);
    let span = file.span(line.range.clone());
    let name = target.name().map_or_else(|| line.text.clone(), str::to_owned);
    let mut package = LockedPackage::new(file.part(&name, span), lockfile, "python", name);
    if let Some(pin) = target.pin() {
        package.contents.version = Value::written(pin.to_string(), span);
    }
    let address = match target.url() {
        Some(url) => {
            package.contents.source = if url.starts_with("git+") { "git" } else { "url" };
            package.contents.location = Some(url.into());
            address::parse(url).map(|address| (address, span, Origin::Written))
        }
        None if matches!(target, Target::Path(_)) => {
            package.contents.source = "path";
            None
        }
        None => {
            package.contents.source = "registry";
            let index = parsed.options.iter().rev().find(|option| option.name == "index-url");
            package.contents.location = index.map(|option| address::without_credentials(&option.value).into());
            let place = |option: &FileOption| file.span(option.range.clone());
            index.and_then(|option| Some((address::parse(&option.value)?, place(option), Origin::Inherited)))
        }
    };
    if let Some((address, place, origin)) = address {
        if address.scheme == "file" {
            package.contents.source = "path";
        }
        package.contents.host = Value { origin, ..Value::written(address.host, place) };
        package.contents.scheme = Value { origin, ..Value::written(address.scheme, place) };
    }
    if package.contents.source == "git" {
        let reference = target.url().and_then(git_reference);
        package.rare.commit = match reference.filter(|reference| is_commit(reference)) {
            Some(commit) => Value::written(commit.to_owned(), span),
            None => Value::absent(),
        };
        let word = if package.rare.commit.is_absent() { "default-branch" } else { "rev" };
        package.rare.git_reference = match reference {
            Some(other) if package.rare.commit.is_absent() => {
                Value::unknown(format!("`{other}` may be a branch or a tag"), Some(span))
            }
            _ => Value::written(word.to_owned(), span),
        };
    }
    set_hashes(&mut package, line, file);
    package
}

fn set_hashes(package: &mut LockedPackage, line: &Line, file: &File<'_>) {
    package.contents.artifact_count = count(line.hashes.len());
    let weakest = |algorithm: &&str| ["sha512", "sha384", "sha256", "sha224", "sha1", "md5"].iter().position(|known| known == algorithm);
    let algorithms = line.hashes.iter().map(|hash| hash.algorithm.as_str());
    package.contents.hash_algorithm =
        algorithms.max_by_key(weakest).map_or_else(Value::absent, |algorithm| Value::derived(algorithm.into()));
    let texts: Vec<String> = line.hashes.iter().map(|hash| format!("{}:{}", hash.algorithm, hash.digits)).collect();
    let listed = texts.iter().zip(&line.hashes).map(|(text, hash)| Listed {
        file: "",
        hash: Some(text),
        span: file.span(hash.range.clone()),
    });
    note_artifacts(package, listed);
    if matches!(package.contents.source, "registry" | "url") {
        let bare = Count(i64::from(line.hashes.is_empty()));
        package.contents.unhashed_count = Value::written(bare, file.span(line.range.clone()));
    }
}

/// `# via` says what a package is for; that is the edge of the other one.
fn add_edges(packages: &mut [LockedPackage], parsed: &RequirementsFile, file: &File<'_>) {
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    for (index, package) in packages.iter().enumerate() {
        by_name.entry(package.contents.package.clone()).or_insert(index);
    }
    let mut edges: BTreeMap<usize, Vec<Edge>> = BTreeMap::new();
    for (index, line) in parsed.requirements.iter().enumerate() {
        for via in &line.via {
            let Some(from) = by_name.get(&via_name(via)).copied().filter(|from| *from != index) else { continue };
            let edge = Edge {
                package: packages[index].contents.package.as_str().into(),
                version: None,
                marker: None,
                group: None,
                extras: Vec::new(),
                requirement: None,
                // Where the one stands that asks: lockfiles that say the same of it agree in that.
                span: file.span(parsed.requirements[from].range.clone()),
            };
            edges.entry(from).or_default().push(edge);
        }
    }
    for (from, edges) in edges {
        packages[from].contents.edges = edges;
    }
}

/// The package's name in a `via`, without extras.
fn via_name(via: &str) -> String {
    normalize(via.split('[').next().unwrap_or(via))
}
