//! Ranges that a requirement may have asked for before: other numbers, operators, clauses.

use super::marker;
use crate::python::Requirement;

/// How far a number is varied around those that are known.
const REACH: u64 = 12;

/// How many numbers are tried for a part that is not written.
const PARTS: usize = 40;

/// A clause of a range: operator with the space behind it, and version.
#[derive(Debug, Clone)]
struct Clause {
    operator: String,
    space: &'static str,
    version: String,
}

/// Requirements that may have stood in the place of one: other ranges, without its condition or extras.
///
/// `markers` are the conditions that the lockfile has for the package.
pub(super) fn of_requirement(text: &str, locked: &[String], markers: &[String]) -> Vec<String> {
    let Ok(requirement) = Requirement::parse(text) else { return Vec::new() };
    if requirement.url.is_some() {
        let name = &text[requirement.name_range];
        return fresh(locked, false).iter().map(|range| format!("{name}{range}")).collect();
    }
    let mut found = Vec::new();
    let place = requirement.specifier_range.clone();
    let (head, tail) = (&text[..place.start], &text[place.end..]);
    let bare = head.trim_end_matches(['(', ' ']);
    let rest = tail.strip_prefix(')').unwrap_or(tail);
    for range in before(&text[place], locked, false) {
        if range.is_empty() {
            found.push(format!("{bare}{rest}"));
        } else if requirement.specifier_text(text).is_some() {
            found.push(format!("{head}{range}{tail}"));
        } else {
            found.extend([
                format!("{bare}{range}{rest}"),
                format!("{bare} ({range}){rest}"),
                format!("{bare} {range}{rest}"),
            ]);
        }
    }
    let known = markers.iter().flat_map(|marker| marker::wordings(marker));
    if let Some(range) = &requirement.marker_range {
        let head = text[..range.start].trim_end_matches([';', ' ']);
        found.push(head.to_owned());
        let semicolon = &text[head.len()..range.start];
        let before = known.chain(marker::before(&text[range.clone()]));
        found.extend(before.map(|marker| format!("{head}{semicolon}{marker}")));
    } else {
        let bare = text.trim_end();
        for marker in known.chain(marker::all()) {
            found.extend([format!("{bare}; {marker}"), format!("{bare} ; {marker}")]);
        }
    }
    if !requirement.extras.is_empty()
        && let (Some(open), Some(close)) = (text.find('['), text.find(']'))
    {
        found.push(format!("{}{}", &text[..open], &text[close + 1..]));
        for extra in &requirement.extras {
            found.push(format!("{}[{extra}]{}", &text[..open], &text[close + 1..]));
        }
    }
    found
}

/// Ranges that may have stood in the place of `text`, likeliest first. `locked` are the versions
/// in the lockfile; with `poetry`, its operators count too.
pub(super) fn before(text: &str, locked: &[String], poetry: bool) -> Vec<String> {
    let comma = if text.contains(", ") { ", " } else { "," };
    let clauses: Vec<Clause> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(clause).collect();
    let joined = |clauses: &[Clause]| clauses.iter().map(Clause::text).collect::<Vec<_>>().join(comma);
    let mut found = Vec::new();
    for (index, own) in clauses.iter().enumerate() {
        let mut others = clauses.clone();
        others.remove(index);
        found.push(joined(&others));
        let mut put = |changed: Clause| {
            let mut all = clauses.clone();
            all[index] = changed;
            found.push(joined(&all));
        };
        for version in versions(&own.version, locked) {
            put(Clause { version, ..own.clone() });
        }
        for operator in operators(poetry) {
            put(Clause { operator: (*operator).to_owned(), ..own.clone() });
        }
    }
    for bound in bounds(clauses.first().map(|clause| clause.version.as_str()), locked) {
        for operator in ["<", "!="] {
            let mut all = clauses.clone();
            all.push(Clause { operator: operator.to_owned(), space: "", version: bound.clone() });
            found.push(joined(&all));
        }
    }
    // A range with an end may have become one without.
    if let [only] = &clauses[..] {
        let lower = versions(&only.version, locked);
        for end in bounds(Some(&only.version), locked) {
            found.extend(lower.iter().map(|lower| format!(">={lower}{comma}<{end}")));
        }
    }
    found.extend(fresh(locked, poetry));
    found.extend(poetry.then(|| "*".to_owned()));
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|range| range != text && seen.insert(range.clone()));
    found
}

/// Ranges that tools write for a version: `>=1.2.3`, `^1.2`, `>=1.2.3,<2.0.0`.
pub(super) fn fresh(locked: &[String], poetry: bool) -> Vec<String> {
    let mut found = vec![String::new()];
    for version in locked.iter().filter_map(|locked| parts(locked)) {
        let signs: &[&str] = if poetry { &["", "=="] } else { &["=="] };
        for length in 1..=version.len().min(2) {
            found.extend(signs.iter().map(|sign| format!("{sign}{}.*", written(&version[..length]))));
        }
    }
    for version in locked.iter().flat_map(|locked| shorter(locked)) {
        found.extend(operators(poetry).iter().map(|operator| format!("{operator}{version}")));
        for end in bounds(Some(&version), &[]) {
            found.push(format!(">={version},<{end}"));
        }
    }
    for version in locked.iter().flat_map(|locked| earlier(locked)) {
        found.push(format!(">={version}"));
        found.push(format!("~={version}"));
        for end in bounds(Some(&version), &[]) {
            found.push(format!(">={version},<{end}"));
        }
        found.extend(poetry.then(|| format!("^{version}")));
    }
    found
}

/// Minor lines before a version, the nearest first.
fn earlier(version: &str) -> Vec<String> {
    let Some(parts) = parts(version).filter(|parts| parts.len() > 1) else { return Vec::new() };
    (0..parts[1]).rev().take(PARTS).map(|minor| written(&[parts[0], minor])).collect()
}

impl Clause {
    fn text(&self) -> String {
        format!("{}{}{}", self.operator, self.space, self.version)
    }
}

fn clause(text: &str) -> Clause {
    let end = text.find(|c: char| !"<>=!~^".contains(c)).unwrap_or(text.len());
    let version = text[end..].trim_start();
    let space = if text[end..].starts_with(' ') { " " } else { "" };
    Clause { operator: text[..end].to_owned(), space, version: version.to_owned() }
}

fn operators(poetry: bool) -> &'static [&'static str] {
    if poetry {
        &["^", ">=", "~", "==", "", "~=", ">", "<=", "<", "!="]
    } else {
        &[">=", "==", "~=", ">", "<=", "<", "!="]
    }
}

fn parts(version: &str) -> Option<Vec<u64>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

fn written(parts: &[u64]) -> String {
    parts.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

/// A version, its first parts, and these filled up with zeros.
fn shorter(version: &str) -> Vec<String> {
    let Some(parts) = parts(version) else { return vec![version.to_owned()] };
    let mut found = vec![version.to_owned()];
    for length in (1..=parts.len().min(3)).rev() {
        for zeros in 0..=3_usize.saturating_sub(length) {
            let mut form = parts[..length].to_vec();
            form.extend(std::iter::repeat_n(0, zeros));
            let form = written(&form);
            if !found.contains(&form) {
                found.push(form);
            }
        }
    }
    found
}

/// Ends of a range that begins at a version: the next major or minor line.
fn bounds(version: Option<&str>, locked: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for version in version.into_iter().chain(locked.iter().map(String::as_str)) {
        let Some(parts) = parts(version) else { continue };
        let major = parts.first().copied().unwrap_or(0);
        let minor = parts.get(1).copied().unwrap_or(0);
        for next in [
            vec![major + 1],
            vec![major + 1, 0],
            vec![major + 1, 0, 0],
            vec![major, minor + 1],
            vec![major, minor + 1, 0],
        ] {
            let next = written(&next);
            if !found.contains(&next) {
                found.push(next);
            }
        }
    }
    found
}

/// Versions near one: each number varied, zeros added and taken away, and what is locked.
fn versions(version: &str, locked: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let (stem, star) = version.strip_suffix(".*").map_or((version, ""), |stem| (stem, ".*"));
    if let Some(own) = parts(stem) {
        for at in (0..own.len()).rev() {
            let known = locked.iter().filter_map(|locked| parts(locked)?.get(at).copied());
            let highest = known.fold(own[at], u64::max);
            let lowest = own[at].saturating_sub(REACH).min(highest.saturating_sub(2 * REACH));
            for number in (lowest..=highest.saturating_add(2)).rev() {
                let mut varied = own.clone();
                varied[at] = number;
                found.push(format!("{}{star}", written(&varied)));
                if at + 1 < own.len() {
                    varied[at + 1..].fill(0);
                    found.push(format!("{}{star}", written(&varied)));
                    found.push(format!("{}{star}", written(&varied[..=at])));
                }
            }
        }
        // The lockfile may know the next part of a shorter version.
        let known = locked.iter().filter_map(|locked| parts(locked)).filter(|known| known.starts_with(&own));
        let next = known.filter_map(|known| known.get(own.len()).copied()).max();
        for number in (1..=next.unwrap_or(0)).rev().take(PARTS) {
            found.push(format!("{stem}.{number}{star}"));
        }
        found.push(format!("{stem}.0{star}"));
        found.push(format!("{stem}.0.0{star}"));
        found.push(if star.is_empty() { format!("{stem}.*") } else { stem.to_owned() });
    }
    found.extend(locked.iter().flat_map(|locked| shorter(locked)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likely_ranges_are_among_them() {
        let cases = [
            (">=0.27,<0.29", ">=0.26,<0.29", false),
            (">=0.27,<0.29", ">=0.27", false),
            (">=0.27", ">=0.27,<0.29", false),
            (">=2.8", "", false),
            ("", ">=0.28.1", false),
            (">=1.0", "~=1.0", false),
            ("^1.2", ">=1.2", true),
            ("^1.2", "^1.1", true),
            ("^1.2", "*", true),
            ("==1.2.3", "==1.2.1", false),
            ("==1.2.*", "==1.1.*", false),
            (">=0.28.1", ">=0.28", false),
            (">=0.3", ">=0.27,<0.29", false),
            (">=0", ">=0.4,<1", false),
            ("", ">=0.4,<1", false),
        ];
        for (now, then, poetry) in cases {
            let all = before(now, &["0.28.1".to_owned()], poetry);
            assert!(all.iter().any(|range| range == then), "{now}: {then} is not in {all:?}");
            assert!(all.len() < 2000, "{now}: {}", all.len());
        }
    }
}
