//! Scripts that are run straight from the network, or fetched and run without a check.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::lock_use::Invocation;
use crate::pin::is_commit;
use crate::shell::{Command, Feed, Word};

/// Programs that run what they read.
const INTERPRETERS: &[&str] =
    &["bash", "sh", "zsh", "dash", "ash", "ksh", "python", "node", "ruby", "perl", "php", "pwsh", "fish"];

/// Programs that run the scripts of the package they install.
const INSTALLERS: &[&str] = &["dpkg", "rpm", "apt", "apt-get", "dnf", "yum"];

/// Programs that pass on what they read.
const PASSING: &[&str] = &["tee", "cat", "sed", "tr", "grep", "gunzip", "zcat"];

/// Programs that compare a file with a hash or a signature.
const VERIFYING: &[&str] = &[
    "sha256sum",
    "sha512sum",
    "sha1sum",
    "shasum",
    "md5sum",
    "gpg",
    "gpgv",
    "cosign",
    "minisign",
    "slsa-verifier",
    "openssl",
];

/// How many pipes are followed back.
const LONGEST_PIPE: usize = 8;

/// A script from the network and what runs it.
#[derive(Debug)]
pub(super) struct Found {
    /// From the fetching command to the one that runs its output.
    pub(super) span: Range<usize>,
    /// Both commands.
    pub(super) line: String,
}

/// Whether the command at `at` runs what another command of its script fetches.
pub(super) fn found(commands: &[Command], at: usize, invocations: &[Invocation]) -> Option<Found> {
    let command = &commands[at];
    let runner = invocations.last()?;
    command.feeds.iter().find_map(|feed| {
        let (from, runs, joined) = match *feed {
            Feed::Input(from) => (from, reads_script(runner), " | "),
            Feed::File(from) => (from, runs_files(runner), " < "),
            Feed::Text(from) => (from, runs_text(runner), " > "),
        };
        let fetching = runs.then(|| fetcher(commands, from))??;
        let fetch = &commands[fetching];
        let span = fetch.span.start.min(command.span.start)..fetch.span.end.max(command.span.end);
        let line = match *feed {
            Feed::Input(_) => [fetch.line(), joined.to_owned(), command.line()].concat(),
            _ => command.line(),
        };
        Some(Found { span, line })
    })
}

/// The fetching command whose output arrives at `from`, through programs that pass it on.
fn fetcher(commands: &[Command], mut from: usize) -> Option<usize> {
    for _ in 0..LONGEST_PIPE {
        let command = commands.get(from)?;
        let program = crate::lock_use::invocations(command);
        let program = program.last()?;
        if fetches(program).is_some() {
            return Some(from);
        }
        if !PASSING.contains(&program.program.as_str()) {
            return None;
        }
        from = command.feeds.iter().find_map(|feed| match feed {
            Feed::Input(before) => Some(*before),
            _ => None,
        })?;
    }
    None
}

/// How scripts name the repository that they are part of: what they fetch from there is its own.
const OWN: &[&str] = &["github.repository }}", "GITHUB_REPOSITORY", "CI_PROJECT_PATH", "CI_PROJECT_URL"];

/// The address a command fetches, unless it is on this machine, of the repository itself, or names a commit.
fn fetches(invocation: &Invocation) -> Option<&Word> {
    if !matches!(invocation.program.as_str(), "curl" | "wget") {
        return None;
    }
    let is_address = |word: &&Word| word.text.contains("://") || word.text.starts_with('$') || word.text.contains('.');
    let address = invocation.arguments.iter().filter(|word| !word.text.starts_with('-')).rfind(is_address)?;
    let host = address.text.split("://").last().unwrap_or("").split(['/', ':']).next().unwrap_or("");
    let is_near = address.text.starts_with("file:")
        || matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "host.docker.internal");
    let names_commit = |part: &str| {
        let upper = part.to_ascii_uppercase();
        part.contains('$') && (upper.contains("SHA") || upper.contains("COMMIT"))
    };
    let is_own = OWN.iter().any(|name| address.text.contains(name));
    let is_fixed = address.text.split(['/', '@', '?', '=', '#']).any(|part| is_commit(part) || names_commit(part));
    (!is_near && !is_own && !is_fixed).then_some(address)
}

/// Whether a program takes its script from its input: no script, module or text is named.
fn reads_script(invocation: &Invocation) -> bool {
    if !INTERPRETERS.contains(&invocation.program.as_str()) {
        return false;
    }
    let mut words = invocation.arguments.iter().map(|word| word.text.as_str());
    match words.find(|word| !matches!(*word, "-e" | "-x" | "-u" | "-l" | "-ex" | "-eu" | "-eux" | "-euo" | "pipefail"))
    {
        None | Some("-" | "--" | "/dev/stdin") => true,
        Some(word) => word.starts_with('-') && !word.starts_with("--") && word.contains('s'),
    }
}

fn runs_files(invocation: &Invocation) -> bool {
    let program = invocation.program.as_str();
    INTERPRETERS.contains(&program) || matches!(program, "source" | ".")
}

fn runs_text(invocation: &Invocation) -> bool {
    let with_text = invocation.arguments.iter().any(|word| matches!(word.text.as_str(), "-c" | "-ec" | "-exc" | "-lc"));
    invocation.program == "eval" || (INTERPRETERS.contains(&invocation.program.as_str()) && with_text)
}

/// A file that was fetched and not checked.
#[derive(Debug, Clone)]
pub(super) struct Fetched {
    /// The command that fetched it.
    pub(super) line: String,
}

/// Files that a job has fetched and not checked, by name.
#[derive(Debug, Default)]
pub(super) struct Downloads {
    files: BTreeMap<String, Fetched>,
}

impl Downloads {
    /// Follows one command; gives the fetched files that it runs.
    pub(super) fn note(&mut self, command: &Command, invocations: &[Invocation]) -> Vec<Fetched> {
        let Some(last) = invocations.last() else { return Vec::new() };
        if VERIFYING.contains(&last.program.as_str()) {
            self.files.clear();
        }
        if let Some(address) = fetches(last) {
            if let Some(name) = saved_as(last, address, command) {
                self.files.insert(name, Fetched { line: last.line() });
            }
            return Vec::new();
        }
        let script = match last.program.as_str() {
            program if INTERPRETERS.contains(&program) => {
                last.arguments.iter().map(|word| word.text.as_str()).find(|word| !word.starts_with('-'))
            }
            "source" | "." => last.arguments.first().map(|word| word.text.as_str()),
            program if INSTALLERS.contains(&program) => last
                .arguments
                .iter()
                .map(|word| word.text.as_str())
                .find(|word| word.ends_with(".deb") || word.ends_with(".rpm")),
            _ => Some(last.word.as_str()).filter(|word| word.contains('/')),
        };
        script.and_then(|script| self.files.remove(base(script))).into_iter().collect()
    }
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn saved_as(fetch: &Invocation, address: &Word, command: &Command) -> Option<String> {
    if let Some(file) = command.writes.first() {
        return Some(base(&file.text).to_owned());
    }
    let words: Vec<&str> = fetch.arguments.iter().map(|word| word.text.as_str()).collect();
    let is_output = |word: &str| match fetch.program.as_str() {
        "curl" => word == "--output" || (word.starts_with('-') && !word.starts_with("--") && word.ends_with('o')),
        _ => word == "--output-document" || (word.starts_with('-') && !word.starts_with("--") && word.ends_with('O')),
    };
    if let Some(at) = words.iter().position(|word| is_output(word)) {
        return words.get(at + 1).filter(|name| **name != "-").map(|name| base(name).to_owned());
    }
    let keeps_name = fetch.program == "wget"
        || words.iter().any(|word| {
            *word == "--remote-name" || (word.starts_with('-') && !word.starts_with("--") && word.contains('O'))
        });
    keeps_name.then(|| base(address.text.split(['?', '#']).next().unwrap_or("")).to_owned())
}
