//! The programs that a command runs, wrappers such as `sudo`, `bash -c` and `uv run` taken off.

use std::ops::Range;

use super::arguments::Arguments;
use crate::shell::{self, Command, Word};

/// Wrappers inside wrappers are taken off this often.
const DEEPEST: usize = 8;

/// Programs that run the command behind them, with their options that take a value, and how
/// many words of their own stand before it.
const WRAPPERS: &[(&str, &[&str], usize)] = &[
    ("sudo", &["-u", "-g", "-C", "-h", "-p", "-U", "--user", "--group"], 0),
    ("doas", &["-u", "-C"], 0),
    ("env", &["-u", "-C", "--unset", "--chdir"], 0),
    ("time", &["-f", "-o"], 0),
    ("nice", &["-n"], 0),
    ("nohup", &[], 0),
    ("exec", &["-a"], 0),
    ("command", &[], 0),
    ("builtin", &[], 0),
    ("timeout", &["-k", "-s", "--signal", "--kill-after"], 1),
    ("stdbuf", &["-i", "-o", "-e"], 0),
    ("xvfb-run", &["-s", "-n", "-e", "-f", "-w", "-p"], 0),
    ("chroot", &[], 1),
    ("retry", &["-t", "-d", "-n", "-m", "-s"], 0),
    ("xargs", &["-n", "-I", "-P", "-L", "-d", "-s", "-E", "-a"], 0),
    ("corepack", &[], 0),
    ("sfw", &[], 0),
];

/// Commands of corepack itself; with anything else it runs a package manager.
const COREPACK: &[&str] = &["enable", "disable", "prepare", "use", "up", "install", "pack", "hydrate", "cache"];

/// Programs whose `run` (or other word) runs the command behind it: program, words, options with a value.
const RUNNERS: &[(&str, &[&str], &[&str])] = &[
    ("uv", &["run"], UV_RUN_VALUES),
    ("poetry", &["run"], &["-C", "--directory", "-P", "--project"]),
    ("pipenv", &["run"], &[]),
    ("pdm", &["run"], &["-p", "--project"]),
    ("hatch", &["run"], &["-e", "--env"]),
    ("conda", &["run"], &["-n", "-p", "--name", "--prefix", "--cwd"]),
    ("mamba", &["run"], &["-n", "-p", "--name", "--prefix", "--cwd"]),
    ("mise", &["x", "exec"], &["-C", "--cd"]),
    ("rye", &["run"], &[]),
    ("bundle", &["exec"], &[]),
];

/// Options of `uv run` that take a value, from its manual (0.9, 2026-05).
pub(super) const UV_RUN_VALUES: &[&str] = &[
    "--with",
    "--with-editable",
    "--with-requirements",
    "--extra",
    "--group",
    "--only-group",
    "--no-group",
    "--package",
    "--python",
    "-p",
    "--env-file",
    "--project",
    "--directory",
    "--index",
    "--default-index",
    "--index-url",
    "-i",
    "--extra-index-url",
    "--config-file",
    "--cache-dir",
    "--resolution",
    "--prerelease",
    "--refresh-package",
    "--reinstall-package",
    "--upgrade-package",
    "-P",
    "--find-links",
    "-f",
    "--no-extra",
    "--exclude-newer",
    "-w",
    "--config-setting",
    "-C",
    "--link-mode",
    "--color",
    "--index-strategy",
    "--keyring-provider",
    "--python-preference",
    "--python-platform",
    "--allow-insecure-host",
    "--fork-strategy",
    "--no-build-package",
    "--no-binary-package",
    "--no-build-isolation-package",
    "--exclude-newer-package",
];

/// A program with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The program's name without its directory; `python -m pip` and `pip3.12` are `pip`.
    pub program: String,
    /// The program as it is written.
    pub word: String,
    /// Its arguments.
    pub arguments: Vec<Word>,
    /// Variables set for it alone.
    pub environment: Vec<(String, String)>,
    /// Its bytes in the script.
    pub span: Range<usize>,
    /// Whether its words stand in the script as they are: changes of them can be made.
    pub literal: bool,
    /// Whether it runs as another user.
    pub elevated: bool,
}

impl Invocation {
    /// Its words as they would be typed.
    pub fn line(&self) -> String {
        let words = self.arguments.iter().map(|word| word.text.as_str());
        std::iter::once(self.program.as_str()).chain(words).collect::<Vec<_>>().join(" ")
    }
}

/// The programs a command runs, outermost first: `uv run pip install x` runs `uv` and `pip`.
pub fn invocations(command: &Command) -> Vec<Invocation> {
    let mut found = Vec::new();
    let environment =
        command.assignments.iter().map(|(name, value)| (name.clone(), value.text.clone())).collect::<Vec<_>>();
    let start = Start { environment, literal: true, elevated: false, depth: 0 };
    unwrap(&command.words, start, &command.span, &mut found);
    found
}

#[derive(Clone)]
struct Start {
    environment: Vec<(String, String)>,
    literal: bool,
    elevated: bool,
    depth: usize,
}

fn unwrap(words: &[Word], mut start: Start, span: &Range<usize>, found: &mut Vec<Invocation>) {
    let Some((name, arguments)) = words.split_first() else { return };
    if start.depth >= DEEPEST || (name.dynamic && name.text.starts_with('$')) {
        return;
    }
    start.depth += 1;
    let word = name.text.clone();
    let name = program(&name.text);
    let is_own = name == "corepack" && arguments.first().is_some_and(|word| COREPACK.contains(&word.text.as_str()));
    if let Some((_, valued, own)) = WRAPPERS.iter().find(|(wrapper, ..)| *wrapper == name && !is_own) {
        start.elevated |= matches!(name, "sudo" | "doas");
        let (_, mut inner) = Arguments::until_command(arguments, valued);
        inner = inner.get(*own..).unwrap_or(&[]);
        while let Some((name, value)) = inner.first().and_then(|word| assignment(&word.text)) {
            start.environment.push((name, value));
            inner = &inner[1..];
        }
        if name == "xargs" {
            let read = Word { text: "$*".to_owned(), dynamic: true, span: span.end..span.end };
            return unwrap(&[inner, &[read]].concat(), Start { literal: false, ..start }, span, found);
        }
        return unwrap(inner, start, span, found);
    }
    if matches!(name, "bash" | "sh" | "zsh" | "dash" | "ash") {
        return shell_string(name, arguments, start, span, found);
    }
    let (name, arguments) = module(name, arguments);
    found.push(Invocation {
        program: name.to_owned(),
        word,
        arguments: arguments.to_vec(),
        environment: start.environment.clone(),
        span: span.clone(),
        literal: start.literal,
        elevated: start.elevated,
    });
    let runner = RUNNERS.iter().find(|(runner, ..)| *runner == name);
    if let Some((_, words, valued)) = runner
        && let (_, [first, rest @ ..]) = Arguments::until_command(arguments, valued)
        && words.contains(&first.text.as_str())
    {
        let (_, inner) = Arguments::until_command(rest, valued);
        unwrap(inner, start, span, found);
    }
}

/// `bash -c '...'` runs its string; a shell without one is a program like any other.
fn shell_string(name: &str, arguments: &[Word], start: Start, span: &Range<usize>, found: &mut Vec<Invocation>) {
    let at = arguments
        .iter()
        .position(|word| word.text.starts_with('-') && !word.text.starts_with("--") && word.text.ends_with('c'));
    let script = at.and_then(|at| arguments.get(at + 1)).filter(|word| !word.dynamic);
    let Some(script) = script else {
        found.push(Invocation {
            program: name.to_owned(),
            word: name.to_owned(),
            arguments: arguments.to_vec(),
            environment: start.environment,
            span: span.clone(),
            literal: start.literal,
            elevated: start.elevated,
        });
        return;
    };
    for command in shell::parse(&script.text, None).unwrap_or_default() {
        let mut inner = Start { literal: false, ..start.clone() };
        inner.environment.extend(command.assignments.iter().map(|(name, value)| (name.clone(), value.text.clone())));
        unwrap(&command.words, inner, span, found);
    }
}

fn assignment(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then(|| (name.to_owned(), value.to_owned()))
}

/// The program's name without directory and `.exe`; numbered and variable spellings are one.
fn program(word: &str) -> &str {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    match plain {
        "pip" | "python" | "pipx" | "pypy" => plain,
        _ => name,
    }
}

/// `python -m pip install` is `pip install`.
fn module<'w>(name: &'w str, arguments: &'w [Word]) -> (&'w str, &'w [Word]) {
    if !matches!(name, "python" | "py" | "pypy") {
        return (name, arguments);
    }
    let flags = arguments.iter().take_while(|word| word.text.starts_with('-') && word.text != "-m").count();
    match &arguments[flags..] {
        [dash, module, rest @ ..] if dash.text == "-m" => (module.text.as_str(), rest),
        _ => (name, arguments),
    }
}
