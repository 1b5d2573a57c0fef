//! Compose files: the images of their services, and what these are built of.

use super::pipeline::{MOST, Variables, document, image};
use super::{Claim, File, Output, Reader};
use crate::facts::ImageBuild;
use crate::lock_use;
use crate::path;
use crate::shell::{self, quoted};
use crate::syntax::{Entry, Node};
use crate::value::Value;

/// Reads compose files.
pub const READER: Reader = Reader { name: "compose", role: "configuration", claims, read };

fn claims(path: &str) -> Claim {
    let name = path::file_name(path);
    let is_yaml = [".yml", ".yaml"].iter().any(|end| name.ends_with(end));
    let stem = name.split('.').next().unwrap_or("");
    let is_named = matches!(stem, "compose" | "docker-compose") || stem.starts_with("docker-compose-");
    if is_yaml && is_named { Claim::Expected(&["services:"]) } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(tree) = document(file, &READER, output) else { return };
    // What one service builds, another one runs by the same name.
    let services = tree.root().get("services").map(Node::entries).unwrap_or_default();
    let built: Vec<&str> = services
        .iter()
        .filter(|entry| entry.value.get("build").is_some())
        .filter_map(|entry| entry.value.get("image").and_then(Node::scalar))
        .collect();
    for entry in services.iter().take(MOST) {
        build(file, entry, output);
        // With `build`, the name is the one that the build gives.
        let is_built = entry.value.get("image").and_then(Node::scalar).is_some_and(|text| built.contains(&text));
        let (Some(name), Some(node), false) = (entry.key.scalar(), entry.value.get("image"), is_built) else { continue };
        image(file, output, name, "service", node, &Variables::default());
    }
}

/// `build: directory` or `build: {context, dockerfile}`.
fn build(file: &File<'_>, service: &Entry<'_>, output: &mut Output) {
    let (Some(name), Some(node)) = (service.key.scalar(), service.value.get("build")) else { return };
    let resolved = |node: Node<'_>| node.scalar().and_then(|text| Variables::default().resolve(text).ok());
    let context = match node.get("context") {
        Some(context) => resolved(context),
        None => Some(resolved(node).unwrap_or_default()),
    };
    let dockerfile = match node.get("dockerfile") {
        Some(dockerfile) => resolved(dockerfile),
        None => Some("Dockerfile".to_owned()),
    };
    let (Some(context), Some(dockerfile)) = (context, dockerfile) else { return };
    let Some(path) = path::join(file.directory(), &context).and_then(|context| path::join(&context, &dockerfile)) else { return };
    let build = ImageBuild::of(file.part(&format!("build of {name}"), node.span()), "compose", path);
    let image = service.value.get("image").and_then(|node| Some((node.scalar()?.to_owned(), node.inner_span())));
    let image = image.map_or_else(Value::absent, |(text, place)| Value::written(text, place));
    let words = file.file_name().split(['.', '-', '_']);
    let for_developers = words.clone().any(|word| DEVELOPERS.contains(&word)) || serves_developers(service.value);
    output.facts.add(ImageBuild { image, for_developers, ..build });
}

/// Words in the names of compose files that developers and tests use.
const DEVELOPERS: &[&str] = &["dev", "development", "local", "debug", "test", "tests", "e2e", "ci"];

/// Whether the command that a service is given serves developers, or tests.
fn serves_developers(service: Node<'_>) -> bool {
    let line = |key: &str| {
        let node = service.get(key)?;
        let words = || node.items().filter_map(Node::scalar).map(quoted).collect::<Vec<_>>().join(" ");
        Some(node.scalar().map_or_else(words, ToOwned::to_owned))
    };
    ["entrypoint", "command"].into_iter().filter_map(line).any(|line| {
        let commands = shell::parse(&line, None).unwrap_or_default();
        commands.iter().flat_map(lock_use::invocations).any(|one| lock_use::serves_developers(&one))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn images_of_services() {
        let text = "x-base: &base\n  image: redis:7.4.1\nservices:\n  db: { image: postgres }\n  app: { image: app:latest, build: . }\n  worker: { image: app:latest }\n  cache: { <<: *base }\n  any: { image: 'o/a:${TAG}' }\n  set: { image: 'o/a:${TAG:-1.2.3}' }\n  own: { image: '${IMAGE:-billing:latest}' }\n";
        let facts = read_alone(&READER, "docker-compose.dev.yml", text).facts;
        let levels: Vec<_> = facts.images.iter().map(|one| one.level.known().map(|level| level.0)).collect();
        assert_eq!(levels, [Some(1), Some(4), None, Some(4), None]);
    }

    #[test]
    fn builds_of_services() {
        let text = "services:\n  app: { image: o/app, build: . }\n  web: { build: { context: ../web, dockerfile: docker/Dockerfile.dev } }\n  far: { build: 'https://example.com/x.git' }\n  any: { build: { context: '${WHERE}' } }\n  in: { build: { dockerfile_inline: FROM a } }\n  idle: { build: ., command: tail -f /dev/null }\n  watch: { build: ., command: [npm, run, dev] }\n";
        let facts = read_alone(&READER, "dev/compose.yaml", text).facts;
        let row = |one: &ImageBuild| {
            let whose = if one.for_developers { "developers" } else { "all" };
            format!("{} {} for {whose}", one.dockerfile, one.image.known().map_or("-", String::as_str))
        };
        let rows: Vec<_> = facts.image_builds.iter().map(row).collect();
        assert_eq!(rows, [
                "dev/Dockerfile o/app for all",
                "web/docker/Dockerfile.dev - for all",
                "dev/Dockerfile - for all",
                "dev/Dockerfile - for developers",
                "dev/Dockerfile - for developers",
            ]);
    }
}
