//! Differences of lockfiles that record a digest of their manifest, as facts will tell them.

use super::undo::Edit;
use super::{Difference, Weight};
use crate::facts::{Link, Manifest};
use crate::source::Span;
use crate::value::Value;

/// What all differences of one lockfile share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Teller {
    /// The manifest that asks.
    pub(super) manifest: Link<Manifest>,
    /// The command that mends it.
    pub(super) remedy: &'static str,
}

impl Teller {
    /// A difference of which the manifest's side is a place at most.
    pub(super) fn difference(
        self,
        aspect: &'static str,
        subject: &str,
        place: Option<Span>,
        recorded: Value<String>,
        explanation: String,
    ) -> Difference {
        Difference {
            manifest: Some(self.manifest),
            asked_in: None,
            cause: Value::absent(),
            aspect,
            subject: subject.to_owned(),
            asked: Value { span: place, ..Value::absent() },
            recorded,
            weight: Weight::Resolution,
            explanation,
            remedy: self.remedy.to_owned(),
        }
    }

    /// A difference of which the manifest's side is a value.
    pub(super) fn asked(
        self,
        aspect: &'static str,
        subject: &str,
        asked: (String, Span),
        recorded: Value<String>,
        explanation: String,
    ) -> Difference {
        let (text, span) = asked;
        let asked = Value::written(text, span);
        Difference { asked, ..self.difference(aspect, subject, Some(span), recorded, explanation) }
    }

    /// The edit that explains the digest.
    pub(super) fn edited(self, edit: Edit) -> Difference {
        let recorded = edit.before.map_or_else(Value::absent, Value::derived);
        let asked = (edit.now, edit.span);
        let told = self.asked("requirement", &edit.subject, asked, recorded, edit.explanation);
        Difference { weight: edit.weight, ..told }
    }

    /// No edit that is known explains the digest: `name` is what the lockfile calls it.
    pub(super) fn unexplained(
        self,
        name: &str,
        file: &str,
        place: Option<Span>,
        recorded: Value<String>,
    ) -> Difference {
        let explanation = format!(
            "the recorded {name} is not that of {file}, although the locked packages satisfy every requirement"
        );
        Difference { weight: Weight::Spelling, ..self.difference("digest", name, place, recorded, explanation) }
    }

    /// The lockfile records no digest.
    pub(super) fn undigested(self, name: &str) -> Difference {
        self.difference("digest", name, None, Value::absent(), format!("the lockfile records no {name}"))
    }
}
