//! Images that the repository makes itself, and those that a kustomization puts in place of others.

use std::collections::BTreeSet;

use crate::facts::{Facts, Image, Replaced};
use crate::path;
use crate::pin::image;

/// Says of each image whether a build of the repository gives it its name, or it is called after one of its projects.
pub(super) fn tell(facts: &mut Facts) {
    let names = facts.steps.iter().flat_map(|step| &step.images.builds);
    let names = names.chain(facts.image_builds.iter().filter_map(|build| build.image.known()));
    let built: BTreeSet<String> =
        names.map(|name| image::parse(name).repository.to_owned()).filter(|name| !name.contains('$')).collect();
    let projects: BTreeSet<String> = facts
        .manifests
        .iter()
        .filter_map(|manifest| manifest.project.known())
        .map(|name| name.rsplit('/').next().unwrap_or(name).to_owned())
        .collect();
    for image in &mut facts.images {
        let Some(name) = image.repository.known() else { continue };
        let is_named_after = name.rsplit_once('/').is_some_and(|(_, name)| projects.contains(name));
        image.own = built.contains(name) || is_named_after;
    }
}

/// Leaves out the images of manifests that a kustomization replaces: what it says of them is judged where it says it.
pub(super) fn replace(facts: &mut Facts) {
    let replaced: Vec<Replaced> = facts.images.iter().filter_map(|image| image.replaces.clone()).collect();
    let is_replaced = |image: &Image| {
        let name = image.repository.known();
        let covers = |one: &Replaced| {
            Some(&one.name) == name && one.within.iter().any(|place| path::is_below(&image.header.path, place))
        };
        image.role == "deployed" && image.replaces.is_none() && replaced.iter().any(covers)
    };
    facts.images.retain(|image| !is_replaced(image));
}
