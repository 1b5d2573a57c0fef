//! Requirements files as pip reads them: requirements with hashes, options, included files,
//! and the comments in which pip-compile and uv say where a pin comes from.
//!
//! Syntax: pip's documentation of the requirements file format, read 2026-11.

use std::ops::Range;

/// A requirements file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequirementsFile {
    /// The requirements in order.
    pub requirements: Vec<Line>,
    /// The options that stand for the whole file, in order.
    pub options: Vec<FileOption>,
    /// The command that wrote the file, when its first comment tells.
    pub command: Option<Command>,
}

/// One requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The requirement as written, without comment, options and `-e`.
    pub text: String,
    /// Its bytes.
    pub range: Range<usize>,
    /// Whether it is installed in place (`-e`).
    pub editable: bool,
    /// Its hashes.
    pub hashes: Vec<Hash>,
    /// What its comment says it is for: names, `-r FILE`, `-c FILE`.
    pub via: Vec<String>,
}

/// A hash of a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hash {
    /// The algorithm: sha256.
    pub algorithm: String,
    /// The digits.
    pub digits: String,
    /// Its bytes.
    pub range: Range<usize>,
}

/// An option of the file: `-r base.in`, `--index-url ADDRESS`, `--pre`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOption {
    /// Its long name, without hyphens: requirement, constraint, index-url.
    pub name: String,
    /// Its value; empty when it has none.
    pub value: String,
    /// The bytes of the value, or of the whole option.
    pub range: Range<usize>,
}

/// The command in the first comment of a compiled file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Command {
    /// Its words.
    pub words: Vec<String>,
    /// The Python it ran with, where the comment tells: `3.12`.
    pub python: Option<String>,
}

impl RequirementsFile {
    /// Reads a text; there is nothing it refuses.
    pub fn parse(text: &str) -> Self {
        let mut file = Self { command: command(text), ..Self::default() };
        for logical in logical_lines(text) {
            file.add(&logical);
        }
        file
    }

    fn add(&mut self, logical: &Logical) {
        let code = logical.code.trim();
        if code.is_empty() {
            self.comment(&logical.comment);
            return;
        }
        let start = logical.start + (logical.code.len() - logical.code.trim_start().len());
        let (editable, body, start) = match editable(code) {
            Some(rest) => (true, rest, start + (code.len() - rest.len())),
            None => (false, code, start),
        };
        if !editable && body.starts_with('-') {
            self.options.extend(file_options(body, start));
            return;
        }
        let end = option_start(body);
        let requirement = body[..end].trim_end();
        self.requirements.push(Line {
            text: requirement.to_owned(),
            range: start..start + requirement.len(),
            editable,
            hashes: hashes(&body[end..], logical),
            via: Vec::new(),
        });
        self.comment(&logical.comment);
    }

    /// Takes in `# via a, b` and the lines that go on with it; they belong to the requirement above.
    fn comment(&mut self, comment: &str) {
        let Some(line) = self.requirements.last_mut() else { return };
        let text = comment.trim_start_matches('#').trim();
        let listed = match text.strip_prefix("via") {
            Some("") => {
                // A mark that the list has begun.
                line.via.push(String::new());
                return;
            }
            Some(rest) if rest.starts_with(' ') => rest,
            _ if line.via.is_empty() || text.is_empty() => return,
            _ => text,
        };
        line.via.retain(|name| !name.is_empty());
        line.via.extend(listed.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()));
    }
}

/// A line with its continuations joined. Offsets of `code` are those of the text as long as
/// nothing was joined before them; `parts` knows the rest.
struct Logical {
    start: usize,
    code: String,
    comment: String,
    /// Where each physical line begins in `code` and in the text.
    parts: Vec<(usize, usize)>,
}

impl Logical {
    /// The place in the text of an offset of `code`.
    fn place(&self, at: usize) -> usize {
        let part = self.parts.iter().rev().find(|(inside, _)| *inside <= at);
        part.map_or(self.start + at, |(inside, outside)| outside + (at - inside))
    }
}

fn logical_lines(text: &str) -> Vec<Logical> {
    let mut found = Vec::new();
    let mut open: Option<Logical> = None;
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let line = raw.trim_end_matches(['\n', '\r']);
        let (code, comment) = split_comment(line);
        let logical = open.get_or_insert_with(|| Logical {
            start: at,
            code: String::new(),
            comment: String::new(),
            parts: Vec::new(),
        });
        logical.parts.push((logical.code.len(), at));
        at += raw.len();
        // A comment ends a continued line, whatever it ends in.
        match code.strip_suffix('\\') {
            Some(rest) if comment.is_empty() => logical.code.push_str(rest),
            _ => {
                logical.code.push_str(code);
                logical.comment = comment.to_owned();
                found.extend(open.take());
            }
        }
    }
    found.extend(open);
    found
}

/// Code and comment; a comment sign counts at the start and after a space.
fn split_comment(line: &str) -> (&str, &str) {
    let is_start = |at: &usize| *at == 0 || line.as_bytes()[at - 1].is_ascii_whitespace();
    match memchr::memchr_iter(b'#', line.as_bytes()).find(is_start) {
        Some(at) => (line[..at].trim_end(), &line[at..]),
        None => (line, ""),
    }
}

fn editable(code: &str) -> Option<&str> {
    let rest = code.strip_prefix("-e").or_else(|| code.strip_prefix("--editable"))?;
    let rest = rest.strip_prefix([' ', '=', '\t'])?;
    Some(rest.trim_start())
}

/// Where the options of a requirement begin: at the first word that starts with two hyphens.
fn option_start(body: &str) -> usize {
    let mut from = 0;
    while let Some(found) = body[from..].find("--") {
        let at = from + found;
        if body[..at].ends_with([' ', '\t']) {
            return at;
        }
        from = at + 2;
    }
    body.len()
}

fn hashes(options: &str, logical: &Logical) -> Vec<Hash> {
    let base = logical.code.trim_end().len().saturating_sub(options.trim_end().len());
    let mut found = Vec::new();
    for (at, _) in options.match_indices("--hash") {
        let rest = &options[at + 6..];
        let Some(value) = rest.strip_prefix(['=', ' ']) else { continue };
        let spaces = value.len() - value.trim_start().len();
        let value = value.split_whitespace().next().unwrap_or_default();
        let (algorithm, digits) = value.split_once(':').unwrap_or(("", value));
        let start = logical.place(base + at);
        let length = "--hash=".len() + spaces + value.len();
        found.push(Hash { algorithm: algorithm.to_owned(), digits: digits.to_owned(), range: start..start + length });
    }
    found
}

const SHORT: &[(&str, &str)] =
    &[("-r", "requirement"), ("-c", "constraint"), ("-i", "index-url"), ("-f", "find-links"), ("-e", "editable")];

fn file_options(body: &str, start: usize) -> Vec<FileOption> {
    let short = SHORT.iter().find(|(short, _)| body.starts_with(short) && !body.starts_with("--"));
    let (name, value) = match short {
        Some((short, name)) => ((*name).to_owned(), &body[short.len()..]),
        None => {
            let end = body.find(['=', ' ', '\t']).unwrap_or(body.len());
            (body[..end].trim_start_matches('-').to_owned(), &body[end..])
        }
    };
    let value = value.trim_start_matches(['=', ' ', '\t']).trim_end();
    let range = if value.is_empty() {
        start..start + body.len()
    } else {
        let at = start + (body.trim_end().len() - value.len());
        at..at + value.len()
    };
    vec![FileOption { name, value: value.trim_matches(['"', '\'']).to_owned(), range }]
}

/// The command that the first comment tells, as both compilers write it.
pub fn command(text: &str) -> Option<Command> {
    let comments = text.lines().take_while(|line| line.is_empty() || line.starts_with('#'));
    let comments: Vec<&str> = comments.map(|line| line.trim_start_matches('#').trim()).collect();
    let at = comments.iter().position(|line| {
        let told = line.contains("autogenerated by") || line.contains("was generated by");
        told || line.starts_with("pip-compile ") || line.starts_with("uv pip compile ") || line.starts_with("uv export")
    })?;
    let python =
        comments[at].split_once("with Python ").map(|(_, version)| version.trim_end_matches([':', '.']).to_owned());
    let is_told = |line: &&&str| {
        !line.is_empty() && !line.ends_with("by the following command:") && !line.contains("autogenerated")
    };
    let command = comments[at..].iter().find(is_told)?;
    Some(Command { words: words(command), python })
}

/// Words of a command, quotes removed.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for character in text.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, ' ' | '\t') => {
                if !word.is_empty() {
                    found.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(character),
        }
    }
    if !word.is_empty() {
        found.push(word);
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const COMPILED: &str = "#\n# This file is autogenerated by pip-compile with Python 3.12\n# by the following command:\n#\n\
        #    pip-compile --generate-hashes --output-file=requirements.txt requirements.in\n#\n\
        --index-url https://corp.example.com/simple\n\n\
        idna==3.20 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via\n    #   -r requirements.in\n    #   httpx\n\
        six==1.16.0  # via -r requirements.in, idna\n\
        -e ./lib2\n    # via -r requirements.in\n\
        bare\n\n# The following packages are considered to be unsafe in a requirements file:\n# setuptools\n";

    #[test]
    fn compiled_files_are_taken_apart() {
        for text in [COMPILED.to_owned(), COMPILED.replace('\n', "\r\n")] {
            let file = RequirementsFile::parse(&text);
            let command = file.command.clone().unwrap();
            assert_eq!(command.words[1..], ["--generate-hashes", "--output-file=requirements.txt", "requirements.in"]);
            assert_eq!(command.python.as_deref(), Some("3.12"));
            let shown: Vec<String> = file
                .requirements
                .iter()
                .map(|line| {
                    format!(
                        "{}{} {} {:?}",
                        if line.editable { "-e " } else { "" },
                        &text[line.range.clone()],
                        line.hashes.len(),
                        line.via
                    )
                })
                .collect();
            let expected = [
                "idna==3.20 2 [\"-r requirements.in\", \"httpx\"]",
                "six==1.16.0 0 [\"-r requirements.in\", \"idna\"]",
                "-e ./lib2 0 [\"-r requirements.in\"]",
                "bare 0 []",
            ];
            assert_eq!(shown, expected);
            assert_eq!(&text[file.requirements[0].hashes[1].range.clone()], "--hash=sha256:bb");
            assert_eq!(file.options[0].value, "https://corp.example.com/simple");
            assert_eq!(&text[file.options[0].range.clone()], "https://corp.example.com/simple");
        }
    }

    #[test]
    fn odd_lines() {
        let text = "# only words\n-r  base.in # note\n--constraint=c.txt\nname @ https://example.com/a.whl#sha256=00 ; python_version < '3'\n\
                    x>=1,\\\n  <2\n-i https://u:${TOKEN}@corp.example.com/simple\n--pre\n  y  \\\n# ends here\nz\\";
        let file = RequirementsFile::parse(text);
        let options: Vec<(&str, &str)> = file.options.iter().map(|option| (&*option.name, &*option.value)).collect();
        let expected = [
            ("requirement", "base.in"),
            ("constraint", "c.txt"),
            ("index-url", "https://u:${TOKEN}@corp.example.com/simple"),
            ("pre", ""),
        ];
        assert_eq!(options, expected);
        let texts: Vec<&str> = file.requirements.iter().map(|line| &*line.text).collect();
        let expected = ["name @ https://example.com/a.whl#sha256=00 ; python_version < '3'", "x>=1,  <2", "y", "z"];
        assert_eq!(texts, expected);
        assert!(file.command.is_none());
    }

    #[test]
    fn uv_names_its_command_too() {
        let text = "# This file was autogenerated by uv via the following command:\n#    uv pip compile 'a b.in' -o out.txt\nx==1\n";
        assert_eq!(
            RequirementsFile::parse(text).command.unwrap().words,
            ["uv", "pip", "compile", "a b.in", "-o", "out.txt"]
        );
    }
}
