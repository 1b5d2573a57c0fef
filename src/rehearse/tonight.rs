//! What a verdict asks of whoever has to roll back now, in a sentence.

use super::rows::{ArtifactRow, RehearsalRow, Verdict, Weight};
use crate::words::counted;

/// The sentence for a service.
pub(super) fn advice(row: &RehearsalRow) -> String {
    match row.verdict {
        Verdict::Recreatable => "go ahead, install exactly what is locked".to_owned(),
        Verdict::Warnings => format!(
            "go ahead, install exactly what is locked and update nothing{}; the rest can wait for the morning",
            provided(&row.artifacts)
        ),
        Verdict::NotRecreatable => format!(
            "do not rebuild, deploy the artifact that was built for this revision if it was kept; without it {} to be \
             put right first",
            has(row.weighing(Weight::Failure))
        ),
        Verdict::Unknown if row.artifacts.is_empty() => {
            "nothing was looked at, so nothing is proven; deploy the artifact that was built for this revision if it \
             was kept"
                .to_owned()
        }
        Verdict::Unknown => format!(
            "nothing is proven, deploy the artifact that was built for this revision if it was kept; before a rebuild \
             {} to be settled",
            has(row.weighing(Weight::Unknown))
        ),
    }
}

fn has(count: usize) -> String {
    let verb = if count == 1 { "has" } else { "have" };
    format!("{} {verb}", counted(count, "thing"))
}

/// What a rebuild with warnings needs besides the lockfile.
fn provided(artifacts: &[ArtifactRow]) -> String {
    let warnings = || artifacts.iter().filter(|row| row.weight == Weight::Warning);
    let mut needs = Vec::new();
    let sources = warnings().filter(|row| row.outcome == "source-build").count();
    if sources > 0 {
        needs.push(format!("have a compiler ready for {}", counted(sources, "package")));
    }
    if warnings().any(|row| row.kind == "image" && row.outcome == "tag") {
        needs.push("take base images by the digest that production runs".to_owned());
    }
    if warnings().any(|row| row.kind == "toolchain" && matches!(row.outcome, "range" | "unstated")) {
        needs.push("use the runtime that production runs".to_owned());
    }
    if needs.is_empty() { String::new() } else { format!("; {}", needs.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kind: &'static str, outcome: &'static str, weight: Weight) -> ArtifactRow {
        ArtifactRow::new("python", kind, "a").with(outcome, weight)
    }

    #[test]
    fn each_verdict_says_what_to_do() {
        let image = row("image", "tag", Weight::Warning);
        let source = row("package", "source-build", Weight::Warning);
        let action = row("action", "tag", Weight::Warning);
        let gone = row("package", "gone", Weight::Failure);
        let unknown = row("package", "unknown", Weight::Unknown);
        let look = |artifacts: Vec<ArtifactRow>| RehearsalRow { artifacts, ..RehearsalRow::new(".", "") }.complete();
        for (verdict, artifacts, expected) in [
            (
                Verdict::Recreatable,
                vec![row("package", "offered", Weight::Good)],
                "go ahead, install exactly what is locked",
            ),
            (
                Verdict::Warnings,
                vec![action],
                "go ahead, install exactly what is locked and update nothing; the rest can wait for the morning",
            ),
            (
                Verdict::Warnings,
                vec![image, source],
                "go ahead, install exactly what is locked and update nothing; have a compiler ready for 1 package, take \
                 base images by the digest that production runs; the rest can wait for the morning",
            ),
            (
                Verdict::NotRecreatable,
                vec![gone.clone(), gone],
                "do not rebuild, deploy the artifact that was built for this revision if it was kept; without it \
                 2 things have to be put right first",
            ),
            (
                Verdict::Unknown,
                vec![unknown],
                "nothing is proven, deploy the artifact that was built for this revision if it was kept; before a \
                 rebuild 1 thing has to be settled",
            ),
        ] {
            let found = look(artifacts);
            assert_eq!((found.verdict, found.advice.as_str()), (verdict, expected));
        }
    }
}
