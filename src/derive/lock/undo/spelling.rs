//! Other spellings of a requirement: names, spaces, parentheses, order of clauses, quotes.

use super::{address, marker};
use crate::python::{Requirement, name::normalize};

/// Spellings of a PEP 508 requirement that ask for the same.
pub(super) fn of_requirement(text: &str) -> Vec<String> {
    let Ok(requirement) = Requirement::parse(text) else { return of_address(text) };
    let name = &text[requirement.name_range.clone()];
    let rest = &text[requirement.name_range.end..];
    let mut found: Vec<String> = of_name(name).into_iter().map(|name| format!("{name}{rest}")).collect();
    if let Some(url) = &requirement.url {
        found.extend(address::spellings(url).into_iter().map(|other| text.replacen(url.as_str(), &other, 1)));
        return found;
    }
    let specifier = &text[requirement.specifier_range.clone()];
    let marker = requirement.marker_range.as_ref().map(|range| &text[range.clone()]);
    for head in of_extras(name, &text[requirement.name_range.end..requirement.specifier_range.start]) {
        for specifier in of_specifier(specifier) {
            for bound in [
                format!("{head}{specifier}"),
                format!("{head} {specifier}"),
                format!("{head} ({specifier})"),
                format!("{head}({specifier})"),
            ] {
                let bound = if specifier.is_empty() { head.clone() } else { bound };
                found.extend(of_marker(marker).into_iter().map(|marker| format!("{bound}{marker}")));
            }
        }
    }
    found.retain(|other| other != text);
    found.dedup();
    found
}

/// Spellings of an address that names its package in the end: `-e file:///a#egg=b`.
fn of_address(text: &str) -> Vec<String> {
    let Some((place, name)) = text.split_once("#egg=") else { return Vec::new() };
    let mut found: Vec<String> = of_name(name).into_iter().map(|name| format!("{place}#egg={name}")).collect();
    found.extend(address::spellings(text));
    found
}

/// How many styles [`styled`] knows.
pub(super) const STYLES: usize = 16;

/// A requirement in one of the styles in which tools write whole lists: with or without
/// parentheses, spaces after commas and before semicolons, names normalised.
pub(super) fn styled(text: &str, style: usize) -> Option<String> {
    let requirement = Requirement::parse(text).ok().filter(|requirement| requirement.url.is_none())?;
    let name = &text[requirement.name_range.clone()];
    let name = if style & 8 == 0 { name.to_owned() } else { normalize(name) };
    let head = of_extras(&name, &text[requirement.name_range.end..requirement.specifier_range.start]).pop()?;
    let clauses = text[requirement.specifier_range.clone()].replace(' ', "");
    let clauses = if style & 1 == 0 { clauses } else { clauses.replace(',', ", ") };
    let bound = match (clauses.is_empty(), style & 2) {
        (true, _) => head,
        (false, 0) => format!("{head}{clauses}"),
        (false, _) => format!("{head} ({clauses})"),
    };
    let semicolon = if style & 4 == 0 { "; " } else { " ; " };
    let marker = requirement.marker_range.map(|range| format!("{semicolon}{}", &text[range]));
    Some(format!("{bound}{}", marker.unwrap_or_default()))
}

/// Spellings of a list of clauses: `>=1,<2`, `>=1, <2`, `<2,>=1`, `>= 1, < 2`.
///
/// Alternatives (`^1 || ^2`) are turned and spaced as a whole.
pub(super) fn of_specifier(text: &str) -> Vec<String> {
    if text.contains('|') {
        return of_alternatives(text);
    }
    let clauses: Vec<&str> = text.split(',').map(str::trim).filter(|clause| !clause.is_empty()).collect();
    let tight: Vec<String> = clauses.iter().map(|clause| clause.replace(' ', "")).collect();
    let loose: Vec<String> = tight.iter().map(|clause| spaced(clause)).collect();
    let mut found = vec![text.to_owned()];
    for list in [tight, loose] {
        let mut reversed = list.clone();
        reversed.reverse();
        let mut sorted = list.clone();
        sorted.sort();
        for order in [list, reversed, sorted] {
            for comma in [",", ", ", " ,"] {
                let joined = order.join(comma);
                if !found.contains(&joined) {
                    found.push(joined);
                }
            }
        }
    }
    found
}

fn of_alternatives(text: &str) -> Vec<String> {
    let mut parts: Vec<&str> = text.split('|').map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut found = vec![text.to_owned()];
    for _ in 0..2 {
        found.extend([" || ", "||", " | ", "|"].map(|sign| parts.join(sign)));
        parts.reverse();
    }
    found
}

/// Names that a group or an extra may have had: other spellings of this one, and the usual ones.
pub(in crate::derive::lock) fn of_group(name: &str) -> Vec<String> {
    const USUAL: &[&str] = &[
        "dev", "test", "tests", "testing", "lint", "docs", "doc", "cli", "all", "full", "extra", "extras", "typing",
        "types", "build", "ci", "release", "tools", "main", "default",
    ];
    of_name(name).into_iter().chain(USUAL.iter().map(|name| (*name).to_owned())).collect()
}

/// Other spellings of a name, itself not counted.
pub(in crate::derive::lock) fn of_name(name: &str) -> Vec<String> {
    let normal = normalize(name);
    let mut capital = normal.clone();
    capital.get_mut(..1).map(str::make_ascii_uppercase);
    let forms = [
        name.to_lowercase(),
        normal.replace('-', "_"),
        normal.replace('-', "."),
        name.to_uppercase(),
        titled(&normal),
        titled(&normal).replace('-', "_"),
        capital.replace('-', "_"),
        capital,
        name.replace(['-', '.'], "_"),
        name.replace(['_', '.'], "-"),
        normal,
    ];
    let mut found: Vec<String> = Vec::new();
    for form in forms {
        if form != name && !found.contains(&form) {
            found.push(form);
        }
    }
    found
}

/// The name with each of its words capitalised.
fn titled(name: &str) -> String {
    let mut begins = true;
    let letter = |letter: char| {
        let titled = if begins { letter.to_ascii_uppercase() } else { letter };
        begins = letter == '-';
        titled
    };
    name.chars().map(letter).collect()
}

/// A clause with a space after its operator.
fn spaced(clause: &str) -> String {
    let end = clause.find(|c: char| !"<>=!~^".contains(c)).unwrap_or(0);
    if end == 0 { clause.to_owned() } else { format!("{} {}", &clause[..end], &clause[end..]) }
}

/// The name with its extras; `between` is the text up to the specifier.
fn of_extras(name: &str, between: &str) -> Vec<String> {
    let inside = between.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(inside, _)| inside);
    let Some(inside) = inside else { return vec![name.to_owned()] };
    let mut extras: Vec<&str> = inside.split(',').map(str::trim).collect();
    let mut found = vec![format!("{name}[{inside}]"), format!("{name}[{}]", inside.to_lowercase())];
    if !inside.contains(',') {
        found.extend(of_name(inside).iter().map(|extra| format!("{name}[{extra}]")));
    }
    for _ in 0..2 {
        for comma in [",", ", "] {
            let form = format!("{name}[{}]", extras.join(comma));
            if !found.contains(&form) {
                found.push(form);
            }
        }
        extras.reverse();
    }
    found
}

/// The condition with its semicolon; one empty text when there is none.
fn of_marker(marker: Option<&str>) -> Vec<String> {
    let Some(marker) = marker else { return vec![String::new()] };
    let mut found = Vec::new();
    let spread = |marker: &str| {
        let mut out = marker.to_owned();
        for operator in ["==", "!=", ">=", "<=", "~="] {
            out = out.replace(operator, &format!(" {operator} ")).replace("  ", " ");
        }
        out
    };
    let forms = [
        marker.to_owned(),
        marker.replace('\'', "\""),
        marker.replace('"', "'"),
        spread(marker),
        marker.replace(" == ", "==").replace(" < ", "<").replace(" >= ", ">="),
    ];
    let turned = marker::turned(marker);
    for semicolon in ["; ", " ; ", ";", " ;"] {
        for form in forms.iter().chain(&turned) {
            let whole = format!("{semicolon}{form}");
            if !found.contains(&whole) {
                found.push(whole);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_spellings_are_among_them() {
        let cases = [
            ("httpx (>=0.27,<0.29)", "httpx>=0.27,<0.29"),
            ("httpx>=0.27,<0.29", "httpx (>=0.27,<0.29)"),
            ("httpx >=0.27, <0.29", "httpx>=0.27,<0.29"),
            ("httpx>=0.27,<0.29", "httpx<0.29,>=0.27"),
            ("IDNA>=3", "idna>=3"),
            ("idna>=3", "IDNA>=3"),
            ("typing-extensions", "typing_extensions"),
            ("a[x, y]>=1", "a[y,x]>=1"),
            ("tomli>=2; python_version < '3.11'", "tomli>=2 ; python_version < \"3.11\""),
            ("a @ file:///x/./a", "a @ file:///x/a"),
            ("-e file:///x/a#egg=LibA", "-e file:///x/a#egg=liba"),
            ("a; os_name == 'x' or os_name == 'y'", "a; os_name == 'y' or os_name == 'x'"),
            ("tomli (>=2) ; python_version<'3.11'", "tomli>=2; python_version<'3.11'"),
        ];
        for (now, before) in cases {
            let all = of_requirement(now);
            assert!(all.iter().any(|other| other == before), "{now}: {before} is not in {all:?}");
            assert!(!all.iter().any(|other| other == now), "{now}");
            assert!(all.len() < 400, "{now}: {}", all.len());
        }
        assert!(of_requirement("not a requirement!").is_empty());
    }
}
