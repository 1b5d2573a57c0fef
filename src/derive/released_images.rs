//! Dockerfiles of which nothing is released: what comes of them serves developers, tests, or a virtual machine.
//!
//! The strongest evidence is a job that builds one and sends the image out. Without any, what a Dockerfile starts and who names it tells.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::facts::{Facts, ImageBuild, Step};
use crate::image_files;
use crate::path;
use crate::sample::{is_aside, speaks_of_production};
use crate::steps::Purpose;

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

/// The directory of what serves the repository itself: actions, and what its jobs run in.
const OF_THE_REPOSITORY: &str = ".github";

/// Who has which Dockerfiles built. A `$` in a path stands for what only the run tells.
struct Builders {
    /// Those that a job builds and sends out.
    released: BTreeSet<String>,
    /// Those that any command or action builds.
    built: BTreeSet<String>,
    /// Those that services of compose files are made of.
    composed: BTreeSet<String>,
    /// Those that a compose file of what is deployed names.
    in_production: BTreeSet<String>,
    /// Those that machines and tests of developers are made of.
    developed: BTreeSet<String>,
    /// Those whose containers start a server for developers, or tests.
    serving: BTreeSet<String>,
    /// Those that say what their containers start.
    starting: BTreeSet<String>,
}

/// Takes Dockerfiles of which nothing is released for those of developers.
pub(super) fn pass_over(facts: &mut Facts) {
    let builders = Builders::of(facts);
    let is_for_developers = |file: &str| builders.is_for_developers(file);
    for image in facts.images.iter_mut().filter(|image| matches!(image.role.as_str(), "base" | "build")) {
        if is_for_developers(&image.header.path) {
            "tool".clone_into(&mut image.role);
        }
    }
    let of_functions: BTreeSet<Arc<str>> = facts
        .images
        .iter()
        .filter(|image| image.repository.known().is_some_and(|name| image_files::is_of_functions(name)))
        .map(|image| Arc::clone(&image.header.path))
        .collect();
    for step in facts.steps.iter_mut().filter(|step| step.surface == "dockerfile") {
        step.sent_out = builders.sends_out(&step.header.path) || of_functions.contains(&step.header.path);
    }
    for fact in facts.toolchains.iter_mut().filter(|fact| matches!(fact.phase.as_str(), "image" | "image-builder")) {
        fact.kept_here = !builders.sends_out(&fact.header.path) && !of_functions.contains(&fact.header.path);
    }
    let is_in_image = |step: &&mut Step| step.surface == "dockerfile" && is_for_developers(&step.header.path);
    for step in facts.steps.iter_mut().filter(is_in_image) {
        let purpose = if lies_aside(&step.header.path) { Purpose::Check } else { Purpose::Develop };
        purpose.word().clone_into(&mut step.purpose);
    }
    for fact in facts.toolchains.iter_mut().filter(|fact| matches!(fact.phase.as_str(), "image" | "image-builder")) {
        if is_for_developers(&fact.header.path) {
            let phase = if lies_aside(&fact.header.path) { "aside" } else { "dev" };
            phase.clone_into(&mut fact.phase);
        }
    }
}

impl Builders {
    fn of(facts: &Facts) -> Self {
        let (mut released, mut built) = (BTreeSet::new(), BTreeSet::new());
        for step in facts.steps.iter().filter(|step| step.surface != "dockerfile") {
            for file in &step.images.files {
                let known = step.directory.known().and_then(|own| path::join(own, file));
                let file = known.unwrap_or_else(|| "$".to_owned());
                if step.purpose == Purpose::Release.word() {
                    released.insert(file.clone());
                }
                built.insert(file);
            }
        }
        let named = |for_developers: bool| {
            let builds = facts.image_builds.iter().filter(|build| build.for_developers == for_developers);
            builds.map(|build| build.dockerfile.clone()).collect()
        };
        let of_images = |says_so: fn(bool) -> bool| {
            let images = facts.images.iter().filter(|image| image.serves_developers.is_some_and(says_so));
            images.map(|image| image.header.path.to_string()).collect()
        };
        let (composed, developed) = (named(false), named(true));
        let is_deployed = |build: &&ImageBuild| build.builder == "compose" && speaks_of_production(&build.header.path);
        let in_production =
            facts.image_builds.iter().filter(is_deployed).map(|build| build.dockerfile.clone()).collect();
        Self {
            released,
            built,
            composed,
            in_production,
            developed,
            serving: of_images(|serves| serves),
            starting: of_images(|_| true),
        }
    }

    /// Whether something builds the image of a Dockerfile and sends it out, or composes it where it is deployed.
    fn sends_out(&self, file: &str) -> bool {
        // What only the run tells may be any file, so it proves nothing of this one.
        let is_named = |pattern: &&String| !pattern.starts_with('$');
        self.released.iter().filter(is_named).any(|pattern| fits(pattern, file)) || self.in_production.contains(file)
    }

    fn is_for_developers(&self, file: &str) -> bool {
        if self.released.iter().any(|pattern| fits(pattern, file)) {
            return false;
        }
        let is_built = self.built.iter().any(|pattern| fits(pattern, file));
        let is_plain = path::file_name(file) == "Dockerfile";
        let serves_a_machine = self.developed.iter().any(|pattern| fits(pattern, file));
        let is_composed = self.composed.contains(file);
        let is_idle = !self.starting.contains(file);
        let is_developed = serves_a_machine && !is_composed && !is_built && (!is_plain || is_idle);
        let is_passed_over = !is_built && (is_plain || is_composed || serves_a_machine) && self.releases_beside(file);
        self.serving.contains(file) || is_developed || is_passed_over || lies_aside(file)
    }

    /// Whether jobs release what comes of another Dockerfile of its directory, or of one below it for such files.
    fn releases_beside(&self, file: &str) -> bool {
        let own = path::directory(file);
        let is_beside = |other: &str| other == own || is_for_images(path::relative_to(other, own));
        self.released.iter().any(|other| !other.contains('$') && is_beside(path::directory(other)))
    }
}

/// Whether a Dockerfile lies among tools, tests and benchmarks, or what serves the repository itself.
fn lies_aside(file: &str) -> bool {
    is_aside(file) || path::is_below(file, OF_THE_REPOSITORY)
}

/// Whether a path may be meant by a pattern.
fn fits(pattern: &str, file: &str) -> bool {
    let Some((before, rest)) = pattern.split_once('$') else { return pattern == file };
    let after = rest.rsplit_once('}').map_or("", |(_, after)| after);
    file.len() >= before.len() + after.len() && file.starts_with(before) && file.ends_with(after)
}

/// Whether a directory, as seen from that of a project, is one for its Dockerfiles.
fn is_for_images(below: Option<&str>) -> bool {
    below.is_some_and(|below| FOR_IMAGES.contains(&below.split('/').next().unwrap_or("")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_paths() {
        for (pattern, file, expected) in [
            ("docker/Dockerfile", "docker/Dockerfile", true),
            ("docker/Dockerfile", "Dockerfile", false),
            ("$", "Dockerfile", true),
            ("docker/Dockerfile.${{ matrix.system }}", "docker/Dockerfile.alpine", true),
            ("services/${{ matrix.service }}/Dockerfile", "services/billing/Dockerfile", true),
            ("services/${{ matrix.service }}/Dockerfile", "Dockerfile", false),
            ("services/${{ matrix.service }}/Dockerfile", "services/billing/Dockerfile.dev", false),
        ] {
            assert_eq!(fits(pattern, file), expected, "{pattern} {file}");
        }
    }
}
