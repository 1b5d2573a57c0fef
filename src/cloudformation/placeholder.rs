//! Project templates of cookiecutter: what is filled in when a project is made stands as unknown scalars.
//!
//! The text keeps its length, so that every place in it stays where it is.

/// What stands in for every letter that is filled in later.
const MASK: char = '^';

/// What stands in for some of them, so that two placeholders are not taken for one.
const OTHER_MASK: char = '~';

/// More of them than anybody writes.
const FILLED: &str = "^^^^";

/// Whether a text is a project template: its path or a line of it has placeholders.
pub fn is_project_template(path: &str, text: &str) -> bool {
    let has_tag = || text.lines().any(|line| line.trim_start().starts_with("{%"));
    path.contains("{{") || text.contains("{{cookiecutter") || text.contains("{{ cookiecutter") || has_tag()
}

/// Whether a scalar, or a part of it, is filled in when a project is made.
pub(crate) fn is_placeholder(text: &str) -> bool {
    text.contains(FILLED) || (!text.is_empty() && text.chars().all(|letter| letter == MASK))
}

/// A name as people are told it: placeholders for what is filled in.
pub(super) fn unmasked(name: &str) -> String {
    let mut shown = String::new();
    let mut rest = name;
    while let Some(at) = rest.find(FILLED) {
        shown.push_str(&rest[..at]);
        shown.push_str("{{...}}");
        rest = rest[at..].trim_start_matches([MASK, OTHER_MASK]);
    }
    shown + rest
}

/// What stands in for a placeholder: as long as it is, and another one for each.
fn mask(placeholder: &str, known: &mut Vec<String>) -> String {
    let number = known.iter().position(|one| one == placeholder).unwrap_or_else(|| {
        known.push(placeholder.to_owned());
        known.len() - 1
    });
    let bits =
        (0..placeholder.len()).map(|at| at.checked_sub(FILLED.len()).is_some_and(|at| number >> at.min(63) & 1 == 1));
    bits.map(|is_set| if is_set { OTHER_MASK } else { MASK }).collect()
}

/// The text with comments for the lines that decide and unknown scalars for what they decide.
/// `None` for a template of which one of two branches counts, and for everything else that cannot be told.
pub fn masked(text: &str) -> Option<String> {
    let mut result = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut known = Vec::new();
    for line in text.split_inclusive('\n') {
        let body = line.trim_end();
        let indent = body.len() - body.trim_start().len();
        if let Some(tag) = body[indent..].strip_prefix("{%") {
            let word = tag.trim_start_matches(['-', '+', ' ']).split([' ', '-', '%']).next()?;
            depth = match word {
                "if" | "for" => depth + 1,
                "endif" | "endfor" => depth.checked_sub(1)?,
                _ => return None,
            };
            if !body.ends_with("%}") || !body.is_ascii() {
                return None;
            }
            result.push_str(&body[..indent]);
            result.push('#');
            result.push_str(&" ".repeat(body.len() - indent - 1));
        } else {
            let filled = filled(body, depth > 0, &mut known)?;
            result.push_str(&if depth > 0 { undecided(&filled)? } else { filled });
        }
        result.push_str(&line[body.len()..]);
    }
    (depth == 0 && result.len() == text.len()).then_some(result)
}

/// A line with its placeholders masked; within a loop they may be of any name.
fn filled(line: &str, is_inside: bool, known: &mut Vec<String>) -> Option<String> {
    let mut result = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("{{") {
        let end = at + rest[at..].find("}}")? + 2;
        let is_ours = is_inside || rest[at + 2..end].trim_start().starts_with("cookiecutter");
        result.push_str(&rest[..at]);
        if is_ours {
            result.push_str(&mask(&rest[at..end], known));
        } else {
            result.push_str(&rest[at..end]);
        }
        rest = &rest[end..];
    }
    if rest.contains("{%") && rest.contains("cookiecutter") {
        return None;
    }
    result.push_str(rest);
    Some(result)
}

/// A line that may be there or not: its key stays, its value is unknown.
fn undecided(line: &str) -> Option<String> {
    let start = line.len() - line.trim_start_matches([' ', '-']).len();
    let content = &line[start..];
    if content.is_empty() || content.starts_with('#') || content.ends_with(':') {
        return Some(line.to_owned());
    }
    let at = content.find(": ").map_or(0, |colon| colon + 2);
    let value = content[at..].trim_start();
    // A text over several lines cannot be masked line by line.
    if value.starts_with(['|', '>']) {
        return None;
    }
    let from = line.len() - value.len();
    Some(format!("{}{}", &line[..from], MASK.to_string().repeat(line.len() - from)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_keeps_its_length() {
        let text = "A:\n  Runtime: {{cookiecutter.runtime}}\n  {%- if cookiecutter.arm %}\n  Architectures:\n    - arm64\n  \
                    Timeout: 3\n  {%- endif %}\n  Arn: '{{resolve:ssm:x}}'\n";
        let found = masked(text).unwrap_or_default();
        assert_eq!(found.len(), text.len());
        let lines: Vec<&str> = found.lines().map(str::trim_end).collect();
        assert_eq!(
            lines,
            [
                "A:",
                "  Runtime: ^^^^^^^^^^^^^^^^^^^^^^^^",
                "  #",
                "  Architectures:",
                "    - ^^^^^",
                "  Timeout: ^",
                "  #",
                "  Arn: '{{resolve:ssm:x}}'"
            ]
        );
    }

    #[test]
    fn names_are_told_apart_and_shown_as_placeholders() {
        let text = "{{cookiecutter.a}}Fn:\n  b: {{cookiecutter.b}}\n  a: {{cookiecutter.a}}\n";
        let found = masked(text).unwrap_or_default();
        let [first, second, third] = ["Fn", "b: ", "a: "].map(|part| found.lines().find(|line| line.contains(part)));
        assert_eq!(unmasked(first.unwrap_or_default()), "{{...}}Fn:");
        let value = |line: Option<&str>| line.and_then(|line| line.split(": ").nth(1)).map(str::to_owned);
        assert_ne!(value(second), value(third));
        assert!(first.unwrap_or_default().starts_with(&value(third).unwrap_or_default()));
    }

    #[test]
    fn branches_are_not_guessed() {
        for text in
            ["{% if a %}\nb: 1\n{% else %}\nb: 2\n{% endif %}\n", "{% if a %}\nb: 1\n", "{% endif %}\n", "a: {{ b\n"]
        {
            assert_eq!(masked(text), None, "{text}");
        }
    }
}
