//! Dev containers: the image and the features they are made of, and the commands that set them up.

use super::READER;
use crate::facts::{ImageBuild, Include, Toolchain};
use crate::path;
use crate::pin::{self, Level};
use crate::read::{File, MOST, Output, Variables, image};
use crate::shell::quoted;
use crate::steps::{Job, Purpose, Script};
use crate::syntax::Node;
use crate::syntax::places::Places;

/// The image and the features of a container, and the commands that set it up.
pub(super) fn read(file: &File<'_>, root: Node<'_>, output: &mut Output) {
    if let Some(node) = root.get("image") {
        image(file, output, "image", "tool", node, &Variables::default());
        output.facts.toolchains.extend(runtime(file, node));
    }
    build(file, root, output);
    for entry in root.get("features").into_iter().flat_map(Node::entries).take(MOST) {
        let Some(text) = entry.key.scalar().filter(|text| !text.starts_with('.')) else { continue };
        // Names without a registry are those of the first features, in their first major version.
        let whole = if text.contains('/') { text.to_owned() } else { format!("ghcr.io/devcontainers/features/{text}:1") };
        let parsed = pin::image::parse(&whole);
        let header = file.part(parsed.repository, entry.key.span());
        let place = entry.key.inner_span();
        let level = if parsed.tag.is_none() && parsed.digest.is_none() { Level::Floating } else { parsed.level() };
        let mut fact = Include::unstated(header, "feature", parsed.repository, level, place);
        fact.lock_name = Some("devcontainer-lock.json");
        output.facts.add(fact);
        output.facts.toolchains.extend(feature(file, parsed.repository, entry.value));
    }
    for name in COMMANDS {
        if let Some(node) = root.get(name) {
            commands(file, name, node, output);
        }
    }
}

/// The Dockerfile that a container is made of, seen from its own file.
fn build(file: &File<'_>, root: Node<'_>, output: &mut Output) {
    let named = root.at(&["build", "dockerfile"]).or_else(|| root.get("dockerFile"));
    let Some((node, text)) = named.and_then(|node| Some((node, node.scalar()?))) else { return };
    if let Some(dockerfile) = path::join(file.directory(), text) {
        output.facts.add(ImageBuild::of(file.part("build", node.span()), "devcontainer", dockerfile));
    }
}

/// Commands that set a container up or run when it starts: <https://containers.dev/implementors/json_reference/>, read 2026-11-30.
const COMMANDS: &[&str] = &[
    "initializeCommand", "onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand", "postAttachCommand",
];

/// A line for the shell, the words of one command, or several of both by name.
fn commands(file: &File<'_>, name: &str, node: Node<'_>, output: &mut Output) {
    let mut job = Job::new(file.path, "devcontainer", name, false).triggered("create");
    job.is_for(Purpose::Develop);
    let several = node.entries().into_iter().map(|entry| entry.value);
    for one in std::iter::once(node).filter(|node| !node.is_map()).chain(several).take(MOST) {
        let words: Vec<String> = one.items().filter_map(Node::scalar).map(quoted).collect();
        let (text, places) = match one.scalar() {
            Some(line) => (line.to_owned(), Places::of(one)),
            None => (words.join(" "), Places::verbatim(one.span(), 0, 0)),
        };
        let directory = Ok(scope(file.directory()));
        let script = Script::plain(&text, &places, directory);
        if let Err(reason) = job.run(&script) {
            output.problem(file, &READER, "script", reason.to_owned(), one.span());
        }
    }
    output.facts.steps.extend(job.finish());
}

/// The directory that a container is for: the one that holds its `.devcontainer`.
fn scope(directory: &str) -> String {
    directory.split(".devcontainer").next().unwrap_or("").trim_end_matches('/').to_owned()
}

/// Tools of which an image or a feature of the dev container project installs a version.
const CONTAINER_TOOLS: &[&str] = &["python", "node", "go", "ruby", "rust", "java", "terraform", "php", "dotnet"];

/// The runtime of an image: `devcontainers/python:1-3.12-bookworm`. The version is the number before the name of the
/// distribution; one before that is the image's own (<https://github.com/devcontainers/images>, read 2026-12-01).
fn runtime(file: &File<'_>, node: Node<'_>) -> Option<Toolchain> {
    let reference = pin::image::parse(node.scalar()?);
    let (path, name) = reference.repository.rsplit_once('/')?;
    let name = if matches!(name, "javascript-node" | "typescript-node") { "node" } else { name };
    let version = reference.tag?.split('-').skip_while(|part| *part == "dev").take_while(|part| pin::numbers(part).0 > 0).last()?;
    (path.ends_with("devcontainers") && CONTAINER_TOOLS.contains(&name)).then(|| spoken(file, name, version, node))
}

/// The version that a feature is told: a text, or `version` among its options.
fn feature(file: &File<'_>, repository: &str, options: Node<'_>) -> Option<Toolchain> {
    let (path, name) = repository.rsplit_once('/')?;
    let node = options.get("version").unwrap_or(options);
    let version = node.scalar().filter(|text| pin::numbers(text).0 > 0)?;
    (path.ends_with("devcontainers/features") && CONTAINER_TOOLS.contains(&name)).then(|| spoken(file, name, version, node))
}

/// A dev container speaks for the directory that holds it.
fn spoken(file: &File<'_>, tool: &str, version: &str, node: Node<'_>) -> Toolchain {
    let fact = Toolchain::selecting(file.part(&format!("{tool} {version}"), node.span()), tool, version, node.inner_span());
    let scope = scope(&fact.scope);
    Toolchain { scope, ..fact }
}
