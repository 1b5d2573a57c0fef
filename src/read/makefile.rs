//! Makefiles that a job or image runs: the commands of their targets.
//!
//! Only what a target says literally is read: variables of make stay words that are put in when it runs.

use super::{Claim, File, Output, Reader};
use crate::facts::Task;
use crate::facts::task::MORE;
use crate::lock_use::Call;
use crate::steps::{Job, Script};
use crate::syntax::places::Places;

/// Reads Makefiles when a command asks for them.
pub const READER: Reader = Reader { name: "makefile", role: "other", claims: |_| Claim::No, read };

/// More targets than this in one file are not written by people.
const MOST: usize = 2_000;

/// A rule: its targets, what they need first, and its lines.
struct Rule {
    targets: Vec<String>,
    needs: Vec<String>,
    at: usize,
    /// Start and end of each logical line, prefix signs left out.
    lines: Vec<(usize, usize)>,
}

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    let brings_more = |line: &str| matches!(line.split_whitespace().next(), Some("include" | "-include" | "sinclude"));
    if file.text.lines().any(brings_more) {
        output.facts.add(Task::new(file.part(MORE, file.span(0..0)), "make", MORE));
    }
    let (rules, stray) = rules(file.text);
    if let Some((start, end)) = stray {
        output.facts.add(Task::new(file.part(MORE, file.span(start..start)), "make", MORE));
        let explanation = "it has a line that is neither a target nor a command nor an assignment".to_owned();
        output.problem(file, &READER, "script", explanation, file.span(start..end));
    }
    let mut unread = None;
    for rule in rules {
        for target in rule.targets.iter().filter(|target| !target.starts_with('.')) {
            if target.contains(['$', '%']) {
                output.facts.add(Task::new(file.part(MORE, file.span(rule.at..rule.at)), "make", MORE));
                continue;
            }
            let at = file.span(rule.at..rule.at + target.len());
            output.facts.add(Task::new(file.part(target, at), "make", target));
            let mut job = Job::new(file.path, "makefile", target, true);
            if !rule.needs.is_empty() {
                let call = Call { runner: "make", names: rule.needs.clone(), directory: String::new(), file: Some(file.file_name().to_owned()) };
                job.after(call, file.directory(), at);
            }
            for (start, end) in &rule.lines {
                if run(file, &mut job, *start..*end).is_err() {
                    unread.get_or_insert((*start, *end));
                }
            }
            output.facts.steps.extend(job.finish());
        }
    }
    if let Some((start, end)) = unread {
        output.problem(file, &READER, "script", "it has a command that is not understood".to_owned(), file.span(start..end));
    }
}

/// Each line is a shell of its own.
fn run(file: &File<'_>, job: &mut Job, range: std::ops::Range<usize>) -> Result<(), &'static str> {
    let text = masked(&file.text[range.clone()]);
    let places = Places::verbatim(file.span(range.clone()), range.start, text.len());
    let script = Script::plain(&text, &places, Ok(file.directory().to_owned()));
    job.run(&script)
}

/// `$(MAKE)` becomes the command that it is, another `$(NAME)` a variable of the shell of the same length, `$$(` a substitution; tabs that continue a line become blanks.
fn masked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut masked = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'$', Some(b'$')) => {
                if bytes.get(at + 2) == Some(&b'(') {
                    masked[at] = b' ';
                }
                at += 2;
            }
            (b'$', Some(b'(' | b'{')) => {
                let close = if bytes[at + 1] == b'(' { b')' } else { b'}' };
                let end = closing(bytes, at + 2, bytes[at + 1], close).unwrap_or(at + 2).min(bytes.len());
                match &bytes[at + 2..end] {
                    [b'M', b'A', b'K', b'E', _] => masked[at..end].copy_from_slice(b"make   "),
                    _ => masked[at + 1..end].fill(b'x'),
                }
                at = end.max(at + 2);
            }
            _ => at += 1,
        }
    }
    String::from_utf8(masked).unwrap_or_else(|_| text.to_owned())
}

/// Past the bracket that closes one, those between counted.
fn closing(bytes: &[u8], from: usize, open: u8, close: u8) -> Option<usize> {
    let mut depth = 1;
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        depth += usize::from(*byte == open);
        depth -= usize::from(*byte == close);
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

/// Words that begin lines which are no rules (GNU make's manual, 4.4).
const DIRECTIVES: &[&str] = &[
    "include", "-include", "sinclude", "export", "unexport", "override", "private", "vpath", "undefine", "load", "-load",
];

/// The rules of a text, and the first line that is nothing at all.
fn rules(text: &str) -> (Vec<Rule>, Option<(usize, usize)>) {
    // With another sign before commands, tabs tell nothing.
    let is_usual = !text.contains(".RECIPEPREFIX");
    let mut stray = None;
    let mut found: Vec<Rule> = Vec::new();
    let mut at = 0;
    let mut inside_define = false;
    let mut open = false;
    while at < text.len() && found.len() < MOST {
        let start = at;
        let end = logical_line(text, at);
        at = end;
        let line = text[start..end].trim_end_matches(['\n', '\r']);
        let word = line.split_whitespace().next().unwrap_or("");
        match word {
            "define" => inside_define = true,
            "endef" => inside_define = false,
            _ if inside_define => {}
            _ if line.starts_with('\t') => {
                let body = line.trim_start_matches(['\t', ' ', '@', '-', '+']);
                if let Some(rule) = found.last_mut().filter(|_| open && !body.is_empty() && !body.starts_with('#')) {
                    let from = start + (line.len() - body.len());
                    rule.lines.push((from, from + body.len()));
                }
            }
            "" | "ifeq" | "ifneq" | "ifdef" | "ifndef" | "else" | "endif" => {}
            _ if line.starts_with('#') => {}
            _ => {
                open = false;
                if let Some(rule) = header(line, start) {
                    open = true;
                    found.push(rule);
                } else if is_usual && is_nothing(line, word) {
                    stray.get_or_insert((start, start + line.len()));
                }
            }
        }
    }
    (found, stray)
}

/// Whether a line that is no rule is no assignment, directive or call either.
fn is_nothing(line: &str, word: &str) -> bool {
    !line.contains(['=', ':', '$']) && !DIRECTIVES.contains(&word)
}

/// The end of a line and of those that continue it.
fn logical_line(text: &str, from: usize) -> usize {
    let mut at = from;
    loop {
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
        let continued = text[at..end].trim_end_matches(['\n', '\r']).ends_with('\\');
        at = end;
        if !continued || at >= text.len() {
            return at;
        }
    }
}

/// `target other: needs | order ; first command`; an assignment is no rule.
fn header(line: &str, at: usize) -> Option<Rule> {
    let colon = line.find(':')?;
    let (left, right) = (&line[..colon], line[colon + 1..].trim_start_matches(':'));
    if right.starts_with('=') || left.contains('=') || left.trim().is_empty() {
        return None;
    }
    let (needs, first) = match right.split_once(';') {
        Some((needs, first)) => (needs, Some(first)),
        None => (right, None),
    };
    let needs = needs.split('#').next().unwrap_or("");
    if needs.contains('=') {
        return None;
    }
    let lines = first.filter(|first| !first.trim().is_empty()).map(|first| {
        let from = at + (first.as_ptr() as usize - line.as_ptr() as usize);
        (from, from + first.len())
    });
    Some(Rule {
        targets: left.split_whitespace().map(ToOwned::to_owned).collect(),
        needs: needs.split_whitespace().filter(|word| !word.contains(['$', '%', '|', '\\'])).map(ToOwned::to_owned).collect(),
        at,
        lines: lines.into_iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn commands_of_targets() {
        let text = "PIP := pip install x\n.PHONY: test lint\ntest: deps lint ## run\n\t@cd web && npm install\n\t-uv sync \\\n\t  --all-extras\ndeps:; pip install black\n\t$(MAKE) lint\nlint fmt:\n\t# nothing\n\t$(PIP) install y\n\techo $$(pip install z)\nifdef X\n\tpip install w\nendif\ndefine BODY\n\tpip install no\nendef\n";
        let facts = read_alone(&READER, "svc/Makefile", text).facts;
        let steps: Vec<String> = facts
            .steps
            .iter()
            .map(|step| format!("{}: {} in {}", step.job, step.command, step.directory.known().map_or("?", |text| text)))
            .collect();
        assert_eq!(
            steps,
            [
                "test: make deps lint in svc",
                "test: npm install in svc/web",
                "test: uv sync --all-extras in svc",
                "deps: pip install black in svc",
                "deps: make lint in svc",
                "lint: pip install z in svc",
                "lint: pip install w in svc",
                "fmt: pip install z in svc",
                "fmt: pip install w in svc",
            ]
        );
        assert_eq!(&text[facts.steps[1].header.span.range()], "npm install");
        let tasks: Vec<&str> = facts.tasks.iter().map(|task| task.task.as_str()).collect();
        assert_eq!(tasks, ["test", "deps", "lint", "fmt"]);
        for hostile in ["\t\t\n", ":\n", "a:\n\t$(((\n", "\\\n\\", "define\n", "a b c: : :\n\t\"\n"] {
            let _ = read_alone(&READER, "Makefile", hostile);
        }
    }
}
