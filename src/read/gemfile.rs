//! Gemfile and gems.rb: which gems a Ruby project asks for.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::bundler::gemfile::{Gem, Gemfile, Origin};
use crate::bundler::requirement::openness;
use crate::facts::{Count, Dependency, Link, Manifest, Toolchain};
use crate::source::Span;
use crate::value::Value;

/// Reads Gemfiles.
pub const READER: Reader = Reader { name: "gemfile", role: "manifest", claims, read };

fn claims(path: &str) -> Claim {
    if matches!(crate::path::file_name(path), "Gemfile" | "gems.rb") { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    let parsed = Gemfile::parse(file.text);
    if let Some(range) = parsed.broken {
        let explanation = "an argument stands after those that have names".to_owned();
        return output.problem(file, &READER, "syntax", explanation, file.span(range));
    }
    let mut manifest = Manifest::new(file.header(&**file.path, Span::top(file.source)), "gemfile", "ruby");
    manifest.lock_tool = Value::derived("bundler".to_owned());
    manifest.dependency_count = Count(i64::try_from(parsed.gems.len()).unwrap_or(i64::MAX));
    // A gem that is published states its requirements in a gemspec.
    manifest.role = match parsed.gemspecs.is_empty() {
        true => Value::derived("application".to_owned()),
        false => Value::derived("library".to_owned()),
    };
    if let Some((version, range)) = &parsed.ruby {
        let place = file.span(range.clone());
        manifest.runtime_constraint = Value::written(version.clone(), place);
        let fact = Toolchain::constraining(file.part("ruby", place), "ruby", version, place);
        output.facts.add(Toolchain { surface: "ruby of the Gemfile".to_owned(), ..fact });
    }
    let link = output.facts.add(manifest);
    for gem in &parsed.gems {
        output.facts.add(dependency(file, link, gem));
    }
    output.facts[link].gemfile = Some(Arc::new(parsed));
}

fn dependency(file: &File<'_>, manifest: Link<Manifest>, gem: &Gem) -> Dependency {
    let span = file.span(gem.range.clone());
    let mut dependency = Dependency::new(file.part(&gem.name, span), manifest, "ruby", gem.name.clone());
    if let Some(group) = gem.groups.first() {
        dependency.group = if group == "default" { "main".to_owned() } else { group.clone() };
        if matches!(&**group, "development" | "test") {
            "dev".clone_into(&mut dependency.group);
        }
    }
    if !gem.requirements.is_empty() {
        dependency.requirement = Value::written(gem.requirements.join(", "), span);
    }
    dependency.bound = if gem.is_uncertain {
        Value::unknown("the Gemfile works it out", Some(span))
    } else {
        Value::written(openness(&gem.requirements).to_owned(), span)
    };
    match &gem.origin {
        Origin::Global | Origin::Source(_) => {}
        Origin::Path(_) => "path".clone_into(&mut dependency.source),
        Origin::Git(_, follows) => {
            "git".clone_into(&mut dependency.source);
            dependency.git_reference = Value::written(follows.form().to_owned(), span);
        }
    }
    dependency
}
