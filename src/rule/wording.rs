//! How values read in messages: units, lists, alternatives, and text from the repository made harmless.

use crate::facts::Unit;
use crate::printable::printable;
use crate::words;

use super::predicate::{Operand, Possible, Shape};

/// So many items of a list, or possible values, are printed; the rest is counted.
const ITEMS_SHOWN: usize = 5;

/// Texts from the repository are cut after so many characters.
const TEXT_SHOWN: usize = 200;

/// What an expression may be, in words: `60 s`, `30 s or 60 s`, `an unknown value`.
pub(super) fn possible(possible: &Possible<'_>, shape: Shape) -> String {
    if possible.more {
        return "one of many values".to_owned();
    }
    alternatives(&possible.values, shape)
}

/// Several values of which one holds: `30 s, 60 s or 90 s`.
pub(super) fn alternatives(values: &[Operand<'_>], shape: Shape) -> String {
    enumeration(values.iter().map(|value| one(value, shape)), "or")
}

fn one(value: &Operand<'_>, shape: Shape) -> String {
    match value {
        Operand::Bool(value) => value.to_string(),
        Operand::Int(number) => match shape {
            Shape::Number(unit) => measure(*number, unit),
            Shape::Plain => number.to_string(),
        },
        Operand::Text(text) => shortened(text),
        Operand::Texts(items) => enumeration(items.iter().map(|item| shortened(item)), "and"),
        Operand::List(items) => enumeration(items.iter().map(|item| one(item, shape)), "and"),
        Operand::Fact(_) | Operand::Facts(_) | Operand::Unknown(_) => "an unknown value".to_owned(),
        Operand::Absent | Operand::Nothing => "nothing".to_owned(),
    }
}

fn enumeration(items: impl ExactSizeIterator<Item = String>, joint: &str) -> String {
    let count = items.len();
    let mut shown: Vec<String> = items.take(if count > ITEMS_SHOWN + 1 { ITEMS_SHOWN } else { count }).collect();
    let last = match count - shown.len() {
        0 => shown.pop(),
        more => Some(format!("{more} more")),
    };
    match (last, shown.is_empty()) {
        (None, _) => "nothing".to_owned(),
        (Some(last), true) => last,
        (Some(last), false) => format!("{} {joint} {last}", shown.join(", ")),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(TEXT_SHOWN) {
        Some((end, _)) => format!("{}...", printable(&text[..end])),
        None => printable(text).into_owned(),
    }
}

/// A number with its unit: `60 s`, `512 MB`, `52.4 MB`, `1 day`.
pub fn measure(number: i64, unit: Unit) -> String {
    match unit {
        Unit::Count => number.to_string(),
        Unit::Seconds => format!("{number} s"),
        Unit::Mebibytes => format!("{number} MB"),
        Unit::Days if number.abs() == 1 => format!("{number} day"),
        Unit::Days => format!("{number} days"),
        Unit::Bytes => words::bytes(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_their_unit() {
        for (number, unit, text) in [
            (60, Unit::Seconds, "60 s"),
            (512, Unit::Mebibytes, "512 MB"),
            (52_428_800, Unit::Bytes, "52.4 MB"),
            (262_144_000, Unit::Bytes, "262.1 MB"),
            (999, Unit::Bytes, "999 bytes"),
            (1_000, Unit::Bytes, "1.0 kB"),
            (999_949, Unit::Bytes, "999.9 kB"),
            (999_950, Unit::Bytes, "1.0 MB"),
            (i64::MIN, Unit::Bytes, "-9223372036.9 GB"),
            (37, Unit::Days, "37 days"),
            (1, Unit::Days, "1 day"),
            (3, Unit::Count, "3"),
        ] {
            assert_eq!(measure(number, unit), text);
        }
    }

    #[test]
    fn alternatives_and_lists_read_as_sentences() {
        let seconds = Shape::Number(Unit::Seconds);
        let ints = |numbers: &[i64]| numbers.iter().map(|n| Operand::Int(*n)).collect::<Vec<_>>();
        assert_eq!(alternatives(&ints(&[30]), seconds), "30 s");
        assert_eq!(alternatives(&ints(&[30, 60]), seconds), "30 s or 60 s");
        assert_eq!(alternatives(&ints(&[1, 2, 3, 4, 5, 6]), seconds), "1 s, 2 s, 3 s, 4 s, 5 s or 6 s");
        assert_eq!(alternatives(&ints(&[1, 2, 3, 4, 5, 6, 7]), seconds), "1 s, 2 s, 3 s, 4 s, 5 s or 2 more");
        let items = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
        assert_eq!(alternatives(&[Operand::Texts(&items)], Shape::Plain), "a, b and c");
        assert_eq!(alternatives(&[Operand::Texts(&[])], Shape::Plain), "nothing");
        assert_eq!(alternatives(&[Operand::Absent], seconds), "nothing");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(shortened(&"x".repeat(300)).len(), 203);
    }
}
