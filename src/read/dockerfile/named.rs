//! An image that a Dockerfile names: the fact of it, and the version of a language that it brings.

use std::ops::Range;

use crate::facts::{Image, Toolchain};
use crate::pin::image;
use crate::read::{File, Output};

/// An image that a file names, and what for.
pub(super) struct Named<'s> {
    pub(super) label: &'s str,
    pub(super) role: &'s str,
    /// Whether developers work in what is made of it.
    pub(super) for_developers: bool,
    pub(super) image: &'s Result<String, String>,
    pub(super) place: &'s Range<usize>,
}

impl Named<'_> {
    pub(super) fn note(&self, file: &File<'_>) -> Image {
        let (span, role) = (file.span(self.place.clone()), self.role);
        let header = file.part(self.label, span);
        match self.image {
            Ok(text) => Image::named(header, role, text, span),
            Err(reason) => Image::unresolved(header, role, reason, span),
        }
    }

    /// The version of a language that it brings for the project.
    pub(super) fn select(&self, file: &File<'_>, output: &mut Output) {
        let span = file.span(self.place.clone());
        let Ok(text) = self.image else { return };
        let reference = image::parse(text);
        if let Some((tool, Some(version))) = reference.runtime() {
            let header = file.part(&format!("{}: {tool}", self.label), span);
            let mut fact = Toolchain::selecting(header, tool, version, span);
            fact.surface = reference.shown();
            fact.phase = match self.role {
                "base" => "image",
                "tool" if self.for_developers => "dev",
                _ => "image-builder",
            }
            .to_owned();
            output.facts.add(fact);
        }
    }
}
