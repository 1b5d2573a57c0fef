//! What hooks say of the languages they are written in, and the commands of a repository's own hooks.

use super::{MOST, READER};
use crate::facts::{Image, Toolchain};
use crate::read::{File, Output};
use crate::steps::{Job, Purpose, Script};
use crate::syntax::Node;
use crate::syntax::places::Places;

/// Languages whose `entry` is a command of the machine or of the repository (pre-commit's documentation, read 2026-11-30).
const COMMANDS: &[&str] = &["system", "script", "unsupported", "unsupported_script"];

/// `default_language_version` of the whole file.
pub(super) fn default_versions(file: &File<'_>, root: Node<'_>, output: &mut Output) {
    for entry in root.get("default_language_version").into_iter().flat_map(Node::entries).take(MOST) {
        if let Some(tool) = entry.key.scalar() {
            state(file, "default", tool, entry.value, output);
        }
    }
}

/// `language_version` of a hook that names its language.
pub(super) fn version(file: &File<'_>, hook: Node<'_>, output: &mut Output) {
    let name = hook.get("id").and_then(Node::scalar).unwrap_or("");
    let language = hook.get("language").and_then(Node::scalar);
    if let (Some(tool), Some(node)) = (language, hook.get("language_version")) {
        state(file, name, tool, node, output);
    }
}

fn state(file: &File<'_>, name: &str, tool: &str, node: Node<'_>, output: &mut Output) {
    let tool = if tool == "golang" { "go" } else { tool };
    let Some(text) = node.scalar() else { return };
    let fact = Toolchain::selecting(file.part(&format!("{name}: {tool}"), node.span()), tool, text, node.inner_span());
    // A hook has an environment of its own: what runs in it need not be what the project runs.
    output.facts.add(Toolchain { phase: "hook".to_owned(), surface: "language_version".to_owned(), ..fact });
}

/// The command of a hook, or the image it runs in.
pub(super) fn entry(file: &File<'_>, hook: Node<'_>, output: &mut Output) {
    let text = |key: &str| hook.get(key).and_then(Node::scalar);
    let (Some(id), Some(node), Some(command)) = (text("id"), hook.get("entry"), text("entry")) else { return };
    let language = text("language").unwrap_or("");
    if language == "docker_image" {
        // Options of `docker run` may stand before the image.
        if let Some(image) = command.split_whitespace().find(|word| !word.starts_with('-')) {
            output.facts.add(Image::named(file.part(&format!("{id}: {image}"), node.span()), "tool", image, node.inner_span()));
        }
    } else if COMMANDS.contains(&language) {
        run(file, id, command, node, hook.get("args"), output);
    }
}

fn run(file: &File<'_>, id: &str, command: &str, node: Node<'_>, arguments: Option<Node<'_>>, output: &mut Output) {
    let mut job = Job::new(file.path, "pre-commit", id, false).triggered("commit");
    job.is_for(Purpose::Develop);
    let arguments = arguments.into_iter().flat_map(Node::items).filter_map(Node::scalar);
    let whole: Vec<&str> = std::iter::once(command).chain(arguments.take(MOST)).collect();
    let places = if whole.len() == 1 { Places::of(node) } else { Places::verbatim(node.span(), 0, 0) };
    let text = whole.join(" ");
    let directory = Ok(file.directory().to_owned());
    let script = Script::plain(&text, &places, directory);
    if let Err(reason) = job.run(&script) {
        output.problem(file, &READER, "script", reason.to_owned(), node.span());
    }
    output.facts.steps.extend(job.finish());
}
