//! Builds to the functions they were made for; a measured size takes the place of a predicted one.

use std::collections::BTreeMap;

use crate::facts::{Artifact, Build, Bytes, Count, Facts, Header, Interval, Lambda, Link, Part, PartKind};
use crate::path;
use crate::value::Value;

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

/// Puts builds that were measured in the place of what was predicted of functions and layers. Runs after the prediction.
pub(in crate::derive) fn measure(facts: &mut Facts) {
    for link in facts.links::<Build>().collect::<Vec<_>>() {
        let build = &facts[link];
        let (Some(lambda), Some(built)) = (build.lambda, built(build)) else { continue };
        let count = build.entry_count;
        let sharing: Vec<Link<Lambda>> =
            facts.all::<Lambda>().filter(|(_, lambda)| is_of(build, lambda)).map(|(link, _)| link).collect();
        // An artifact of several functions stands for all of them.
        let artifact = facts[lambda].artifact.unwrap_or_else(|| {
            let artifact = blank(facts, lambda, count);
            facts.add(artifact)
        });
        let package = &mut facts[artifact];
        package.how = "measured".to_owned();
        package.made_of.retain(|part| matches!(part.kind, PartKind::Layer(_)));
        package.made_of.insert(0, built);
        for function in sharing {
            facts[function].artifact.get_or_insert(artifact);
        }
    }
    measure_layers(facts);
}

/// A build as the part that it is of what is deployed. `None` when it could not be measured.
fn built(build: &Build) -> Option<Part> {
    let bytes = |value: &Value<Bytes>| u64::try_from(value.known()?.0).ok();
    let compressed = match build.form.as_str() {
        "archive" => bytes(&build.compressed).map(Interval::exactly),
        _ => None,
    };
    let open = || Interval::at_least(0, "a directory was built, which is not compressed yet");
    let unzipped = Interval::exactly(bytes(&build.unzipped)?);
    Some(Part { kind: PartKind::Built, unzipped, compressed: compressed.unwrap_or_else(open), contents: None })
}

/// `.aws-sam/build/Shared` is the layer `Shared` of the template beside it.
fn measure_layers(facts: &mut Facts) {
    let layers: BTreeMap<(String, String), Part> = facts
        .builds
        .iter()
        .filter(|build| build.builder == "aws-sam" && build.lambda.is_none())
        .filter_map(|build| Some(((build.home.clone(), build.function.known()?.clone()), built(build)?)))
        .collect();
    if layers.is_empty() {
        return;
    }
    for artifact in &mut facts.artifacts {
        let home = path::directory(&artifact.header.path).to_owned();
        for part in &mut artifact.made_of {
            let PartKind::Layer(name) = &part.kind else { continue };
            if let Some(built) = layers.get(&(home.clone(), name.clone())) {
                part.unzipped = built.unzipped.clone();
                part.contents = None;
            }
        }
    }
}

fn blank(facts: &Facts, lambda: Link<Lambda>, count: Count) -> Artifact {
    let own = &facts[lambda];
    let span = own.code.span.unwrap_or(own.header.span);
    let header = Header::new(&own.header.path, format!("{}/package", own.header.name), span);
    Artifact { package_count: count, ..Artifact::unknown(header, lambda, "it was not measured") }
}
