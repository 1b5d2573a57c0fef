//! Constraints of Composer: `^1.2`, `~2.3`, `1.*`, `>=1 <3 || 4.0.1`, `1.0 - 2.0`, `dev-main`.

use super::version::{ANY, Numbered, Part, Version, is_stability, modifiers, numbers};

/// The versions that a constraint admits.
#[derive(Debug, Clone)]
pub struct Constraint {
    alternatives: Vec<Vec<Bound>>,
}

#[derive(Debug, Clone)]
enum Bound {
    AtLeast(Numbered),
    Above(Numbered),
    Below(Numbered),
    AtMost(Numbered),
    Is(Version),
    IsNot(Version),
}

impl Constraint {
    /// Reads a constraint; `None` for what Composer refuses.
    pub fn parse(text: &str) -> Option<Self> {
        let parts = text.trim().split('|').filter(|part| !part.is_empty());
        let alternatives: Vec<Vec<Bound>> = parts.map(|part| conjunction(part.trim())).collect::<Option<_>>()?;
        (!alternatives.is_empty()).then_some(Self { alternatives })
    }

    /// Whether a version is admitted.
    pub fn admits(&self, version: &Version) -> bool {
        self.alternatives.iter().any(|bounds| bounds.iter().all(|bound| bound.admits(version)))
    }

    /// How the constraint is open: `none`, `floor`, `range`, `exact`.
    pub fn openness(&self) -> &'static str {
        let is_open = |bounds: &[Bound]| {
            !bounds.iter().any(|bound| matches!(bound, Bound::Below(_) | Bound::AtMost(_) | Bound::Is(_)))
        };
        if self.alternatives.iter().any(|bounds| bounds.iter().all(|bound| matches!(bound, Bound::IsNot(_)))) {
            "none"
        } else if self.alternatives.iter().any(|bounds| is_open(bounds)) {
            "floor"
        } else if matches!(self.alternatives.as_slice(), [bounds] if bounds.iter().any(|bound| matches!(bound, Bound::Is(_))))
        {
            "exact"
        } else {
            "range"
        }
    }
}

impl Bound {
    fn admits(&self, version: &Version) -> bool {
        match (self, version) {
            (Self::Is(wanted), _) => wanted == version,
            (Self::IsNot(wanted), _) => wanted != version,
            (Self::AtLeast(bound), Version::Numbered(version)) => version >= bound,
            (Self::Above(bound), Version::Numbered(version)) => version > bound,
            (Self::Below(bound), Version::Numbered(version)) => version < bound,
            (Self::AtMost(bound), Version::Numbered(version)) => version <= bound,
            (_, Version::Branch(_)) => false,
        }
    }
}

fn conjunction(text: &str) -> Option<Vec<Bound>> {
    if let Some((from, to)) = text.split_once(" - ") {
        return hyphen(from.trim(), to.trim());
    }
    let mut found = Vec::new();
    let mut operator = String::new();
    let mut words = text.split([',', ' ', '\t']).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if word == "as" {
            // What is loaded is named before, what it passes for after.
            words.next();
        } else if word.chars().all(|c| "<>=!".contains(c)) {
            operator.push_str(word);
        } else {
            found.extend(single(&format!("{operator}{word}"))?);
            operator.clear();
        }
    }
    operator.is_empty().then_some(found)
}

fn single(text: &str) -> Option<Vec<Bound>> {
    let mut flag = None;
    let mut text = match text.rsplit_once('@') {
        Some((version, stability)) if is_stability(stability) => {
            flag = Some(stability).filter(|word| !word.eq_ignore_ascii_case("stable"));
            if version.is_empty() { "*" } else { version }
        }
        _ => text,
    };
    if let Some((branch, _)) =
        text.split_once('#').filter(|(branch, _)| branch.starts_with("dev-") || branch.ends_with("-dev"))
    {
        text = branch;
    }
    if !text.is_empty() && text.split('.').all(|part| matches!(part, "*" | "x" | "X")) {
        // More than one part leaves branches out.
        return Some(if text.contains('.') { vec![Bound::AtLeast(Numbered::least([0; 4]))] } else { Vec::new() });
    }
    if let Some(rest) = text.strip_prefix('~').filter(|rest| !rest.starts_with('>')) {
        return tilde(rest);
    }
    if let Some(rest) = text.strip_prefix('^') {
        return caret(rest);
    }
    if let Some((stem, ending)) = text.rsplit_once('.')
        && matches!(ending, "*" | "x" | "X")
    {
        let mut stem = stem;
        while let Some(shorter) = [".*", ".x", ".X"].iter().find_map(|ending| stem.strip_suffix(ending)) {
            stem = shorter;
        }
        let (numbers, written, rest) = numbers(stem)?;
        return (rest.is_empty() && written < 4).then(|| between(numbers, written - 1));
    }
    compared(text, flag)
}

/// From the numbers on, up to where the one at a place is one higher.
fn between(numbers: [u64; 4], raised: usize) -> Vec<Bound> {
    vec![Bound::AtLeast(Numbered::least(numbers)), Bound::Below(Numbered::least(raise(numbers, raised)))]
}

fn raise(mut numbers: [u64; 4], place: usize) -> [u64; 4] {
    numbers[place] = numbers[place].saturating_add(1);
    numbers[place + 1..].fill(0);
    numbers
}

/// The version after `~` or `^`: its least form, its numbers, and how many of them are written.
fn floor(text: &str) -> Option<(Numbered, [u64; 4], usize)> {
    let text = text.split_once('+').map_or(text, |(version, _)| version);
    let (numbers, written, rest) = numbers(text)?;
    if let Some(branch) = rest.strip_prefix('.').filter(|rest| rest.starts_with(['x', 'X', '*'])) {
        let is_branch = branch[1..].trim_start_matches(['.', '-']).eq_ignore_ascii_case("dev");
        let mut least = numbers;
        least[written.min(3)..].fill(ANY);
        return is_branch.then(|| (Numbered::least(least), numbers, written + 1));
    }
    let rest = modifiers(rest)?;
    let least = Numbered { numbers, rest };
    Some((if least.rest.is_empty() { least.dev() } else { least }, numbers, written))
}

fn tilde(text: &str) -> Option<Vec<Bound>> {
    let (least, numbers, written) = floor(text)?;
    let place = written.saturating_sub(2).min(2);
    Some(vec![Bound::AtLeast(least), Bound::Below(Numbered::least(raise(numbers, place)))])
}

fn caret(text: &str) -> Option<Vec<Bound>> {
    let (least, numbers, written) = floor(text)?;
    let place = match numbers {
        [0, minor, ..] if written >= 2 => {
            if minor != 0 || written < 3 {
                1
            } else {
                2
            }
        }
        _ => 0,
    };
    Some(vec![Bound::AtLeast(least), Bound::Below(Numbered::least(raise(numbers, place)))])
}

/// `1.0 - 2.1`: a part that is not written at the end admits everything in its place.
fn hyphen(from: &str, to: &str) -> Option<Vec<Bound>> {
    let (least, ..) = floor(from)?;
    let (numbers, written, rest) = numbers(to)?;
    let upper = if written >= 3 || !rest.is_empty() {
        Bound::AtMost(Numbered { numbers, rest: modifiers(rest)? })
    } else {
        Bound::Below(Numbered::least(raise(numbers, written - 1)))
    };
    Some(vec![Bound::AtLeast(least), upper])
}

fn compared(text: &str, flag: Option<&str>) -> Option<Vec<Bound>> {
    let end = text.find(|c: char| !"<>=!".contains(c)).unwrap_or(text.len());
    let (operator, rest) = text.split_at(end);
    let version = Version::parse(rest).or_else(|| {
        let branch = rest.strip_suffix("-dev").filter(|branch| !branch.is_empty())?;
        Some(Version::Branch(branch.to_owned()))
    })?;
    let bound = match operator {
        "" | "=" | "==" => return Some(vec![Bound::Is(version)]),
        "!=" | "<>" => return Some(vec![Bound::IsNot(version)]),
        _ => operator,
    };
    let Version::Numbered(mut numbered) = version else { return None };
    if numbered.rest.is_empty() {
        let word = match flag.map(str::to_ascii_lowercase).as_deref() {
            Some("alpha") => Some(1),
            Some("beta") => Some(2),
            Some("rc") => Some(3),
            Some("dev") => Some(0),
            // What is below or from a version on counts its unstable releases in.
            _ => matches!(bound, "<" | ">=").then_some(0),
        };
        numbered.rest.extend(word.map(Part::Word));
    }
    Some(vec![match bound {
        ">=" => Bound::AtLeast(numbered),
        ">" => Bound::Above(numbered),
        "<" => Bound::Below(numbered),
        "<=" => Bound::AtMost(numbered),
        _ => return None,
    }])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// What Composer's semver library 3 answers.
    #[test]
    fn constraints_admit_what_composer_admits() {
        let mut wrong = Vec::new();
        for line in ANSWERS.lines() {
            let (constraint, rest) = line.split_once('\t').unwrap();
            let parsed = Constraint::parse(constraint);
            let Some((versions, answers)) = rest.split_once('\t') else {
                if parsed.is_some() {
                    wrong.push(format!("{constraint} is refused"));
                }
                continue;
            };
            for (version, answer) in versions.split(' ').zip(answers.chars()) {
                let admits = parsed.as_ref().map(|parsed| parsed.admits(&Version::parse(version).unwrap()));
                if admits != Some(answer == '1') {
                    wrong.push(format!("{constraint} {version}: {admits:?}, not {answer}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn openness() {
        for (text, expected) in [
            ("*", "none"),
            (">=1", "floor"),
            ("^1 || >=3", "floor"),
            ("^1.2", "range"),
            ("1.2.3", "exact"),
            ("dev-main", "exact"),
        ] {
            assert_eq!(Constraint::parse(text).unwrap().openness(), expected, "{text}");
        }
    }

    const ANSWERS: &str = include_str!("constraint_answers.tsv");
}
