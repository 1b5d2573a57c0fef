//! go.mod, go.sum and vendor/modules.txt as Go reads them.
//!
//! Grammar: the reference of Go modules, read in November 2026.

use std::ops::Range;

/// A go.mod.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GoMod {
    /// The module's path.
    pub module: Option<Word>,
    /// The release of Go that the module is written for.
    pub go: Option<Word>,
    /// The release of Go that builds it at least.
    pub toolchain: Option<Word>,
    /// What it requires, in order.
    pub requires: Vec<Require>,
    /// What takes the place of modules.
    pub replaces: Vec<Replace>,
    /// The first line that cannot be read.
    pub unread: Option<Range<usize>>,
}

/// A word and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word, without quotes.
    pub text: String,
    /// Its bytes.
    pub range: Range<usize>,
}

/// A required module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Require {
    /// The module's path.
    pub path: Word,
    /// The version.
    pub version: Word,
    /// Whether only other modules need it.
    pub is_indirect: bool,
}

/// A replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replace {
    /// The module that is replaced.
    pub old: Word,
    /// The version that is replaced; all without it.
    pub old_version: Option<Word>,
    /// A module's path or a directory.
    pub new: Word,
    /// The version of the new one; none for a directory.
    pub new_version: Option<Word>,
}

impl GoMod {
    /// Reads a text; the first line that is none of Go's is noted.
    pub fn parse(text: &str) -> Self {
        let mut found = Self::default();
        let mut block: Option<String> = None;
        for (words, comment, range) in lines(text) {
            let Some(first) = words.first() else { continue };
            if first.text == ")" {
                block = None;
                continue;
            }
            let (verb, rest) = match &block {
                Some(verb) => (verb.clone(), &words[..]),
                None => (first.text.clone(), &words[1..]),
            };
            if block.is_none() && rest.first().is_some_and(|word| word.text == "(") {
                block = Some(verb);
                continue;
            }
            if !found.directive(&verb, rest, comment) {
                found.unread.get_or_insert(range);
            }
        }
        found
    }

    fn directive(&mut self, verb: &str, words: &[Word], comment: &str) -> bool {
        match (verb, words) {
            ("module", [path]) => return self.module.replace(path.clone()).is_none(),
            ("go", [version]) => return self.go.replace(version.clone()).is_none(),
            ("toolchain", [version]) => return self.toolchain.replace(version.clone()).is_none(),
            ("require", [path, version]) => {
                let is_indirect = comment.trim_start_matches('/').trim_start().starts_with("indirect");
                self.requires.push(Require { path: path.clone(), version: version.clone(), is_indirect });
            }
            ("replace", words) => return self.replace(words),
            ("exclude" | "retract" | "tool" | "godebug" | "ignore", [_, ..]) => {}
            _ => return false,
        }
        true
    }

    fn replace(&mut self, words: &[Word]) -> bool {
        let Some(arrow) = words.iter().position(|word| word.text == "=>") else { return false };
        let (old, new) = (&words[..arrow], &words[arrow + 1..]);
        let ([old_path] | [old_path, _], [new_path] | [new_path, _]) = (old, new) else { return false };
        self.replaces.push(Replace {
            old: old_path.clone(),
            old_version: old.get(1).cloned(),
            new: new_path.clone(),
            new_version: new.get(1).cloned(),
        });
        true
    }

    /// What takes the place of a module, the replacement of its very version first.
    pub fn replacement(&self, path: &str, version: &str) -> Option<&Replace> {
        let of_path = |replace: &&Replace| replace.old.text == path;
        let exact = |replace: &&Replace| replace.old_version.as_ref().is_some_and(|of| of.text == version);
        let all = |replace: &&Replace| replace.old_version.is_none();
        let mut found = self.replaces.iter().filter(of_path);
        found.clone().find(exact).or_else(|| found.find(all))
    }

    /// Whether the module is written for a release of Go from this one on; releases before 1.12 said nothing.
    pub fn is_from(&self, major: u64, minor: u64) -> bool {
        let mut parts =
            self.go.as_ref().map_or("1.11", |go| &go.text).split('.').map(|part| part.parse::<u64>().unwrap_or(0));
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (major, minor)
    }
}

/// A module in vendor/modules.txt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vendored {
    /// The module's path.
    pub path: Word,
    /// Its version; none for a replacement that stands alone.
    pub version: Option<Word>,
    /// What takes its place, as written after the arrow.
    pub replaced_by: Option<String>,
    /// Whether go.mod requires it.
    pub is_explicit: bool,
    /// Whether packages of it are vendored.
    pub has_packages: bool,
}

/// Reads vendor/modules.txt. What several lines say of one version of a module is put together.
pub fn vendored(text: &str) -> Vec<Vendored> {
    let mut found: Vec<Vendored> = Vec::new();
    // The module that the lines belong to.
    let mut current: Option<usize> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        if let Some(rest) = line.strip_prefix("# ") {
            current = module_line(rest, start + 2).map(|read| {
                let version = |one: &Vendored| one.version.as_ref().map(|version| version.text.clone());
                let same = |one: &Vendored| one.path.text == read.path.text && version(one) == version(&read);
                let known = found.iter().position(same).unwrap_or(found.len());
                match found.get_mut(known) {
                    Some(one) => one.replaced_by = read.replaced_by.or(one.replaced_by.take()),
                    None => found.push(read),
                }
                known
            });
            continue;
        }
        let Some(module) = current.and_then(|current| found.get_mut(current)) else { continue };
        match line.strip_prefix("## ") {
            Some(marks) => module.is_explicit |= marks.split(';').any(|mark| mark.trim() == "explicit"),
            None => module.has_packages |= line.split_whitespace().count() == 1,
        }
    }
    found
}

/// `path version`, `path version => new` or `path => new`; `None` for any other line.
fn module_line(rest: &str, start: usize) -> Option<Vendored> {
    let (module, new) = rest.split_once("=>").map_or((rest, None), |(module, new)| (module, Some(new)));
    let mut words = module.split_whitespace();
    let word = |text: &str| {
        let from = start + (text.as_ptr() as usize - rest.as_ptr() as usize);
        Word { text: text.to_owned(), range: from..from + text.len() }
    };
    let path = words.next().map(word)?;
    let version = words.next().map(word);
    let is_version = |version: &Word| version.text.starts_with('v');
    if version.as_ref().map_or(new.is_none(), |version| !is_version(version)) {
        return None;
    }
    let replaced_by = new.map(|new| new.trim().to_owned());
    Some(Vendored { path, version, replaced_by, is_explicit: false, has_packages: false })
}

/// The words of each line with its comment and its bytes.
fn lines(text: &str) -> impl Iterator<Item = (Vec<Word>, &str, Range<usize>)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |raw| {
        let start = at;
        at += raw.len();
        let line = raw.trim_end();
        let (code, comment) =
            line.find("//").filter(|at| is_comment(line, *at)).map_or((line, ""), |at| line.split_at(at));
        (words(code, start), comment, start..start + line.len())
    })
}

/// A comment begins at a word's start.
fn is_comment(line: &str, at: usize) -> bool {
    at == 0 || line.as_bytes()[at - 1].is_ascii_whitespace() || line.as_bytes()[at - 1] == b')'
}

fn words(code: &str, start: usize) -> Vec<Word> {
    let mut found = Vec::new();
    let mut rest = code;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { return found };
        let length = match first {
            '(' | ')' | ',' | '[' | ']' => 1,
            '"' | '`' => rest[1..].find(first).map_or(rest.len(), |end| end + 2),
            _ => rest.find(|c: char| c.is_whitespace() || "(),[]".contains(c)).unwrap_or(rest.len()),
        };
        let from = start + (code.len() - rest.len());
        let text = rest[..length].trim_matches(['"', '`']).to_owned();
        found.push(Word { text, range: from..from + length });
        rest = &rest[length..];
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_go_mod_is_taken_apart() {
        let text = "// the shop\nmodule \"go.example.com/shop\"\n\ngo 1.22.1\ntoolchain go1.22.4\n\nrequire go.example.com/a v1.0.0 // indirect\n\
            require (\n\tgo.example.com/b/v2 v2.1.0\n\tgo.example.com/c v0.0.0-20260101000000-0123456789ab // indirect; why\n)\n\
            replace go.example.com/a => ../a\nreplace (\n\tgo.example.com/c v1.0.0 => go.example.com/d v1.0.1\n)\nexclude go.example.com/e v1.0.0\nretract [v1.0.0, v1.1.0] // bad\n";
        let parsed = GoMod::parse(text);
        assert_eq!(parsed.unread, None);
        assert_eq!(parsed.module.clone().unwrap().text, "go.example.com/shop");
        assert!(parsed.is_from(1, 17) && parsed.is_from(1, 22) && !parsed.is_from(1, 23));
        let shown: Vec<String> = parsed
            .requires
            .iter()
            .map(|one| format!("{} {} {}", one.path.text, &text[one.version.range.clone()], one.is_indirect))
            .collect();
        assert_eq!(
            shown,
            [
                "go.example.com/a v1.0.0 true",
                "go.example.com/b/v2 v2.1.0 false",
                "go.example.com/c v0.0.0-20260101000000-0123456789ab true"
            ]
        );
        assert_eq!(parsed.replacement("go.example.com/a", "v1.0.0").unwrap().new.text, "../a");
        assert_eq!(parsed.replacement("go.example.com/c", "v1.0.0").unwrap().new.text, "go.example.com/d");
        assert!(parsed.replacement("go.example.com/c", "v1.0.1").is_none());
        for (broken, line) in [("module x\nrequire a\n", "require a"), ("module x\ngo 1.21\ngo 1.22\n", "go 1.22")] {
            assert_eq!(&broken[GoMod::parse(broken).unread.unwrap()], line);
        }
    }

    #[test]
    fn vendored_modules() {
        let text = "# go.example.com/a v1.0.0\n# go.example.com/a v1.0.0\n## explicit; go 1.17\ngo.example.com/a\n# a word\n## explicit\n# go.example.com/b v1.2.0 => ../b\n## explicit\n# go.example.com/c => go.example.com/d v1.0.0\n";
        let found = vendored(text);
        let shown: Vec<String> = found
            .iter()
            .map(|one| {
                let version = one.version.as_ref().map_or("-", |version| &text[version.range.clone()]);
                format!("{} {version} {:?} {}", &text[one.path.range.clone()], one.replaced_by, one.is_explicit)
            })
            .collect();
        assert_eq!(
            shown,
            [
                "go.example.com/a v1.0.0 None true",
                "go.example.com/b v1.2.0 Some(\"../b\") true",
                "go.example.com/c - Some(\"go.example.com/d v1.0.0\") false"
            ]
        );
    }
}
