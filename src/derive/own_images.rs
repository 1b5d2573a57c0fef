//! Images that the repository makes itself, and Dockerfiles of which it makes none that is released.

use std::collections::BTreeSet;

use crate::facts::{Facts, Step};
use crate::path;
use crate::pin::image;
use crate::steps::Purpose;

/// Says of each image whether a build of the repository gives it its name, it is called after one of its projects, or it lies on the machine.
pub(super) fn tell(facts: &mut Facts) {
    let built: BTreeSet<String> = facts
        .steps
        .iter()
        .flat_map(|step| &step.images.builds)
        .map(|name| image::parse(name).repository.to_owned())
        .filter(|name| !name.contains('$'))
        .collect();
    let projects: BTreeSet<String> = facts
        .manifests
        .iter()
        .filter_map(|manifest| manifest.project.known())
        .map(|name| name.rsplit('/').next().unwrap_or(name).to_owned())
        .collect();
    for image in &mut facts.images {
        let Some(name) = image.repository.known() else { continue };
        let is_named_after = name.rsplit_once('/').is_some_and(|(_, name)| projects.contains(name));
        image.own = built.contains(name) || is_named_after || is_on_the_machine(name);
    }
}

/// Whether a repository lies on the machine itself: an earlier step has put it there.
fn is_on_the_machine(name: &str) -> bool {
    let host = name.split(['/', ':']).next().unwrap_or("");
    host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.")
}

/// Names of the directories below a project in which the Dockerfiles of its releases are kept.
const FOR_IMAGES: &[&str] = &[
    "docker",
    ".docker",
    "dockerfiles",
    "container",
    "containers",
    "images",
    "image",
    "build",
    "deploy",
    "deployment",
    "packaging",
];

/// Whether a directory, as seen from that of a project, is one for its Dockerfiles.
fn is_for_images(below: Option<&str>) -> bool {
    below.is_some_and(|below| FOR_IMAGES.contains(&below.split('/').next().unwrap_or("")))
}

/// Takes a plain `Dockerfile` for that of developers where jobs build others of its directory only, or of one below it for such files, and
/// release what comes of them.
pub(super) fn pass_over(facts: &mut Facts) {
    let mut built = BTreeSet::new();
    let mut released = BTreeSet::new();
    for step in facts.steps.iter().filter(|step| step.surface != "dockerfile") {
        for file in &step.images.files {
            let directory = step.directory.known();
            let Some(file) = directory.and_then(|own| path::join(own, file)).filter(|file| !file.contains('$')) else {
                return;
            };
            if step.purpose == Purpose::Release.word() {
                released.insert(path::directory(&file).to_owned());
            }
            built.insert(file);
        }
    }
    let is_of_developers = |file: &str| {
        let own = path::directory(file);
        let is_beside = |other: &String| other == own || is_for_images(path::relative_to(other, own));
        path::file_name(file) == "Dockerfile" && !built.contains(file) && released.iter().any(is_beside)
    };
    for image in facts.images.iter_mut().filter(|image| image.role == "base" && is_of_developers(&image.header.path)) {
        "tool".clone_into(&mut image.role);
    }
    let is_in_image = |step: &&mut Step| step.surface == "dockerfile" && is_of_developers(&step.header.path);
    for step in facts.steps.iter_mut().filter(is_in_image) {
        Purpose::Develop.word().clone_into(&mut step.purpose);
    }
    for fact in facts.toolchains.iter_mut().filter(|fact| fact.phase == "image" && is_of_developers(&fact.header.path))
    {
        "dev".clone_into(&mut fact.phase);
    }
}
