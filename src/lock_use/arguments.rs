//! The arguments of a command: options with and without values, and the rest.

use crate::shell::Word;

/// Arguments, sorted into options and the rest.
#[derive(Debug, Default)]
pub(super) struct Arguments<'w> {
    /// Options as written, with their values.
    options: Vec<(&'w str, Option<&'w str>)>,
    /// What is no option.
    pub(super) rest: Vec<&'w Word>,
    /// Whether a word is put in at run time and may be anything.
    pub(super) opaque: bool,
}

impl<'w> Arguments<'w> {
    /// Sorts words. `valued` lists the options that take the next word as their value.
    pub(super) fn of(words: &'w [Word], valued: &[&str]) -> Self {
        Self::sorted(words, valued, false).0
    }

    /// Sorts words up to the first that is no option, and gives the words from there on.
    pub(super) fn until_command(words: &'w [Word], valued: &[&str]) -> (Self, &'w [Word]) {
        Self::sorted(words, valued, true)
    }

    fn sorted(words: &'w [Word], valued: &[&str], stops: bool) -> (Self, &'w [Word]) {
        let mut sorted = Self::default();
        let mut at = 0;
        while at < words.len() {
            let word = &words[at];
            let text = word.text.as_str();
            if text == "--" {
                if stops {
                    return (sorted, &words[at + 1..]);
                }
                sorted.rest.extend(&words[at + 1..]);
                break;
            }
            if word.dynamic && text.starts_with(['$', '`']) {
                sorted.opaque = true;
            }
            if !text.starts_with('-') || text == "-" {
                if stops {
                    return (sorted, &words[at..]);
                }
                sorted.rest.push(word);
                at += 1;
                continue;
            }
            at += 1;
            match text.split_once('=') {
                Some((name, value)) if text.starts_with("--") || valued.contains(&name) => {
                    sorted.options.push((name, Some(value)));
                }
                _ if valued.contains(&text) => {
                    sorted.options.push((text, words.get(at).map(|word| word.text.as_str())));
                    at += 1;
                }
                _ => sorted.short_or_plain(text, valued),
            }
        }
        (sorted, &[])
    }

    /// `-rfile` carries its value; `-yq` is `-y -q`.
    fn short_or_plain(&mut self, text: &'w str, valued: &[&str]) {
        let is_short = !text.starts_with("--") && text.len() > 2 && text.is_char_boundary(2);
        if is_short && valued.contains(&&text[..2]) {
            self.options.push((&text[..2], Some(&text[2..])));
            return;
        }
        self.options.push((text, None));
    }

    /// Whether one of the options is given; single letters are found in bundles too.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.options.iter().any(|(option, value)| {
            names.iter().any(|name| {
                let is_letter = name.len() == 2 && !name.starts_with("--");
                let is_bundle = is_letter
                    && value.is_none()
                    && !option.starts_with("--")
                    && option.len() <= 5
                    && option[1..].contains(&name[1..]);
                (option == name && *value != Some("false")) || is_bundle
            })
        })
    }

    /// The value of the first of the options that is given.
    pub(super) fn value(&self, names: &[&str]) -> Option<&'w str> {
        self.options.iter().find(|(option, _)| names.contains(option)).and_then(|(_, value)| *value)
    }

    /// All values of the options.
    pub(super) fn values<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'w str> + 'a {
        self.options.iter().filter(|(option, _)| names.contains(option)).filter_map(|(_, value)| *value)
    }

    /// Whether all options that are given are among these.
    pub(super) fn only(&self, names: &[&str]) -> bool {
        self.options.iter().all(|(option, _)| names.contains(option))
    }

    /// Whether a word that is no option is known already.
    pub(super) fn names_something(&self) -> bool {
        self.rest.iter().any(|word| !(word.dynamic && word.text.starts_with(['$', '`'])))
    }

    /// The first word that is no option.
    pub(super) fn first(&self) -> &'w str {
        self.rest.first().map_or("", |word| word.text.as_str())
    }
}
