//! What a job is for, from its name and from what it runs.

use crate::lock_use::Invocation;
use crate::shell::{Command, Feed};

/// What a job is for, the weaker words first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Nothing that is known: it checks.
    Check,
    /// It serves developers: a hook before a commit, what sets up a dev container.
    Develop,
    /// It is part of an image.
    Image,
    /// It publishes or deploys.
    Release,
    /// It tries other versions than the locked ones on purpose.
    Compat,
    /// It moves dependencies on purpose.
    Update,
}

/// Words in the names of jobs that try other versions.
const COMPAT: &[&str] = &[
    "msrv",
    "minimal",
    "minimum",
    "oldest",
    "lowest",
    "nightly",
    "canary",
    "beta",
    "latest",
    "compat",
    "compatibility",
    "upstream",
    "unlocked",
    "experimental",
];

/// Words in the names of jobs that move dependencies.
const UPDATE: &[&str] =
    &["update", "updates", "upgrade", "upgrades", "bump", "renovate", "dependabot", "autoupdate", "relock"];

/// Words that begin or end the names of jobs that deploy or publish.
const RELEASE: &[&str] = &["deploy", "release", "publish"];

/// Words in the names of jobs that check something.
#[rustfmt::skip]
const CHECKING: &[&str] = &[
    "test", "tests", "check", "lint", "bench", "fuzz", "e2e", "verify", "validate", "scan", "scanner", "sonar", "sonarcloud", "sonarqube",
    "coverage", "codeql", "audit",
];

/// Words in the names of jobs that make something, which may be what is released.
const MAKING: &[&str] = &["build", "builds", "package", "dist", "wheel", "wheels", "image", "binary", "binaries"];

impl Purpose {
    /// The word that rules compare with.
    pub fn word(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Develop => "develop",
            Self::Image => "image",
            Self::Release => "release",
            Self::Compat => "compat",
            Self::Update => "update",
        }
    }
}

/// What a job's name says.
pub fn of_name(name: &str) -> Purpose {
    let lower = name.to_ascii_lowercase();
    // `windows-latest` is the machine.
    let lower =
        ["ubuntu-latest", "windows-latest", "macos-latest"].iter().fold(lower, |name, label| name.replace(label, ""));
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // `cargo-test-release` tests what is built like a release.
    let checks = words.iter().any(|word| CHECKING.contains(word));
    let ends = [words.first(), words.last().filter(|_| !checks)];
    match () {
        () if words.iter().any(|word| UPDATE.contains(word)) => Purpose::Update,
        () if words.iter().any(|word| COMPAT.contains(word)) => Purpose::Compat,
        () if ends.into_iter().flatten().any(|word| RELEASE.contains(word)) => Purpose::Release,
        () => Purpose::Check,
    }
}

/// Whether the name of a job says that it checks something, and makes nothing.
pub(super) fn is_check(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let has = |known: &[&str]| lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| known.contains(&word));
    has(CHECKING) && !has(MAKING) && of_name(name) != Purpose::Release
}

/// Words by which scripts and settings name the commit or release that they run for, and statements of provenance.
const COMMITS: &[&str] = &[
    "github.sha",
    "github.ref",
    "github.event.release",
    "github_sha",
    "github_ref",
    "rev-parse",
    "git describe",
    "git log",
    "git_sha",
    "git_commit",
    "commit_sha",
    "ci_commit",
    "circle_sha1",
    "circle_tag",
    "build.sourceversion",
    "bitbucket_commit",
    "sbom",
    "attest",
    "provenance",
];

/// Whether a text names the commit or release that it runs for.
pub(super) fn names_commit(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    COMMITS.iter().any(|word| lower.contains(word))
}

/// Whether an invocation opens a pull request, as jobs do that move dependencies.
pub(super) fn opens_request(invocation: &Invocation) -> bool {
    let words: Vec<&str> = invocation.arguments.iter().map(|word| word.text.as_str()).take(2).collect();
    matches!((invocation.program.as_str(), words.as_slice()), ("gh", ["pr", "create"]) | ("hub", ["pull-request", ..]))
}

/// Whether an invocation commits what the job has changed.
pub(super) fn commits(invocation: &Invocation) -> bool {
    invocation.program == "git" && invocation.arguments.iter().any(|word| word.text == "commit")
}

/// Whether an invocation of the command at an index looks for files that the job has changed, so that the job can fail. What
/// `git status` prints has to be read by something for that.
pub(super) fn looks_for_changes(commands: &[Command], at: usize, invocation: &Invocation) -> bool {
    let has = |known: &[&str]| invocation.arguments.iter().any(|word| known.contains(&word.text.as_str()));
    let is_read = || {
        let reads =
            |feed: &Feed| matches!(feed, Feed::Input(from) | Feed::Text(from) | Feed::File(from) if *from == at);
        !invocation.literal || commands.iter().any(|other| other.feeds.iter().any(reads))
    };
    let fails = || !commands[at].forgiven || commands[at..].iter().any(stops);
    let compares = has(&["diff", "diff-index"]) && has(&["--exit-code", "--quiet"]) && fails();
    let lists = || has(&["status"]) && has(&["--porcelain", "--short", "-s"]) && is_read();
    invocation.program == "git" && (compares || lists())
}

/// Whether a command makes its script fail.
fn stops(command: &Command) -> bool {
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    match words.as_slice() {
        ["false"] => true,
        ["exit" | "return", code] => *code != "0",
        _ => false,
    }
}
