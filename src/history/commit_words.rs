//! What a commit's message says of taking something back.

/// Words that say that a version was taken back or held.
const WORDS: &[&str] = &[
    "revert",
    "reverts",
    "reverted",
    "reverting",
    "rollback",
    "rollbacks",
    "rolled",
    "downgrade",
    "downgrades",
    "downgraded",
    "downgrading",
    "pin",
    "pins",
    "pinned",
    "pinning",
    "backout",
    "undo",
    "undoes",
];

/// Words that are two.
const PAIRS: &[(&str, &str)] =
    &[("roll", "back"), ("rolling", "back"), ("back", "out"), ("backs", "out"), ("backed", "out")];

/// Whether a message says that something is taken back. What is taken back a second time comes back instead.
pub fn takes_back(message: &str) -> bool {
    let words = words(&title(message));
    !brings_back(message)
        && (words.iter().any(|word| WORDS.contains(&word.as_str()))
            || words.windows(2).any(|pair| PAIRS.iter().any(|(first, second)| pair[0] == *first && pair[1] == *second)))
}

/// Whether a message says that what was taken back comes back.
pub fn brings_back(message: &str) -> bool {
    // The branch of a revert is called `revert-12-name`, so the name of a merged branch does not count with its title.
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let subject = lines.next().unwrap_or_default();
    let words = words(if subject.starts_with("Merge ") { lines.next().unwrap_or(subject) } else { subject });
    let reverts = words.iter().filter(|word| word.starts_with("revert")).count();
    reverts > 1 || words.iter().any(|word| matches!(word.as_str(), "reapply" | "reland" | "relands" | "unpin"))
}

/// The words of a line, in lower case.
fn words(line: &str) -> Vec<String> {
    // Underscores and hyphens part words: branches are called `docker_revert_patch`.
    let parts = line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    parts.map(str::to_ascii_lowercase).collect()
}

/// The line that says what a commit is: the first one, and for the merge of a pull request the title after it too.
fn title(message: &str) -> String {
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let subject = lines.next().unwrap_or_default();
    if subject.starts_with("Merge ") {
        format!("{subject} {}", lines.next().unwrap_or_default())
    } else {
        subject.to_owned()
    }
}

/// The commits that a message says it reverts, as hexadecimal digits.
pub fn reverted(message: &str) -> impl Iterator<Item = &str> {
    const SENTENCE: &str = "This reverts commit ";
    message.match_indices(SENTENCE).filter_map(|(at, _)| {
        let rest = &message[at + SENTENCE.len()..];
        let end = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
        (end >= 7).then(|| &rest[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_as_people_mean_them() {
        for (message, expected) in [
            ("Revert \"Bump amber to 2\"", true),
            ("Revert \"Revert \"Bump amber to 2\"\"", false),
            ("Reapply \"Bump amber to 2\"", false),
            ("Merge pull request #1 from team/docker_revert_patch", true),
            ("Merge pull request #1 from team/x\n\nDowngrade docker", true),
            ("Merge pull request #2 from team/revert-1-x\n\nRevert \"Update docker\"", true),
            ("Merge pull request #3 from team/revert-2-revert-1-x", false),
            ("roll back amber", true),
            ("Pin amber below 2", true),
            ("Unpin amber", false),
            ("Update dependencies\n\nrevert of the spinner", false),
            ("Spinning wheel", false),
        ] {
            assert_eq!(takes_back(message), expected, "{message}");
        }
        let message = "Revert \"x\"\n\nThis reverts commit 0123456789abcdef.\nThis reverts commit xyz.";
        assert_eq!(reverted(message).collect::<Vec<_>>(), ["0123456789abcdef"]);
    }
}
