//! INI files and Java's properties: sections with their settings, each with its bytes.
//!
//! Lenient: a line that is no setting is passed over. An indented line belongs to the setting above it.

use std::ops::Range;

/// A section; the first has no name and holds what stands before any header.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Section<'t> {
    /// The name between the brackets.
    pub name: &'t str,
    /// The bytes of the name.
    pub at: Range<usize>,
    /// Its settings in order.
    pub settings: Vec<Setting<'t>>,
}

/// A key with its value, line by line.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting<'t> {
    /// The key, as written.
    pub key: &'t str,
    /// The lines of the value that are neither empty nor comments.
    pub lines: Vec<Line<'t>>,
}

/// A line of a value without the blanks around it.
#[derive(Debug, PartialEq, Eq)]
pub struct Line<'t> {
    /// Its text.
    pub text: &'t str,
    /// Its bytes.
    pub at: Range<usize>,
}

impl<'t> Section<'t> {
    /// The setting of a key.
    pub fn get(&self, key: &str) -> Option<&Setting<'t>> {
        self.settings.iter().find(|setting| setting.key == key)
    }
}

impl<'t> Setting<'t> {
    /// The only line of a value that has one, without a comment behind it.
    pub fn line(&self) -> Option<Line<'t>> {
        let [line] = self.lines.as_slice() else { return None };
        let text = line.text.split(" #").next().unwrap_or("").trim_end();
        (!text.is_empty()).then(|| Line { text, at: line.at.start..line.at.start + text.len() })
    }
}

/// All sections of a text.
pub fn sections(text: &str) -> Vec<Section<'_>> {
    let mut found = vec![Section::default()];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim_end();
        let place = |part: &str| {
            let from = start + (part.as_ptr() as usize - line.as_ptr() as usize);
            from..from + part.len()
        };
        let Some(section) = found.last_mut() else { continue };
        if content.starts_with([' ', '\t']) {
            if let Some(setting) = section.settings.last_mut() {
                setting.add(content.trim_start(), &place);
            }
        } else if let Some(name) = content.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            found.push(Section { name, at: place(name), settings: Vec::new() });
        } else if let Some((key, value)) = content.split_once(['=', ':']).filter(|_| !content.starts_with(['#', ';'])) {
            let mut setting = Setting { key: key.trim_end(), lines: Vec::new() };
            setting.add(value.trim_start(), &place);
            section.settings.push(setting);
        }
    }
    found
}

impl<'t> Setting<'t> {
    fn add(&mut self, text: &'t str, place: &impl Fn(&str) -> Range<usize>) {
        if !text.is_empty() && !text.starts_with(['#', ';']) {
            self.lines.push(Line { text, at: place(text) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_their_settings() {
        let text = "top=1\n# no\n[a b]\nkey = x # why\r\nlist =\n    one\n    # two\n\tthree\n[ ]\nk: v=w\nnothing\n";
        let shown: Vec<String> = sections(text)
            .iter()
            .flat_map(|section| section.settings.iter().map(move |setting| (section.name, setting)))
            .map(|(name, setting)| {
                let lines: Vec<&str> = setting.lines.iter().map(|line| line.text).collect();
                assert!(setting.lines.iter().all(|line| &text[line.at.clone()] == line.text));
                format!("{name}.{} {lines:?} {:?}", setting.key, setting.line().map(|line| line.text))
            })
            .collect();
        assert_eq!(
            shown,
            [
                ".top [\"1\"] Some(\"1\")",
                "a b.key [\"x # why\"] Some(\"x\")",
                "a b.list [\"one\", \"three\"] None",
                " .k [\"v=w\"] Some(\"v=w\")",
            ]
        );
        for hostile in ["[", "=\n =", "\t\t", "[]\n=", "\u{e9}=\u{e9}"] {
            sections(hostile);
        }
    }
}
