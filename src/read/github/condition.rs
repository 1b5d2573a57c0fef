//! Conditions of jobs and steps (`if:`), as far as the workflow itself decides them.
//!
//! The language of GitHub's expressions (its documentation, "Evaluate expressions", read 2026-12-01): texts are compared without regard
//! to case, and what is not there is empty. What only a run tells is unknown, and so is all that depends on it.

use serde_json::Value;

use super::matrix::Leg;

/// Longer conditions, and deeper ones, are not decided.
const LONGEST: usize = 4_096;
const DEEPEST: usize = 32;

/// A value; `None` where only the run tells.
pub(super) type Known = Option<Value>;

/// What is known of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'a> {
    /// The values of the matrix; `None` where they are not all written out.
    pub(super) leg: Option<&'a Leg>,
    /// What has started it; `None` where that is not known.
    pub(super) event: Option<&'a str>,
    /// The operating system of its machine, as `runner.os` names it.
    pub(super) system: Option<&'static str>,
    /// The names of the steps of the job, and whether each runs always.
    pub(super) steps: &'a [(String, bool)],
    /// Whether nothing has failed or was cancelled; otherwise it is not known.
    pub(super) is_ordinary: bool,
}

/// Whether a condition is met in a run; `None` where only the run tells, and for what is no expression.
pub(super) fn is_met(text: &str, run: Run<'_>) -> Option<bool> {
    value(text, run).as_ref().map(is_true)
}

/// What an expression stands for, its braces written or not.
pub(super) fn value(text: &str, run: Run<'_>) -> Known {
    let text = text.trim();
    let inside = match text.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")) {
        Some(inside) if !inside.contains("${{") => inside,
        _ if text.contains("${{") => return None,
        _ => text,
    };
    let mut reading = Reading { rest: inside, depth: 0, run };
    let value = if inside.len() > LONGEST { None } else { reading.either() }?;
    reading.blanks();
    value.filter(|_| reading.rest.is_empty())
}

/// A condition while it is read. Methods give `None` where the grammar is left.
struct Reading<'a> {
    rest: &'a str,
    depth: usize,
    run: Run<'a>,
}

impl<'a> Reading<'a> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn takes(&mut self, sign: &str) -> bool {
        self.blanks();
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn either(&mut self) -> Option<Known> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut value = self.both()?;
        while self.takes("||") {
            let other = self.both()?;
            value = joined(value, other, true);
        }
        self.depth -= 1;
        Some(value)
    }

    fn both(&mut self) -> Option<Known> {
        let mut value = self.comparison()?;
        while self.takes("&&") {
            let other = self.comparison()?;
            value = joined(value, other, false);
        }
        Some(value)
    }

    fn comparison(&mut self) -> Option<Known> {
        let value = self.negated()?;
        for (sign, wanted) in [("==", true), ("!=", false)] {
            if self.takes(sign) {
                let other = self.negated()?;
                let equal = value.zip(other).and_then(|(one, other)| are_equal(&one, &other));
                return Some(equal.map(|equal| Value::Bool(equal == wanted)));
            }
        }
        if ["<", ">"].iter().any(|sign| self.takes(sign)) {
            self.takes("=");
            self.negated()?;
            return Some(None);
        }
        Some(value)
    }

    fn negated(&mut self) -> Option<Known> {
        let mut turns = false;
        while !self.rest.trim_start().starts_with("!=") && self.takes("!") {
            turns = !turns;
        }
        let value = self.primary()?;
        Some(if turns { value.map(|value| Value::Bool(!is_true(&value))) } else { value })
    }

    fn primary(&mut self) -> Option<Known> {
        if self.takes("(") {
            let value = self.either()?;
            return self.takes(")").then_some(value);
        }
        self.blanks();
        match self.rest.chars().next()? {
            '\'' => self.text().map(|text| Some(Value::String(text))),
            c if c.is_ascii_digit() || c == '-' => self.number(),
            _ => self.name(),
        }
    }

    /// A text in quotes; one inside it is doubled.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut rest = self.rest.strip_prefix('\'')?;
        loop {
            let (before, after) = rest.split_once('\'')?;
            text.push_str(before);
            match after.strip_prefix('\'') {
                Some(more) => {
                    text.push('\'');
                    rest = more;
                }
                None => {
                    self.rest = after;
                    return Some(text);
                }
            }
        }
    }

    fn number(&mut self) -> Option<Known> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(number.parse::<f64>().ok().map(Value::from))
    }

    /// A constant, a call, or a value of a context: `matrix.os`, `matrix['os']`.
    fn name(&mut self) -> Option<Known> {
        let word = self.word()?;
        if self.takes("(") {
            let mut arguments = Vec::new();
            while !self.takes(")") {
                arguments.push(self.either()?);
                self.takes(",");
            }
            return Some(self.called(&word, &arguments));
        }
        let mut path = vec![word];
        loop {
            if self.takes(".") {
                path.push(if self.takes("*") { "*".to_owned() } else { self.word()? });
            } else if self.takes("[") {
                let key = self.either()?;
                path.push(key.map_or_else(|| "*".to_owned(), |key| shown(&key)));
                if !self.takes("]") {
                    return None;
                }
            } else {
                let parts: Vec<&str> = path.iter().map(String::as_str).collect();
                return Some(self.looked_up(&parts));
            }
        }
    }

    fn word(&mut self) -> Option<String> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then(|| word.to_owned())
    }

    fn called(&self, function: &str, arguments: &[Known]) -> Known {
        let ordinary = |value: bool| self.run.is_ordinary.then_some(Value::Bool(value));
        match (function.to_ascii_lowercase().as_str(), arguments) {
            ("always", _) => Some(Value::Bool(true)),
            ("success", _) => ordinary(true),
            ("failure" | "cancelled", _) => ordinary(false),
            ("contains", [Some(Value::Array(items)), Some(item)]) => {
                let same = items.iter().map(|other| are_equal(other, item)).collect::<Option<Vec<_>>>()?;
                Some(Value::Bool(same.contains(&true)))
            }
            ("contains", [Some(text), Some(part)]) => Some(Value::Bool(folded(text).contains(&folded(part)))),
            ("startswith", [Some(text), Some(part)]) => Some(Value::Bool(folded(text).starts_with(&folded(part)))),
            ("endswith", [Some(text), Some(part)]) => Some(Value::Bool(folded(text).ends_with(&folded(part)))),
            ("fromjson", [Some(Value::String(text))]) => serde_json::from_str(text).ok(),
            _ => None,
        }
    }

    fn looked_up(&self, path: &[&str]) -> Known {
        match path {
            ["true"] => Some(Value::Bool(true)),
            ["false"] => Some(Value::Bool(false)),
            ["null"] => Some(Value::Null),
            ["matrix", key, rest @ ..] => {
                let known = match self.run.leg?.get(*key) {
                    Some(known) => known.as_ref()?,
                    None => &Value::Null,
                };
                Some(rest.iter().fold(known, |value, part| value.get(*part).unwrap_or(&Value::Null)).clone())
            }
            ["github", "event_name"] => self.run.event.map(Value::from),
            ["runner", "os"] => self.run.system.map(Value::from),
            ["steps", name, rest @ ..] => match (self.run.steps.iter().find(|(known, _)| known == name), rest) {
                (None, _) => Some(Value::Null),
                (Some((_, true)), ["outcome" | "conclusion"]) if self.run.is_ordinary => Some(Value::from("success")),
                _ => None,
            },
            _ => None,
        }
    }
}

/// `||`, or `&&`: the first that decides, else the second.
fn joined(one: Known, other: Known, decides: bool) -> Known {
    match (one, other) {
        (Some(one), _) if is_true(&one) == decides => Some(one),
        (Some(_), other) => other,
        (None, Some(other)) if is_true(&other) == decides => Some(other),
        (None, _) => None,
    }
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// Whether two values are equal: texts by their letters, others by the numbers they stand for. Lists and maps are not compared.
fn are_equal(one: &Value, other: &Value) -> Option<bool> {
    match (one, other) {
        (Value::String(_), Value::String(_)) => Some(folded(one) == folded(other)),
        (Value::Array(_) | Value::Object(_), _) | (_, Value::Array(_) | Value::Object(_)) => None,
        _ => Some(number(one) == number(other)),
    }
}

/// The number a value stands for; one that stands for none equals nothing.
fn number(value: &Value) -> f64 {
    match value {
        Value::Null => 0.0,
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Number(number) => number.as_f64().unwrap_or(f64::NAN),
        Value::String(text) if text.trim().is_empty() => 0.0,
        Value::String(text) => text.trim().parse().unwrap_or(f64::NAN),
        Value::Array(_) | Value::Object(_) => f64::NAN,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn folded(value: &Value) -> String {
    shown(value).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions() {
        let leg: Leg = [("os", Some(Value::from("ubuntu-24.04"))), ("python", Some(Value::from(3.13))), ("set", None)]
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect();
        let steps = [("build".to_owned(), true), ("cache".to_owned(), false)];
        let run = Run { leg: Some(&leg), event: Some("push"), system: Some("Linux"), steps: &steps, is_ordinary: true };
        let cases = [
            ("always()", Some(true)),
            ("${{ !cancelled() && success() }}", Some(true)),
            ("failure()", Some(false)),
            ("false", Some(false)),
            ("matrix.os == 'Ubuntu-24.04'", Some(true)),
            ("matrix['os'] != 'ubuntu-24.04'", Some(false)),
            ("matrix.python == '3.13' && matrix.none == ''", Some(true)),
            ("matrix.set == 'a'", None),
            ("matrix.set == 'a' && matrix.os == 'b'", Some(false)),
            ("matrix.set == 'a' || matrix.os", Some(true)),
            ("contains(fromJSON('[\"3.12\", \"3.13\"]'), matrix.python)", Some(true)),
            ("contains(fromJson('[\"a\"]'), matrix.os)", Some(false)),
            ("startsWith(matrix.os, 'ubuntu') && runner.os != 'Windows'", Some(true)),
            ("!startsWith(matrix.os, 'ubuntu')", Some(false)),
            ("(! endsWith(matrix.os, '24.04'))", Some(false)),
            ("github.event_name == 'pull_request'", Some(false)),
            ("github.ref == 'refs/heads/main'", None),
            ("steps.missing.outputs.hit != 'true'", Some(true)),
            ("steps.cache.outputs.hit != 'true'", None),
            ("steps.build.outcome == 'success'", Some(true)),
            ("contains(needs.*.result, 'failure')", None),
            ("'it''s' == 'it''s'", Some(true)),
            ("${{ matrix.os }} == 'x'", None),
            ("matrix.os ==", None),
            ("(((", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(is_met(text, run), expected, "{text}");
        }
        assert_eq!(is_met("!failure()", Run { is_ordinary: false, ..run }), None);
        assert_eq!(is_met(&"(".repeat(10_000), run), None);
        assert_eq!(is_met(&"!".repeat(4_000), run), None);
    }
}
