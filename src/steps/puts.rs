//! What a command puts where, as its words name it.

use crate::facts::{How, Put};
use crate::lock_use::Invocation;
use crate::shell::Command;

/// Programs that put what their first words name where the last one says.
const COPY: &[&str] = &["cp", "mv", "rsync"];

/// Options of pip that name a list of requirements.
const LISTS: &[&str] = &["-r", "--requirement"];

/// Where the commands of a script are when only the run tells it: what their `cd` says.
#[derive(Debug, Default)]
pub(super) struct Whereabouts(Option<String>);

impl Whereabouts {
    /// Notes a command.
    pub(super) fn note(&mut self, command: &Command) {
        if command.directory.is_some() {
            self.0 = None;
        }
        let [program, target, ..] = command.words.as_slice() else { return };
        if program.text == "cd" {
            self.0 =
                Some(self.placed(&target.text)).filter(|_| target.text != "-" && (self.0.is_some() || is_open(target)));
        }
    }

    /// A path that words name, from what `cd` said last.
    fn placed(&self, path: &str) -> String {
        match &self.0 {
            Some(here) if !path.starts_with(['/', '~', '$']) => format!("{here}/{path}"),
            _ => path.to_owned(),
        }
    }
}

/// Whether only the run tells where a path begins.
fn is_open(word: &crate::shell::Word) -> bool {
    word.dynamic || word.text.starts_with(['/', '~', '$'])
}

/// What a command puts where.
pub(super) fn puts(invocation: &Invocation, whereabouts: &Whereabouts) -> Vec<Put> {
    let words: Vec<&str> = invocation.arguments.iter().map(|word| word.text.as_str()).collect();
    let plain: Vec<&str> = words.iter().copied().filter(|word| !word.starts_with('-')).collect();
    let put = |how, from: &[&str], to: &str| {
        let from = from.iter().map(|path| whereabouts.placed(path)).collect();
        Put { how, from, to: if to.is_empty() { String::new() } else { whereabouts.placed(to) } }
    };
    match (invocation.program.as_str(), plain.as_slice()) {
        ("mkdir", made) => made.iter().map(|directory| put(How::Makes, &[], directory)).collect(),
        (program, [from @ .., to]) if COPY.contains(&program) && !from.is_empty() => {
            let mut put = put(How::Copies, from, to);
            // What a directory holds, as `a/.` of cp.
            let wholes = put.from.iter_mut().filter(|from| program == "rsync" && from.ends_with('/'));
            wholes.for_each(|from| from.push('.'));
            vec![put]
        }
        ("unzip", _) => value(&words, &["-d"]).map(|to| put(How::Unpacks, &[], to)).into_iter().collect(),
        ("tar", _) => value(&words, &["-C", "--directory"]).map(|to| put(How::Unpacks, &[], to)).into_iter().collect(),
        ("pip" | "pip3", ["install", ..]) | ("uv", ["pip", "install", ..]) => {
            let Some(to) = value(&words, &["-t", "--target"]) else { return Vec::new() };
            let lists: Vec<&str> = LISTS.iter().flat_map(|option| values(&words, option)).collect();
            vec![put(How::Installs, &lists, to)]
        }
        ("sam", ["build", ..]) => {
            let manifest: Vec<&str> = value(&words, &["-m", "--manifest"]).into_iter().collect();
            let base = value(&words, &["-s", "--base-dir"]).unwrap_or_default();
            let is_told = !manifest.is_empty() || !base.is_empty();
            is_told.then(|| put(How::Builds, &manifest, base)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The value of the first of some options: `-t a`, `--target a`, `--target=a`.
fn value<'w>(words: &[&'w str], names: &[&str]) -> Option<&'w str> {
    names.iter().find_map(|name| values(words, name).into_iter().next())
}

/// All values of an option.
fn values<'w>(words: &[&'w str], name: &str) -> Vec<&'w str> {
    let after = words.windows(2).filter(|pair| pair[0] == name).map(|pair| pair[1]);
    let behind = words.iter().filter_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    after.chain(behind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lock_use, shell};

    #[test]
    fn commands_say_what_they_put_where() {
        for (text, expected) in [
            ("mkdir lmdcode", "Makes [] -> lmdcode"),
            ("mkdir -p a/b/ c", "Makes [] -> a/b/; Makes [] -> c"),
            ("cp -r dist app.js lmdcode/", "Copies [dist app.js] -> lmdcode/"),
            ("unzip -q layer.zip -d layer", "Unpacks [] -> layer"),
            ("tar xf a.tar -C out", "Unpacks [] -> out"),
            ("cp a .", "Copies [a] -> ."),
            ("rsync -a a/ b", "Copies [a/.] -> b"),
            ("mkdir $OUT/x", "Makes [] -> $OUT/x"),
            ("cd ~/w/one; cp -r . ~/w/two/", "Copies [~/w/one/.] -> ~/w/two/"),
            ("cd \"$HERE\"; cd sub; cp a b", "Copies [$HERE/sub/a] -> $HERE/sub/b"),
            ("cd here; cp a b", "Copies [a] -> b"),
            ("pip install -r requirements.txt -t build", "Installs [requirements.txt] -> build"),
            ("python3 -m pip install --target=build requests", "Installs [] -> build"),
            ("pip install requests", ""),
            ("sam build -m requirements/base.txt", "Builds [requirements/base.txt] -> "),
            ("sam build --base-dir .. --use-container", "Builds [] -> .."),
            ("sam build", ""),
            ("ls a b", ""),
        ] {
            let commands = shell::parse(text, Some("")).expect("the text of a test parses");
            let mut whereabouts = Whereabouts::default();
            let mut found = Vec::new();
            for command in &commands {
                let invocations = lock_use::invocations(command);
                found.extend(invocations.iter().flat_map(|invocation| puts(invocation, &whereabouts)));
                whereabouts.note(command);
            }
            let found = found.iter().map(|put| format!("{:?} [{}] -> {}", put.how, put.from.join(" "), put.to));
            assert_eq!(found.collect::<Vec<_>>().join("; "), expected, "{text}");
        }
    }
}
