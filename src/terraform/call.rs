//! The functions of the language that need nothing but their arguments.

use super::operator::{number, written};
use super::term::{Reference, Shape, Term};

/// What a call comes to.
pub(super) fn function(name: &str, arguments: &[Term], is_spread: bool) -> Term {
    if is_spread {
        return Term::unknown("its arguments are spread");
    }
    let first = arguments.first().cloned().unwrap_or_else(Term::null);
    match name {
        "try" => first_that(arguments, |term| !matches!(term.shape, Shape::Failed(_))),
        "coalesce" => first_that(arguments, |term| !term.is_null() && term.scalar() != Some("")),
        "can" => match first.shape {
            Shape::Failed(_) => Term::bool(false),
            Shape::Unknown(_) => first,
            _ => Term::bool(true),
        },
        "tostring" | "tonumber" | "tobool" | "toset" | "tolist" | "tomap" | "jsonencode" | "nonsensitive"
        | "sensitive" | "one" | "ephemeralasnull" | "abspath" | "pathexpand" => first,
        "lookup" => lookup(arguments),
        "merge" => merge(arguments),
        "concat" => concat(arguments),
        "flatten" => flatten(&first),
        "compact" => match &first.shape {
            Shape::List(items) => {
                let kept = items.iter().filter(|item| !item.is_null() && item.scalar() != Some("")).cloned();
                Term::new(Shape::List(kept.collect()))
            }
            _ => refused(&first),
        },
        "keys" => match &first.shape {
            Shape::Map(entries) => Term::new(Shape::List(entries.iter().map(|(key, _)| Term::text(key)).collect())),
            _ => refused(&first),
        },
        "values" => match &first.shape {
            Shape::Map(entries) => Term::new(Shape::List(entries.iter().map(|(_, value)| value.clone()).collect())),
            _ => refused(&first),
        },
        "length" => match &first.shape {
            Shape::List(items) => Term::text(items.len().to_string()),
            Shape::Map(entries) => Term::text(entries.len().to_string()),
            Shape::Scalar(text) => Term::text(text.chars().count().to_string()),
            _ => refused(&first),
        },
        "element" => match (&first.shape, arguments.get(1).and_then(number)) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a remainder of a length fits")]
            (Shape::List(items), Some(at)) if !items.is_empty() && at >= 0.0 => {
                items[(at as usize) % items.len()].clone()
            }
            _ => refused(&first),
        },
        "min" => chosen(arguments, f64::min),
        "max" => chosen(arguments, f64::max),
        "ceil" => number(&first).map_or_else(|| refused(&first), |value| written(value.ceil())),
        "floor" => number(&first).map_or_else(|| refused(&first), |value| written(value.floor())),
        "lower" | "upper" | "trimspace" | "title" | "basename" | "dirname" => match first.scalar() {
            Some(text) => Term::text(changed(name, text)),
            None => refused(&first),
        },
        "replace" => {
            match (first.scalar(), arguments.get(1).and_then(Term::scalar), arguments.get(2).and_then(Term::scalar)) {
                (Some(text), Some(from), Some(to)) if !from.starts_with('/') => Term::text(text.replace(from, to)),
                _ => refused(&first),
            }
        }
        "join" => join(arguments),
        "format" => format(arguments),
        // What the file makes of it is not known, but what it is given is.
        "templatefile" | "templatestring" => {
            let given = arguments.iter().flat_map(Term::references).cloned().collect();
            Term::new(Shape::Partial(format!("${{{name}(...)}}"), given))
        }
        _ => Term::unknown(format!("{name}() decides it")),
    }
}

fn refused(term: &Term) -> Term {
    match &term.shape {
        Shape::Unknown(_) | Shape::Failed(_) => term.clone(),
        _ => Term::unknown("it is worked out from what is not known"),
    }
}

/// The first argument that passes; one that is not known may or may not.
fn first_that(arguments: &[Term], passes: impl Fn(&Term) -> bool) -> Term {
    for term in arguments {
        if passes(term) {
            return term.clone();
        }
    }
    Term::failed("none of the alternatives holds")
}

fn lookup(arguments: &[Term]) -> Term {
    let [map, key, rest @ ..] = arguments else { return Term::failed("lookup needs a map and a key") };
    let Some(key) = key.scalar() else { return refused(key) };
    match &map.shape {
        Shape::Map(entries) => match (entries.iter().rev().find(|(known, _)| known == key), rest.first()) {
            (Some((_, value)), _) => value.clone(),
            (None, Some(default)) => default.clone(),
            (None, None) => Term::failed(format!("there is no {key}")),
        },
        _ => refused(map),
    }
}

fn merge(arguments: &[Term]) -> Term {
    let mut merged: Vec<(String, Term)> = Vec::new();
    for term in arguments {
        match &term.shape {
            Shape::Map(entries) => {
                for (key, value) in entries {
                    merged.retain(|(known, _)| known != key);
                    merged.push((key.clone(), value.clone()));
                }
            }
            Shape::Null => {}
            _ => return refused(term),
        }
    }
    Term::new(Shape::Map(merged))
}

fn concat(arguments: &[Term]) -> Term {
    let mut items = Vec::new();
    for term in arguments {
        match &term.shape {
            Shape::List(own) => items.extend(own.iter().cloned()),
            _ => return refused(term),
        }
    }
    Term::new(Shape::List(items))
}

fn flatten(term: &Term) -> Term {
    let Shape::List(items) = &term.shape else { return refused(term) };
    let mut flat = Vec::new();
    for item in items {
        match flatten(item).shape {
            Shape::List(inner) if matches!(item.shape, Shape::List(_)) => flat.extend(inner),
            _ => flat.push(item.clone()),
        }
    }
    Term::new(Shape::List(flat))
}

fn chosen(arguments: &[Term], choose: impl Fn(f64, f64) -> f64) -> Term {
    let numbers: Option<Vec<f64>> = arguments.iter().map(number).collect();
    match numbers.and_then(|numbers| numbers.into_iter().reduce(choose)) {
        Some(value) => written(value),
        None => Term::unknown("it is worked out from what is not known"),
    }
}

fn changed(name: &str, text: &str) -> String {
    match name {
        "lower" => text.to_lowercase(),
        "upper" => text.to_uppercase(),
        "trimspace" => text.trim().to_owned(),
        "basename" => text.rsplit('/').next().unwrap_or_default().to_owned(),
        "dirname" => text.rsplit_once('/').map_or(".", |(directory, _)| directory).to_owned(),
        _ => text.to_owned(),
    }
}

fn join(arguments: &[Term]) -> Term {
    let [separator, list] = arguments else { return Term::unknown("it is joined from what is not known") };
    let (Some(separator), Shape::List(items)) = (separator.scalar(), &list.shape) else { return refused(list) };
    let mut parts = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            parts.push(Term::text(separator));
        }
        parts.push(item.clone());
    }
    joined(&parts)
}

/// `format("%s-worker", var.name)` with plain verbs.
fn format(arguments: &[Term]) -> Term {
    let Some((text, values)) = arguments.split_first().and_then(|(text, rest)| Some((text.scalar()?, rest))) else {
        return Term::unknown("it is formatted from what is not known");
    };
    let mut values = values.iter();
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        parts.push(Term::text(&rest[..at]));
        let verb = rest[at + 1..].chars().next();
        match verb {
            Some('%') => parts.push(Term::text("%")),
            Some('s' | 'd' | 'v') => parts.extend(values.next().cloned()),
            _ => return Term::unknown("it is formatted"),
        }
        rest = &rest[at + 2..];
    }
    parts.push(Term::text(rest));
    joined(&parts)
}

/// The parts of a text as one.
pub(super) fn joined(parts: &[Term]) -> Term {
    let mut built: Vec<(String, bool)> = vec![(String::new(), true)];
    let mut reason = None;
    let references: Vec<Reference> = parts.iter().flat_map(Term::references).cloned().collect();
    for part in parts {
        let mut next = Vec::new();
        for option in part.possible() {
            for (text, is_known) in &built {
                next.push(match (option.scalar(), option.written()) {
                    (Some(literal), _) => (format!("{text}{literal}"), *is_known),
                    (None, Some(open)) => (format!("{text}{open}"), false),
                    (None, None) => {
                        if let Shape::Unknown(why) | Shape::Failed(why) = &option.shape {
                            reason.get_or_insert_with(|| why.clone());
                        }
                        (format!("{text}${{...}}"), false)
                    }
                });
            }
        }
        if next.len() > super::evaluate::ALTERNATIVES {
            return Term::unknown("it may have too many values");
        }
        built = next;
    }
    if let Some(reason) = reason
        && built.len() == 1
    {
        // A text with one unknown part still shows its other parts.
        let text = built.remove(0).0;
        let is_telling = text.replace("${...}", "").chars().any(char::is_alphanumeric);
        return if is_telling { Term::new(Shape::Partial(text, references)) } else { Term::unknown(reason) };
    }
    let terms = built.into_iter().map(|(text, is_known)| match is_known {
        true => Term::text(text),
        false => Term::new(Shape::Partial(text, references.clone())),
    });
    Term::one_of(terms.collect())
}
