//! Levels of the machines that jobs ask for.

use super::{Level, numbers};

/// The systems that hosted machines are named after.
const HOSTED: [&str; 3] = ["ubuntu-", "macos-", "windows-"];

/// The level of a hosted machine's label; `None` for machines of one's own.
///
/// A named release is the most that a label can say: its image is renewed about weekly.
pub fn level(label: &str) -> Option<Level> {
    let label = label.to_ascii_lowercase();
    let release = HOSTED.iter().find_map(|system| label.strip_prefix(system))?;
    if release == "latest" || release.starts_with("latest-") {
        return Some(Level::Floating);
    }
    let (count, rest) = numbers(release);
    (count > 0 && (rest.is_empty() || rest.starts_with('-'))).then_some(Level::Minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        let cases = [
            ("ubuntu-latest", Some(Level::Floating)),
            ("Ubuntu-Latest", Some(Level::Floating)),
            ("macos-latest-xlarge", Some(Level::Floating)),
            ("ubuntu-24.04", Some(Level::Minor)),
            ("ubuntu-24.04-arm", Some(Level::Minor)),
            ("windows-2022", Some(Level::Minor)),
            ("macos-15", Some(Level::Minor)),
            ("self-hosted", None),
            ("ubuntu-slim", None),
            ("linux", None),
        ];
        for (label, expected) in cases {
            assert_eq!(level(label), expected, "{label}");
        }
    }
}
