//! Patch files as Yarn takes them apart, to hash them into locators.
//!
//! Yarn hashes the parts of a patch as JSON, so that comments before it may change freely.
//! Proved with the hashes that Yarn 4.18 writes.

use super::hash;
use crate::node::range::Range;
use crate::node::version::{self, Mode};

/// The version of Yarn's way to apply patches, which is hashed too (4.18, read 2026-11).
const APPLIER: &str = "3";

/// What the lines before the hunks of a file say.
#[derive(Debug, Default)]
struct Head<'t> {
    exclusivity: Option<&'t str>,
    diff_from: Option<&'t str>,
    diff_to: Option<&'t str>,
    old_mode: Option<&'t str>,
    new_mode: Option<&'t str>,
    deleted_mode: Option<&'t str>,
    created_mode: Option<&'t str>,
    rename_from: Option<&'t str>,
    rename_to: Option<&'t str>,
    before: Option<&'t str>,
    after: Option<&'t str>,
    from: Option<&'t str>,
    to: Option<&'t str>,
    /// The hunks, as JSON.
    hunks: Vec<String>,
}

/// The hash of patches, applied to a version of a package; `None` when Yarn could not read one of them.
pub fn hash(patches: &[&str], applied_to: &str) -> Option<String> {
    let mut texts = vec![APPLIER.to_owned()];
    for patch in patches {
        let patch = patch.replace("\r\n", "\n").replace('\r', "\n");
        for head in heads(&patch)? {
            let excluded = head.exclusivity.is_some_and(|range| !admits(range, applied_to));
            let parts = parts(&head)?;
            if !excluded {
                texts.extend(parts);
            }
        }
    }
    (texts.len() > 1).then(|| hash::short(&texts.iter().map(String::as_str).collect::<Vec<_>>()))
}

fn admits(range: &str, version: &str) -> bool {
    let range = Range::parse(range, Mode::Loose);
    range.zip(version::parse(version, Mode::Loose)).is_none_or(|(range, version)| range.admits(&version))
}

fn heads(patch: &str) -> Option<Vec<Head<'_>>> {
    let mut all = Vec::new();
    let mut head = Head::default();
    let mut lines = patch.strip_suffix('\n').unwrap_or(patch).split('\n').peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("@@") {
            let mut hunk = Hunk::new(line)?;
            while let Some(next) = lines.next_if(|next| next.starts_with([' ', '+', '-', '\\']) || next.is_empty()) {
                hunk.line(next)?;
            }
            head.hunks.push(hunk.json()?);
            // Another line ends the hunks of this file, unless it begins one more.
            if lines.peek().is_some_and(|next| !next.starts_with("@@")) {
                all.push(std::mem::take(&mut head));
            }
            continue;
        }
        if line.starts_with("diff --git ") && head.diff_from.is_some() {
            all.push(std::mem::take(&mut head));
        }
        head.line(line)?;
    }
    all.push(head);
    Some(all)
}

impl<'t> Head<'t> {
    fn line(&mut self, line: &'t str) -> Option<()> {
        if let Some(rest) = line.strip_prefix("diff --git ") {
            let (from, to) = rest.strip_prefix("a/")?.split_once(" b/")?;
            (self.diff_from, self.diff_to) = (Some(from), Some(to.trim_end()));
            return Some(());
        }
        if let Some(rest) = line.strip_prefix("index ") {
            if let Some((before, after)) = rest.split_once("..") {
                let word = |letter: char| !(letter.is_ascii_alphanumeric() || letter == '_');
                self.before = before.rsplit(word).next();
                self.after = after.split(word).next();
            }
            return Some(());
        }
        let places = [
            ("old mode ", &mut self.old_mode),
            ("new mode ", &mut self.new_mode),
            ("deleted file mode ", &mut self.deleted_mode),
            ("new file mode ", &mut self.created_mode),
            ("rename from ", &mut self.rename_from),
            ("rename to ", &mut self.rename_to),
            ("semver exclusivity ", &mut self.exclusivity),
        ];
        for (start, place) in places {
            if let Some(rest) = line.strip_prefix(start) {
                *place = Some(rest.trim());
                return Some(());
            }
        }
        if line.starts_with("--- ") {
            self.from = line.get(6..).map(str::trim);
        } else if line.starts_with("+++ ") {
            self.to = line.get(6..).map(str::trim);
        }
        Some(())
    }
}

/// The changes that a file's part of a patch makes, as JSON.
fn parts(head: &Head<'_>) -> Option<Vec<String>> {
    let mut all = Vec::new();
    let hunk = head.hunks.first().map_or("null", String::as_str);
    let mut target = None;
    if let Some(from) = head.rename_from {
        let to = head.rename_to?;
        all.push(format!("{{\"type\":\"rename\",\"fromPath\":{},\"toPath\":{}}}", path(from), path(to)));
        target = Some(to);
    } else if let Some(mode) = head.deleted_mode {
        let at = path(head.diff_from.or(head.from)?);
        let (mode, hash) = (self::mode(mode)?, text(head.before));
        all.push(format!(
            "{{\"type\":\"file deletion\",\"hunk\":{hunk},\"path\":{at},\"mode\":{mode},\"hash\":{hash}}}"
        ));
    } else if let Some(mode) = head.created_mode {
        let at = path(head.diff_to.or(head.to)?);
        let (mode, hash) = (self::mode(mode)?, text(head.after));
        all.push(format!(
            "{{\"type\":\"file creation\",\"hunk\":{hunk},\"path\":{at},\"mode\":{mode},\"hash\":{hash}}}"
        ));
    } else {
        target = head.to.or(head.diff_to);
    }
    let Some(target) = target.map(path) else { return Some(all) };
    if let (Some(old), Some(new)) = (head.old_mode, head.new_mode)
        && old != new
    {
        let (old, new) = (mode(old)?, mode(new)?);
        all.push(format!("{{\"type\":\"mode change\",\"path\":{target},\"oldMode\":{old},\"newMode\":{new}}}"));
    }
    if !head.hunks.is_empty() {
        let (hunks, before, after) = (head.hunks.join(","), text(head.before), text(head.after));
        all.push(format!(
            "{{\"type\":\"patch\",\"path\":{target},\"hunks\":[{hunks}],\"beforeHash\":{before},\"afterHash\":{after}}}"
        ));
    }
    Some(all)
}

/// One hunk while it is read.
struct Hunk {
    original: (u64, u64),
    patched: (u64, u64),
    parts: Vec<Part>,
}

struct Part {
    kind: &'static str,
    lines: Vec<String>,
    ends_without_newline: bool,
}

impl Hunk {
    /// `@@ -1,2 +3,4 @@`; a length that is not written is 1.
    fn new(line: &str) -> Option<Self> {
        let (original, rest) = line.strip_prefix("@@ -")?.split_once(" +")?;
        let patched = rest.split_once(" @@")?.0;
        let side = |text: &str| {
            let (start, length) = text.split_once(',').unwrap_or((text, "1"));
            Some((start.parse::<u64>().ok()?.max(1), length.parse::<u64>().ok()?))
        };
        Some(Self { original: side(original)?, patched: side(patched)?, parts: Vec::new() })
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let kind = match line.as_bytes().first() {
            Some(b'\\') => {
                self.parts.last_mut()?.ends_without_newline = true;
                return line.starts_with("\\ No newline at end of file").then_some(());
            }
            Some(b'-') => "deletion",
            Some(b'+') => "insertion",
            _ => "context",
        };
        if self.parts.last().is_none_or(|part| part.kind != kind) {
            self.parts.push(Part { kind, lines: Vec::new(), ends_without_newline: false });
        }
        self.parts.last_mut()?.lines.push(line.get(1..).unwrap_or("").to_owned());
        Some(())
    }

    /// As JSON; `None` when its lines are not as many as its head says.
    fn json(&self) -> Option<String> {
        let count = |other: &str| {
            let parts = self.parts.iter().filter(|part| part.kind != other);
            parts.map(|part| part.lines.len() as u64).sum::<u64>()
        };
        if count("insertion") != self.original.1 || count("deletion") != self.patched.1 {
            return None;
        }
        let side = |(start, length): (u64, u64)| format!("{{\"start\":{start},\"length\":{length}}}");
        let part = |part: &Part| {
            let lines: Vec<String> = part.lines.iter().map(|line| text(Some(line))).collect();
            let (kind, lines, end) = (part.kind, lines.join(","), part.ends_without_newline);
            format!("{{\"type\":\"{kind}\",\"lines\":[{lines}],\"noNewlineAtEndOfFile\":{end}}}")
        };
        let parts: Vec<String> = self.parts.iter().map(part).collect();
        let (original, patched) = (side(self.original), side(self.patched));
        Some(format!(
            "{{\"header\":{{\"original\":{original},\"patched\":{patched}}},\"parts\":[{}]}}",
            parts.join(",")
        ))
    }
}

fn text(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), |text| serde_json::Value::from(text).to_string())
}

fn path(path: &str) -> String {
    let normal = crate::path::join("", path.trim_start_matches('/'));
    text(Some(normal.as_deref().unwrap_or(path)))
}

/// `100644` and `100755` as the numbers that Yarn makes of them.
fn mode(text: &str) -> Option<u32> {
    let mode = u32::from_str_radix(text.trim(), 8).ok()? & 0o777;
    matches!(mode, 0o644 | 0o755).then_some(mode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_that_yarn_writes() {
        let patch = "a word before\ndiff --git a/note.txt b/note.txt\nnew file mode 100644\nindex 0000000..ce01362\n\
                     --- /dev/null\n+++ b/note.txt\n@@ -0,0 +1 @@\n+hello\n";
        assert_eq!(hash(&[patch], "2.0.0").as_deref(), Some("5f3626"));
        assert_eq!(hash(&[&patch.replace("+1 @@", "+1,2 @@")], "2.0.0"), None);
        assert_eq!(hash(&["no patch\n"], "2.0.0"), None);
    }
}
