//! go.mod: which modules a project of Go requires.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::{Count, Dependency, Manifest, Toolchain};
use crate::golang::{GoMod, Word};
use crate::path;
use crate::source::Span;
use crate::value::Value;

/// Reads go.mod.
pub const READER: Reader = Reader { name: "go-mod", role: "manifest", claims, read };

fn claims(path: &str) -> Claim {
    if path::file_name(path) == "go.mod" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    let parsed = GoMod::parse(file.text);
    if let Some(range) = &parsed.unread {
        let span = file.span(range.clone());
        output.problem(file, &READER, "syntax", "go.mod has no such line".to_owned(), span);
        return;
    }
    if let Some(vendored) = path::join(file.directory(), "vendor/modules.txt") {
        output.request(vendored, "go-vendor");
    }
    let written = |word: &Option<Word>| match word {
        Some(word) => Value::written(word.text.clone(), file.span(word.range.clone())),
        None => Value::absent(),
    };
    let mut manifest = Manifest::new(file.header(&**file.path, Span::top(file.source)), "go-mod", "go");
    manifest.project = written(&parsed.module);
    manifest.runtime_constraint = written(&parsed.go);
    manifest.lock_tool = Value::derived("go".to_owned());
    for (surface, word) in [("go", &parsed.go), ("toolchain", &parsed.toolchain)] {
        let Some(word) = word else { continue };
        // Both are floors: a newer Go that is there is used.
        let fact = Toolchain::constraining(file.part(surface, file.span(word.range.clone())), "go", &word.text, file.span(word.range.clone()));
        output.facts.add(Toolchain { surface: format!("{surface} of go.mod"), ..fact });
    }
    let link = output.facts.add(manifest);
    let mut count = 0;
    for require in &parsed.requires {
        let span = file.span(require.path.range.clone());
        let place = file.span(require.version.range.clone());
        let mut dependency = Dependency::new(file.part(&require.path.text, span), link, "go", require.path.text.clone());
        if require.is_indirect {
            "indirect".clone_into(&mut dependency.group);
        }
        dependency.requirement = Value::written(require.version.text.clone(), place);
        dependency.bound = Value::written("exact".to_owned(), place);
        let replacement = parsed.replacement(&require.path.text, &require.version.text);
        if replacement.is_some_and(|replacement| replacement.new_version.is_none()) {
            "path".clone_into(&mut dependency.source);
        } else {
            count += 1;
        }
        output.facts.add(dependency);
    }
    let manifest = &mut output.facts[link];
    manifest.dependency_count = Count(count);
    manifest.go = Some(Arc::new(parsed));
}
