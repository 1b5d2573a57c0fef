//! Differences of lockfiles that record a digest of their manifest, as facts will tell them.

use super::undo::Edit;
use super::{Difference, Weight};
use crate::facts::{Link, Manifest};
use crate::python::name::normalize;
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
            asked: Value { span: place, ..Value::absent() },
            recorded,
            ..Difference::of(aspect, subject, explanation, self.remedy)
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

    /// What packages and requirements show to be out of step, or the one edit that the digest proves: beside a proof
    /// only what speaks of the same thing is told. Of what is gone the proof knows how it was asked for.
    pub(super) fn settled(gaps: Vec<Difference>, proof: Option<Difference>) -> Vec<Difference> {
        let Some(proof) = proof else { return gaps };
        let same: Vec<Difference> = gaps.into_iter().filter(|gap| is_same(gap, &proof)).collect();
        if same.is_empty() {
            return vec![proof];
        }
        let told = |gap: Difference| match gap.aspect {
            "orphan" => {
                let asked = Value { span: proof.asked.span, ..gap.asked };
                Difference { asked, explanation: proof.explanation.clone(), ..gap }
            }
            _ => gap,
        };
        same.into_iter().map(told).collect()
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

/// Whether two differences speak of one thing, or of one place of the manifest.
fn is_same(gap: &Difference, proof: &Difference) -> bool {
    let meet = |one: Span, other: Span| one.source == other.source && one.start < other.end && other.start < one.end;
    let place = gap.asked.span.zip(proof.asked.span).is_some_and(|(one, other)| meet(one, other));
    normalize(&gap.subject) == normalize(&proof.subject) || place && gap.aspect != "orphan"
}
