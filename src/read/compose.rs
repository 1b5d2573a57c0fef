//! Compose files: the images of their services.

use super::pipeline::{MOST, Variables, document, image};
use super::{Claim, File, Output, Reader};
use crate::facts::Image;
use crate::pin::image as image_name;
use crate::syntax::Node;

/// Reads compose files.
pub const READER: Reader = Reader { name: "compose", role: "configuration", claims, read };

fn claims(path: &str) -> Claim {
    let name = crate::path::file_name(path);
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
    for entry in tree.root().get("services").into_iter().flat_map(Node::entries).take(MOST) {
        // With `build`, the name is the one that the build gives.
        let is_built = entry.value.get("image").and_then(Node::scalar).is_some_and(|text| built.contains(&text));
        let (Some(name), Some(node), false) = (entry.key.scalar(), entry.value.get("image"), is_built) else { continue };
        match node.scalar().filter(|text| is_made_here(text)) {
            Some(text) => {
                let reason = format!("nobody publishes `{text}`: something on the machine has to build it");
                output.facts.add(Image::unresolved(file.part(name, node.span()), "service", &reason, node.inner_span()));
            }
            None => image(file, output, name, "service", node, &Variables::default()),
        }
    }
}

/// Whether an image is named as no registry does: without a publisher, and it is none of Docker's own.
fn is_made_here(text: &str) -> bool {
    let Ok(name) = Variables::default().resolve(text) else { return false };
    let repository = image_name::parse(&name).repository;
    !repository.contains('/') && !image_name::is_official(&repository.to_ascii_lowercase())
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
}
