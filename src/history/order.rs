//! Which of two versions is the newer one.

use std::cmp::Ordering;
use std::str::FromStr;

use crate::node::version::{Mode, parse};

/// Compares two versions of a package of an ecosystem; texts that are no versions of it part by part.
pub fn compare(ecosystem: &str, a: &str, b: &str) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    if ecosystem == "python"
        && let (Ok(a), Ok(b)) = (pep440_rs::Version::from_str(a), pep440_rs::Version::from_str(b))
    {
        return a.cmp(&b);
    }
    if let (Some(a), Some(b)) = (parse(a, Mode::Loose), parse(b, Mode::Loose)) {
        return a.cmp(&b);
    }
    natural(a, b)
}

/// Numbers as numbers, words as words; a version that goes on is the newer one.
fn natural(a: &str, b: &str) -> Ordering {
    let parts = |text: &str| -> Vec<(bool, u64, String)> {
        let split = text.trim_start_matches('v').split(|c: char| !c.is_ascii_alphanumeric());
        split
            .map(|part| part.parse::<u64>().map_or((false, 0, part.to_owned()), |n| (true, n, String::new())))
            .collect()
    };
    parts(a).cmp(&parts(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_their_ecosystem_does() {
        for (ecosystem, older, newer) in [
            ("python", "1.9", "1.10"),
            ("python", "2.0rc1", "2.0"),
            ("python", "1.0", "1.0.post1"),
            ("node", "1.0.0-beta.2", "1.0.0"),
            ("rust", "0.9.0", "0.10.0"),
            ("ruby", "1.2", "1.2.3.4"),
            ("php", "v2.9.1.1", "v2.10.0.0"),
        ] {
            assert_eq!(compare(ecosystem, older, newer), Ordering::Less, "{older} {newer}");
            assert_eq!(compare(ecosystem, newer, older), Ordering::Greater, "{newer} {older}");
        }
    }
}
