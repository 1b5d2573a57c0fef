//! `ENTRYPOINT []` and `CMD []`, which take back what the base image runs and which the grammar refuses.

/// Instructions that may have an empty list.
const TAKING_BACK: &[&str] = &["ENTRYPOINT", "CMD"];

/// The text with such lists as an empty word, byte for byte as long.
pub(super) fn spell_out(text: String) -> String {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((keyword, rest)) = line.trim().split_once(char::is_whitespace) else { continue };
        let list = rest.trim();
        let is_empty = list.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|inside| inside.trim().is_empty());
        if is_empty && TAKING_BACK.iter().any(|known| keyword.eq_ignore_ascii_case(known)) {
            let from = start + (list.as_ptr() as usize - line.as_ptr() as usize);
            found.push(from..from + list.len());
        }
    }
    let mut text = text;
    for list in found {
        let word = format!("\"{}\"", " ".repeat(list.len() - 2));
        text.replace_range(list, &word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lists_become_empty_words() {
        let cases = [
            ("ENTRYPOINT []\nCMD [ ]\n", "ENTRYPOINT \"\"\nCMD \" \"\n"),
            ("  entrypoint  []", "  entrypoint  \"\""),
            ("ENTRYPOINT [\"a\"]\nRUN []\nCMD", "ENTRYPOINT [\"a\"]\nRUN []\nCMD"),
        ];
        for (text, expected) in cases {
            assert_eq!(spell_out(text.to_owned()), expected);
        }
    }
}
