//! Builds to the functions they were made for; a measured size takes the place of a predicted one.

use crate::facts::{Artifact, Build, Bytes, Facts, Header, Lambda, Link};
use crate::path;
use crate::value::{State, Value};

/// Links each build to its function, by its place or because the function names the archive.
pub(super) fn link(facts: &mut Facts) {
    let mut found = Vec::new();
    for (link, build) in facts.all::<Build>() {
        if let Some((lambda, _)) = facts.all::<Lambda>().find(|(_, lambda)| is_of(build, lambda)) {
            found.push((link, lambda));
        }
    }
    for (build, lambda) in found {
        facts[build].lambda = Some(lambda);
        let (x86, arm) = facts[build].processors.clone();
        let other = match facts[lambda].architecture.known().map(String::as_str) {
            Some("arm64") => x86,
            Some("x86_64") => arm,
            _ => None,
        };
        if let Some(other) = other
            && facts[build].foreign_entry.is_absent()
        {
            facts[build].foreign_entry = Value::derived(other);
        }
    }
}

/// Whether a build is that of a function: `.aws-sam/build/Name`, `.serverless/name.zip`, or the archive that it names.
fn is_of(build: &Build, lambda: &Lambda) -> bool {
    let path = &*build.header.path;
    if lambda.archive.as_deref().is_some_and(|named| named == path || path.strip_suffix(".zip") == Some(named)) {
        return true;
    }
    let is_home = path::directory(&lambda.header.path) == build.home;
    is_home && build.function.known().is_some_and(|name| *name == lambda.logical_name)
}

/// Sets the size of functions that were built. Runs after the prediction.
pub(in crate::derive) fn measure(facts: &mut Facts) {
    for link in facts.links::<Build>().collect::<Vec<_>>() {
        let build = &facts[link];
        let (Some(lambda), State::Known(unzipped)) = (build.lambda, &build.unzipped.state) else { continue };
        let (unzipped, compressed, count) = (*unzipped, build.compressed.clone(), build.entry_count);
        let sharing: Vec<Link<Lambda>> =
            facts.all::<Lambda>().filter(|(_, lambda)| is_of(build, lambda)).map(|(link, _)| link).collect();
        // An artifact of several functions stands for all of them.
        let artifact = facts[lambda].artifact.unwrap_or_else(|| {
            let artifact = blank(facts, lambda, count);
            facts.add(artifact)
        });
        fill(&mut facts[artifact], unzipped, compressed);
        for function in sharing {
            facts[function].artifact.get_or_insert(artifact);
        }
    }
}

fn blank(facts: &Facts, lambda: Link<Lambda>, count: crate::facts::Count) -> Artifact {
    let own = &facts[lambda];
    let span = own.code.span.unwrap_or(own.header.span);
    let header = Header::new(&own.header.path, format!("{}/package", own.header.name), span);
    Artifact { package_count: count, ..Artifact::unknown(header, lambda, None, "it was not measured") }
}

fn fill(artifact: &mut Artifact, unzipped: Bytes, compressed: Value<Bytes>) {
    artifact.how = "measured".to_owned();
    artifact.unzipped = Value::derived(unzipped);
    artifact.unzipped_least = Value::derived(unzipped);
    artifact.compressed = compressed.or(Value::unknown("a directory was built, which is not compressed yet", None));
}
