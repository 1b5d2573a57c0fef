//! A requirements file that people write.

use std::sync::Arc;

use super::READER;
use crate::facts::{Count, Dependency, Manifest};
use crate::path;
use crate::pin::is_commit;
use crate::python::requirement_line::{Target, git_reference};
use crate::python::requirements_file::{Line, RequirementsFile};
use crate::read::{File, Output};
use crate::source::Span;
use crate::value::Value;

/// Words in a file's name that say it is not for production.
const DEVELOPMENT: &[&str] = &["dev", "test", "lint", "doc", "ci"];

/// Adds the manifest and its dependencies.
pub(super) fn read(file: &File<'_>, parsed: RequirementsFile, output: &mut Output) {
    let header = file.header(&**file.path, Span::top(file.source));
    let mut manifest = Manifest::new(header, "requirements", "python");
    let stem = file.file_name().rsplit_once('.').map_or("", |(stem, _)| stem);
    if file.path.ends_with(".in") {
        manifest.lock_tool = Value::derived("pip-tools".to_owned());
        // The file that is compiled from it may have any name; this one is usual.
        if let Some(compiled) = path::join(file.directory(), &format!("{stem}.txt")) {
            output.request(compiled, READER.name);
        }
    }
    let link = output.facts.add(manifest);
    let is_development = stem.split(['-', '_', '.']).any(|word| DEVELOPMENT.iter().any(|name| word.starts_with(name)));
    let group = if is_development { "dev" } else { "main" };
    let mut count = 0;
    for line in &parsed.requirements {
        let span = file.span(line.range.clone());
        let target = Target::of(line);
        if let Target::Invalid(message) = &target {
            output.problem(file, &READER, "syntax", message.clone(), span);
            continue;
        }
        count += 1;
        let name = target.name().unwrap_or(&line.text).to_owned();
        let mut dependency = Dependency::new(file.part(&name, span), link, "python", name);
        dependency.group = group.to_owned();
        set_source(&mut dependency, &target, span);
        set_range(&mut dependency, &target, file, line);
        output.facts.add(dependency);
    }
    output.facts[link].dependency_count = Count(count);
    output.facts[link].requirements = Some(Arc::new(parsed));
}

fn set_source(dependency: &mut Dependency, target: &Target, span: Span) {
    let source = match (target, target.url()) {
        (_, Some(url)) if url.starts_with("git+") || url.starts_with("git:") => {
            let word = match git_reference(url) {
                None => "default-branch",
                Some(reference) if is_commit(reference) => "rev",
                // An address does not tell a branch from a tag; a version is a tag by custom.
                Some(reference) if reference.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()) => "tag",
                Some(_) => "branch",
            };
            dependency.git_reference = Value::written(word.to_owned(), span);
            "git"
        }
        (_, Some(url)) if url.starts_with("file:") => "path",
        (_, Some(_)) => "url",
        (Target::Path(_), None) => "path",
        _ => "registry",
    };
    dependency.source = source.to_owned();
}

fn set_range(dependency: &mut Dependency, target: &Target, file: &File<'_>, line: &Line) {
    let Target::Package(requirement) = target else {
        dependency.bound = Value::derived("none".to_owned());
        return;
    };
    let word = requirement.specifier.openness().word().to_owned();
    let place = requirement.specifier_range.clone();
    match requirement.specifier_text(&line.text) {
        Some(text) => {
            let span = file.span(line.range.start + place.start..line.range.start + place.end);
            dependency.requirement = Value::written(text.to_owned(), span);
            dependency.bound = Value::written(word, span);
        }
        None => dependency.bound = Value::derived(word),
    }
}
