//! The two workflows: one for pull requests, one that keeps a weekly issue up to date.

use super::Origin;

/// Where the templates take what is the repository's own.
const USES: &str = "OWNER/reproof@REFERENCE";
const BRANCH: &str = "BRANCH";

/// The workflow for pull requests; `branch` is the one that they go to. `None` when the action cannot come from there.
pub fn workflow(origin: &Origin, branch: &str) -> Option<String> {
    let text = include_str!("templates/reproof.yml").replace(USES, &origin.uses()?);
    Some(text.replace(BRANCH, &quoted(branch)))
}

/// The weekly workflow. `None` when the action cannot come from there.
pub fn weekly(origin: &Origin) -> Option<String> {
    Some(include_str!("templates/weekly.yml").replace(USES, &origin.uses()?))
}

/// A branch as YAML: quoted where it could be read as something else.
fn quoted(branch: &str) -> String {
    let is_plain = branch.starts_with(|c: char| c.is_ascii_alphabetic())
        && branch.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    if is_plain { branch.to_owned() } else { format!("'{}'", branch.replace('\'', "''")) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::source::SourceId;
    use crate::syntax::yaml;

    #[test]
    fn templates_are_filled_in_and_are_yaml() {
        let origin = Origin::parse("acme/reproof@v1.2").unwrap();
        let both = [workflow(&origin, "it's [odd]").unwrap(), weekly(&origin).unwrap()];
        for text in both {
            assert!(text.contains("- uses: acme/reproof@v1.2"));
            assert!(!text.contains("REFERENCE") && !text.contains("BRANCH"), "{text}");
            let document = yaml::parse(SourceId::FIRST, &text.as_str().into()).unwrap();
            assert!(document.root().get("jobs").is_some());
        }
        assert_eq!(weekly(&Origin::parse("https://git.example.com/x/reproof@v1").unwrap()), None);
    }
}
