//! Images that commands run or fetch. What the repository builds itself is none of them.

use std::collections::BTreeSet;

use crate::facts::{Facts, Header, Image, Step};
use crate::pin::image;
use crate::sample::is_sample;

/// Adds an image for each that the commands of a file name, once.
pub(super) fn note(facts: &mut Facts) {
    let built: BTreeSet<&str> =
        facts.steps.iter().flat_map(|step| &step.images.builds).map(|name| image::parse(name).repository).collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for step in facts.steps.iter().filter(|step| counts(step)) {
        for name in &step.images.runs {
            let repository = image::parse(name).repository;
            let is_somebodys = repository.contains('/') || image::is_official(repository);
            if is_somebodys && !built.contains(repository) && seen.insert((step.header.path.clone(), name)) {
                let Header { path, span, name: of_step, .. } = &step.header;
                found.push(Image::named(Header::new(path, format!("{of_step}: {name}"), *span), "tool", name, *span));
            }
        }
    }
    facts.images.extend(found);
}

fn counts(step: &Step) -> bool {
    !step.shadow && !step.conditional && step.trigger != "schedule" && !is_sample(&step.header.path)
}
