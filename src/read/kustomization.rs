//! kustomization.yaml: the images that it puts in place of those that manifests name.

use super::pipeline::MOST;
use super::{Claim, File, Output, Reader};
use crate::facts::{Image, Replaced};
use crate::path;
use crate::syntax::{Node, yaml};

/// Reads kustomizations.
pub const READER: Reader = Reader { name: "kustomization", role: "configuration", claims, read };

/// Keys that list files and directories of manifests (<https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/>, read 2026-12-01).
const MANIFESTS: &[&str] = &["resources", "bases", "components"];

fn claims(path: &str) -> Claim {
    match path::file_name(path) {
        "kustomization.yaml" | "kustomization.yml" | "Kustomization" => Claim::IfContains(&["images:"]),
        _ => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    if file.text.contains("{{") {
        return;
    }
    let Some(document) = output.tree(file, &READER, yaml::parse) else { return };
    let root = document.root();
    let listed = MANIFESTS.iter().filter_map(|key| root.get(key)).flat_map(|list| list.items().take(MOST));
    let paths = listed.filter_map(Node::scalar).filter_map(|path| path::join(file.directory(), path));
    let within: Vec<String> = std::iter::once(file.directory().to_owned()).chain(paths).collect();
    for item in root.get("images").into_iter().flat_map(Node::items).take(MOST) {
        let text = |key: &str| item.get(key).and_then(|node| Some((node, node.scalar()?)));
        let Some((_, name)) = text("name") else { continue };
        let (behind, sign) = match (text("digest"), text("newTag")) {
            (Some(digest), _) => (digest, '@'),
            (None, Some(tag)) => (tag, ':'),
            (None, None) => continue,
        };
        let repository = text("newName").map_or(name, |(_, new)| new);
        let place = behind.0.inner_span();
        let stated = format!("{repository}{sign}{}", behind.1);
        let image = Image::named(file.part(&format!("image {name}"), item.span()), "deployed", &stated, place);
        let replaces = Some(Replaced { name: name.to_owned(), within: within.clone() });
        output.facts.add(Image { replaces, ..image });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, level, read_alone};

    #[test]
    fn images_that_are_put_in() {
        let text = "resources: [deployment.yaml, ../../base]\nimages:\n  - { name: team/billing, newTag: v1.9.0 }\n  - { name: team/edge, newName: other/edge, digest: 'sha256:0123456789abcdef0123456789abcdef' }\n  - { name: team/web, newName: other/web }\n";
        let facts = read_alone(&READER, "k8s/overlays/live/kustomization.yaml", text).facts;
        let row = |fact: &Image| {
            let within = fact.replaces.as_ref().map_or(String::new(), |replaced| replaced.within.join(" "));
            format!("{} {} in {within}", known(&fact.reference), level(&fact.level))
        };
        let within = "k8s/overlays/live k8s/overlays/live/deployment.yaml k8s/base";
        assert_eq!(
            facts.images.iter().map(row).collect::<Vec<_>>(),
            [
                format!("team/billing:v1.9.0 4 in {within}"),
                format!("other/edge@sha256:0123456789abcdef0123456789abcdef 5 in {within}"),
            ]
        );
    }
}
