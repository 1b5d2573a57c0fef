//! Commands that run a recipe which stands elsewhere: a target of a Makefile, a script of package.json, a shell script.

use super::Invocation;
use super::arguments::Arguments;
use crate::path;
use crate::shell::Word;

/// What runs the steps of an action of the repository.
pub const ACTION: &str = "action";

/// What runs the jobs of another workflow of the repository; its path is the name.
pub const WORKFLOW: &str = "workflow";

/// A recipe that a command runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What runs it: make, just, task, mise, package-script, shell-script, tox, nox, action.
    pub runner: &'static str,
    /// The recipes; empty for the default one, or for all.
    pub names: Vec<String>,
    /// The directory they are looked for in, seen from where the command is run.
    pub directory: String,
    /// The file, when the command names it, seen from that directory.
    pub file: Option<String>,
}

/// Commands of package managers of the Node world that are no scripts.
const COMMANDS: &[&str] = &[
    "install",
    "i",
    "ci",
    "add",
    "remove",
    "rm",
    "run",
    "run-script",
    "exec",
    "x",
    "dlx",
    "publish",
    "pack",
    "init",
    "create",
    "link",
    "unlink",
    "update",
    "up",
    "upgrade",
    "outdated",
    "audit",
    "cache",
    "config",
    "set",
    "get",
    "why",
    "list",
    "ls",
    "info",
    "view",
    "version",
    "workspaces",
    "workspace",
    "global",
    "import",
    "dedupe",
    "rebuild",
    "store",
    "bin",
    "node",
    "npm",
    "plugin",
    "policies",
    "tag",
    "login",
    "logout",
    "whoami",
    "env",
    "fetch",
    "patch",
    "deploy",
    "approve-builds",
    "constraints",
    "prune",
    "root",
    "help",
    "search",
    "tsc",
    "pm",
    "build-only",
];

/// The recipe that an invocation runs, if it runs one whose place can be told.
pub fn call(invocation: &Invocation) -> Option<Call> {
    let words = invocation.arguments.as_slice();
    match invocation.program.as_str() {
        "make" | "gmake" => {
            let sorted =
                Arguments::of(words, &["-C", "-f", "-j", "-o", "-W", "-I", "--directory", "--file", "--makefile"]);
            let file = sorted.value(&["-f", "--file", "--makefile"]).map(ToOwned::to_owned);
            known("make", goals(&sorted)?, sorted.value(&["-C", "--directory"]), file)
        }
        "just" => {
            let sorted = Arguments::of(words, &["-f", "--justfile", "-d", "--working-directory", "--set", "--shell"]);
            let file = sorted.value(&["-f", "--justfile"]).map(ToOwned::to_owned);
            // What stands behind the first recipe may be its arguments.
            let names: Vec<String> = goals(&sorted)?.into_iter().take(1).collect();
            // `web::build` is a recipe of a module, whose file the justfile above names.
            if names.iter().any(|name| name.contains("::")) {
                return None;
            }
            known("just", names, sorted.value(&["-d", "--working-directory"]), file)
        }
        "npm" | "yarn" | "pnpm" | "bun" => package_script(invocation),
        "tox" => {
            let sorted = Arguments::of(
                words,
                &["-e", "-c", "--conf", "-p", "--parallel", "--workdir", "--result-json", "--root"],
            );
            let names = sorted.value(&["-e"]).unwrap_or("").split(',').filter(|name| !name.is_empty());
            let file = sorted.value(&["-c", "--conf"]).map(ToOwned::to_owned);
            known("tox", written(names.map(ToOwned::to_owned))?, None, file)
        }
        "nox" => {
            let valued =
                ["-s", "-e", "--session", "--sessions", "-f", "--noxfile", "-p", "--python", "-k", "-t", "--tags"];
            let sorted = Arguments::of(words, &valued);
            // `test-3.12` is the session `test` for one Python.
            let bare = |name: &str| match name.rsplit_once('-') {
                Some((bare, python)) if python.starts_with(|c: char| c.is_ascii_digit()) => bare.to_owned(),
                _ => name.to_owned(),
            };
            let names = sorted.values(&["-s", "-e", "--session", "--sessions"]).map(bare);
            known("nox", written(names)?, None, sorted.value(&["-f", "--noxfile"]).map(ToOwned::to_owned))
        }
        "task" => {
            let sorted = Arguments::of(
                before_dashes(words),
                &["-d", "--dir", "-t", "--taskfile", "-c", "--concurrency", "-o", "--output"],
            );
            let file = sorted.value(&["-t", "--taskfile"]).map(ToOwned::to_owned);
            let names = goals(&sorted)?;
            let names = if names.is_empty() { vec!["default".to_owned()] } else { names };
            known("task", names, sorted.value(&["-d", "--dir"]), file)
        }
        "mise" => {
            let sorted = Arguments::of(words, &["-C", "--cd", "-j", "--jobs"]);
            let mut plain = sorted.rest.iter().map(|word| word.text.as_str());
            let name = plain.next().filter(|word| matches!(*word, "run" | "r")).and_then(|_| plain.next())?;
            known("mise", vec![name.to_owned()], sorted.value(&["-C", "--cd"]), None)
        }
        "bash" | "sh" | "zsh" | "dash" | "." | "source" => {
            let script = words.iter().find(|word| !word.text.starts_with(['-', '+']))?;
            let is_file = !script.dynamic
                && (script.text.ends_with("sh") || script.text.contains('/'))
                && !script.text.starts_with('/');
            if is_file { known("shell-script", Vec::new(), None, Some(script.text.clone())) } else { None }
        }
        _ => {
            let word = invocation.word.as_str();
            let is_file =
                word.starts_with("./") || word.starts_with("../") || (word.ends_with(".sh") && !word.starts_with('/'));
            let is_file = is_file && !word.contains('$');
            if is_file { known("shell-script", Vec::new(), None, Some(word.to_owned())) } else { None }
        }
    }
}

/// The recipes that words name; `None` when none of them is known before it runs: that is not the default one.
fn goals(sorted: &Arguments<'_>) -> Option<Vec<String>> {
    let named = sorted.rest.iter().filter(|word| !word.text.contains('='));
    written(named.map(|word| if word.dynamic { "$".to_owned() } else { word.text.clone() }))
}

/// The names that are written out; `None` when there are only others.
fn written(names: impl Iterator<Item = String>) -> Option<Vec<String>> {
    let names: Vec<String> = names.collect();
    let known: Vec<String> = names.iter().filter(|name| !name.contains('$')).cloned().collect();
    (!known.is_empty() || names.is_empty()).then_some(known)
}

fn known(runner: &'static str, names: Vec<String>, directory: Option<&str>, file: Option<String>) -> Option<Call> {
    let directory = directory.unwrap_or("").to_owned();
    let is_known = !directory.contains('$') && file.as_ref().is_none_or(|file| !file.contains('$'));
    is_known.then_some(Call { runner, names, directory, file })
}

fn package_script(invocation: &Invocation) -> Option<Call> {
    let valued = ["--prefix", "-C", "--dir", "--cwd", "--filter", "-F", "-w", "--workspace", "--loglevel"];
    let sorted = Arguments::of(before_dashes(&invocation.arguments), &valued);
    // A script of another workspace member is looked for by name, which is not done here.
    if sorted.has(&["--filter", "-F", "-w", "--workspace", "--workspaces", "-r", "--recursive", "-ws"]) {
        return None;
    }
    let directory = sorted.value(&["--prefix", "-C", "--dir", "--cwd"]);
    let words: Vec<&str> = sorted.rest.iter().take_while(|word| !word.dynamic).map(|word| word.text.as_str()).collect();
    let name = match (invocation.program.as_str(), words.as_slice()) {
        (_, ["run" | "run-script", name, ..]) => name,
        ("npm", ["test" | "t" | "tst", ..]) => "test",
        ("npm", ["start", ..]) => "start",
        ("yarn" | "pnpm", [name, ..]) if !COMMANDS.contains(name) => name,
        _ => return None,
    };
    known("package-script", vec![name.to_owned()], directory, None)
}

/// The words that are the runner's own: those behind `--` are handed to the recipe.
fn before_dashes(words: &[Word]) -> &[Word] {
    let end = words.iter().position(|word| word.text == "--").unwrap_or(words.len());
    &words[..end]
}

impl Call {
    /// The files that may hold the recipe, from the root, in the order in which they are looked for.
    pub fn files(&self, from: &str) -> Vec<String> {
        let Some(directory) = path::join(from, &self.directory) else { return Vec::new() };
        let names: Vec<&str> = match (&self.file, self.runner) {
            (Some(file), _) => vec![file.as_str()],
            (None, "make") => vec!["GNUmakefile", "makefile", "Makefile"],
            (None, "just") => vec!["justfile", ".justfile", "Justfile"],
            (None, "package-script") => vec!["package.json"],
            (None, "tox") => vec!["tox.ini"],
            (None, "nox") => vec!["noxfile.py"],
            (None, "task") => {
                vec![
                    "Taskfile.yml",
                    "taskfile.yml",
                    "Taskfile.yaml",
                    "taskfile.yaml",
                    "Taskfile.dist.yml",
                    "Taskfile.dist.yaml",
                ]
            }
            (None, ACTION) => vec!["action.yml", "action.yaml"],
            (None, "mise") => vec!["mise.toml", ".mise.toml", ".config/mise.toml", ".config/mise/config.toml"],
            _ => Vec::new(),
        };
        names.into_iter().filter_map(|name| path::join(&directory, name)).collect()
    }
}
