//! Files and repositories that commands fetch, and how exactly their addresses name them.

use crate::lock_use::{Invocation, invocations};
use crate::pin::{Level, action, is_commit, numbers};
use crate::shell::{Command, Feed};

/// What a command fetches.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fetch {
    /// The address as written.
    pub(super) address: String,
    /// How exactly it names what is fetched.
    pub(super) level: Level,
}

/// Parts of addresses that stand for whatever is newest.
const MOVING: &[&str] = &["latest", "main", "master", "head"];

/// Options of curl and wget that ask or tell a service something instead of fetching a file.
const TALKING: &[&str] = &[
    "-I",
    "--head",
    "-X",
    "--request",
    "-d",
    "--data",
    "--data-raw",
    "--data-binary",
    "--json",
    "-F",
    "--form",
    "-T",
    "--upload-file",
    "--post-data",
    "--method",
    "--spider",
];

/// Programs that unpack or keep what they read. Others look something up in it.
const UNPACKING: &[&str] =
    &["tar", "bsdtar", "gunzip", "zcat", "unzip", "xz", "zstd", "cpio", "gpg", "apt-key", "tee", "dd", "cat"];

/// What the command at `at` fetches with `invocation`, when the address names a version or something that moves.
pub(super) fn found(commands: &[Command], at: usize, invocation: &Invocation) -> Option<Fetch> {
    match invocation.program.as_str() {
        "curl" | "wget" if !is_looked_at(commands, at) => download(invocation),
        "git" => clone(&commands[at + 1..], invocation),
        _ => None,
    }
}

/// Whether another command looks something up in what this one writes.
fn is_looked_at(commands: &[Command], at: usize) -> bool {
    let takes = |feed: &Feed| matches!(*feed, Feed::Input(from) | Feed::Text(from) | Feed::File(from) if from == at);
    let readers = commands.iter().filter(|command| command.feeds.iter().any(takes));
    let unpacks =
        |command: &Command| invocations(command).last().is_some_and(|last| UNPACKING.contains(&last.program.as_str()));
    readers.into_iter().any(|command| !unpacks(command))
}

fn download(invocation: &Invocation) -> Option<Fetch> {
    let words = || invocation.arguments.iter().map(|word| word.text.as_str());
    if words().any(|word| TALKING.contains(&word) || word == "/dev/null") {
        return None;
    }
    let address = words().find(|word| word.starts_with("https://") || word.starts_with("http://"))?;
    let (_, rest) = address.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    if host.starts_with("api.") || host.starts_with("localhost") || host.starts_with("127.") || host.contains('$') {
        return None;
    }
    Some(Fetch { address: address.to_owned(), level: level(path)? })
}

fn level(path: &str) -> Option<Level> {
    let parts = || path.split(['/', '?', '=', '&']);
    let file = path.split(['?', '#']).next()?.rsplit('/').next()?.to_ascii_lowercase();
    let stem = file.split('.').next().unwrap_or("");
    let moves = parts().any(|part| MOVING.contains(&part.to_ascii_lowercase().as_str()))
        || MOVING.contains(&stem)
        || file.split(['-', '_', '.']).any(|part| part == "latest");
    match () {
        () if parts().any(is_commit) => Some(Level::Content),
        () if moves => Some(Level::Floating),
        () if path.split(['/', '-', '_', '?', '=']).any(|part| numbers(part).0 > 1) => Some(Level::Exact),
        () => None,
    }
}

/// `git clone`, of a branch or tag if it names one; without one, unless something is checked out later.
fn clone(later: &[Command], invocation: &Invocation) -> Option<Fetch> {
    let words: Vec<&str> = invocation.arguments.iter().map(|word| word.text.as_str()).collect();
    if words.first() != Some(&"clone") {
        return None;
    }
    let address = words
        .iter()
        .find(|word| word.contains("://") || word.starts_with("git@"))
        .filter(|word| !word.contains('$'))?;
    let named =
        words.iter().zip(words.iter().skip(1)).find(|(option, _)| matches!(**option, "-b" | "--branch" | "--revision"));
    let named = named.map(|(_, name)| *name).or_else(|| words.iter().find_map(|word| word.strip_prefix("--branch=")));
    let chooses = |command: &Command| {
        let mut words = command.words.iter().map(|word| word.text.as_str());
        words.next() == Some("git") && words.any(|word| matches!(word, "checkout" | "reset" | "switch" | "worktree"))
    };
    let level = match named {
        Some(name) if name.contains('$') => None,
        Some(name) => Some(action::level(name)),
        None if later.iter().any(chooses) => None,
        None => Some(Level::Floating),
    };
    Some(Fetch { address: (*address).to_owned(), level: level? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let cases = [
            ("curl -LO https://example.com/x/releases/latest/download/x.tgz", "1"),
            ("curl -sSL https://example.com/o/r/main/install.json -o x", "1"),
            ("wget https://example.com/o/r/archive/master.zip", "1"),
            ("curl https://example.com/tool-latest-linux.tar.gz | tar xz", "1"),
            ("curl -LO https://example.com/x/v1.2.3/x.tgz", "4"),
            ("curl -LO https://example.com/0123456789abcdef0123456789abcdef01234567/x", "5"),
            ("curl -LO https://example.com/$V/x", ""),
            ("curl -LO https://example.com/x.zip", ""),
            ("V=$(curl -s https://example.com/x/latest)", ""),
            ("curl -s https://example.com/x/latest | jq .tag", ""),
            ("curl -s https://api.example.com/x/latest -o x", ""),
            ("curl -I https://example.com/latest/x", ""),
            ("curl -o /dev/null https://example.com/latest/x", ""),
            ("git clone https://example.com/o/r", "1"),
            ("git clone --depth 1 -b v1.2.3 https://example.com/o/r x", "4"),
            ("git clone https://example.com/o/r && cd r && git checkout abc", ""),
            ("git clone https://example.com/$X", ""),
            ("git fetch origin main", ""),
        ];
        for (script, expected) in cases {
            let commands = crate::shell::parse(script, None).unwrap_or_default();
            let all = commands.iter().enumerate().flat_map(|(at, command)| {
                invocations(command).into_iter().filter_map(|one| found(&commands, at, &one)).collect::<Vec<_>>()
            });
            let shown = all.map(|fetch| fetch.level.number().to_string());
            assert_eq!(shown.collect::<String>(), expected, "{script}");
        }
    }
}
