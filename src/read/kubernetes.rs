//! Kubernetes manifests and values of Helm charts: the images that are run as they are.
//!
//! A manifest with template marks is filled in by another tool: of it only the lines that name an image are read.

use super::pipeline::{MOST, Variables, image};
use super::{Claim, File, Output, Reader};
use crate::facts::Image;
use crate::syntax::{Node, yaml};

/// Reads Kubernetes manifests and Helm values.
pub const READER: Reader = Reader { name: "kubernetes", role: "configuration", claims, read };

/// Maps inside maps are followed this far.
const DEEPEST: usize = 24;

/// Why an image without a tag of its own is not known.
const CHART: &str = "the chart says the tag";

/// Why an image that is never pulled is not known.
const NEVER_PULLED: &str = "it is never pulled: an earlier step puts it on the machine";

fn claims(path: &str) -> Claim {
    if ![".yml", ".yaml"].iter().any(|end| path.ends_with(end)) {
        return Claim::No;
    }
    if is_values(path) { Claim::IfContains(&["image:"]) } else { Claim::IfContains(&["containers:"]) }
}

/// `values.yaml`, `values-prod.yaml`, `prod.values.yaml`.
fn is_values(path: &str) -> bool {
    let name = crate::path::file_name(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.split(['.', '-', '_']).any(|part| part == "values")
}

fn read(file: &File<'_>, output: &mut Output) {
    if file.text.contains("{{") || file.text.contains("{%") {
        let is_manifest = file.text.contains("apiVersion:") && file.text.contains("kind:");
        if is_manifest {
            lines(file, output);
        }
        return;
    }
    let Ok(tree) = yaml::parse(file.source, file.text) else { return };
    for root in tree.roots() {
        let is_manifest = root.get("apiVersion").is_some() && root.get("kind").is_some();
        if is_manifest {
            containers(file, root, 0, output);
        } else if is_values(file.path) {
            values(file, root, "", 0, output);
        }
    }
}

/// `image: busybox` stands in a template as it will be; one with marks is known only when it is filled in.
fn lines(file: &File<'_>, output: &mut Output) {
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some(value) = line.trim().trim_start_matches("- ").strip_prefix("image:") else { continue };
        let text = value.split(" #").next().unwrap_or("").trim().trim_matches(['"', '\'']);
        let is_block = text.is_empty() || text.starts_with('{') && !text.starts_with("{{");
        if is_block || output.facts.images.len() > MOST {
            continue;
        }
        let from = start + (text.as_ptr() as usize - line.as_ptr() as usize);
        let place = file.span(from..from + text.len());
        let header = file.part(&format!("image {text}"), place);
        let fact = match text.contains("{{") || text.contains("{%") {
            true => Image::unresolved(header, "deployed", CHART, place),
            false => Image::named(header, "deployed", text, place),
        };
        output.facts.add(fact);
    }
}

fn containers(file: &File<'_>, node: Node<'_>, depth: usize, output: &mut Output) {
    if depth > DEEPEST {
        return;
    }
    for entry in node.own_entries().take(MOST) {
        let is_list = matches!(entry.key.scalar(), Some("containers" | "initContainers" | "ephemeralContainers"));
        for item in entry.value.items().take(MOST) {
            if let Some(text) = item.get("image").filter(|_| is_list) {
                let name = item.get("name").and_then(Node::scalar).unwrap_or("container");
                let label = format!("container {name}");
                if item.get("imagePullPolicy").and_then(Node::scalar) == Some("Never") {
                    let header = file.part(&label, text.span());
                    output.facts.add(Image::unresolved(header, "deployed", NEVER_PULLED, text.inner_span()));
                } else {
                    image(file, output, &label, "deployed", text, &Variables::default());
                }
            }
            containers(file, item, depth + 1, output);
        }
        containers(file, entry.value, depth + 1, output);
    }
}

fn values(file: &File<'_>, node: Node<'_>, label: &str, depth: usize, output: &mut Output) {
    if depth > DEEPEST {
        return;
    }
    for entry in node.own_entries().take(MOST) {
        let Some(key) = entry.key.scalar() else { continue };
        let label = if label.is_empty() { key.to_owned() } else { format!("{label}.{key}") };
        let is_image = key == "image" || key.ends_with("Image");
        match entry.value.get("repository").filter(|_| is_image) {
            Some(repository) => stated(file, &label, repository, entry.value, output),
            None if is_image && entry.value.scalar().is_some_and(|text| text.contains(':')) => {
                image(file, output, &label, "deployed", entry.value, &Variables::default());
            }
            None => values(file, entry.value, &label, depth + 1, output),
        }
    }
}

/// `image: {registry, repository, tag, digest}`.
fn stated(file: &File<'_>, label: &str, repository: Node<'_>, map: Node<'_>, output: &mut Output) {
    let Some(name) = repository.scalar().filter(|name| !name.is_empty()) else { return };
    let text = |key: &str| map.get(key).and_then(|node| Some((node, node.scalar()?))).filter(|(_, text)| !text.is_empty());
    let header = file.part(label, repository.span());
    let is_never_pulled = text("pullPolicy").is_some_and(|(_, policy)| policy == "Never");
    let fact = match (text("tag"), text("digest")) {
        _ if is_never_pulled => Image::unresolved(header, "deployed", NEVER_PULLED, repository.span()),
        (_, Some((node, digest))) => Image::named(header, "deployed", &format!("{name}@{digest}"), node.inner_span()),
        (Some((node, tag)), None) => Image::named(header, "deployed", &format!("{name}:{tag}"), node.inner_span()),
        (None, None) => Image::unresolved(header, "deployed", CHART, repository.span()),
    };
    output.facts.add(fact);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    fn levels(path: &str, text: &str) -> Vec<Option<i64>> {
        let facts = read_alone(&READER, path, text).facts;
        assert!(facts.problems.is_empty());
        facts.images.iter().map(|one| one.level.known().map(|level| level.0)).collect()
    }

    #[test]
    fn images_that_are_run() {
        let text = "apiVersion: v1\nkind: Pod\nspec:\n  initContainers: [{image: busybox}]\n  containers:\n    - name: a\n      image: nginx:1.27.3\n---\napiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{image: a/b}]}}}}}\n---\ncontainers: [{image: c}]\n";
        assert_eq!(levels("k8s/app.yaml", text), [Some(1), Some(4), Some(1)]);
        let template = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  containers:\n    - image: {{ .Values.x }}\n    - image: \"busybox\"\n      name: {{ x }}\n    - name: y\n      image: redis:7.4.1 # why\n";
        assert_eq!(levels("chart/templates/app.yaml", template), [None, Some(1), Some(4)]);
        let values = "image:\n  repository: nginx\n  tag: latest\nweb:\n  image: {repository: a/b, tag: ''}\nsidecarImage: busybox:1.37.0\ndb:\n  image: {repository: x, digest: 'sha256:0123456789abcdef0123456789abcdef'}\n";
        assert_eq!(levels("chart/values.yaml", values), [Some(1), None, Some(4), Some(5)]);
        assert_eq!(levels("chart/values.yaml", "image: [\n"), []);
        let never = "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{image: team/log, imagePullPolicy: Never}, {image: busybox, imagePullPolicy: Always}]\n";
        assert_eq!(levels("k8s/pod.yaml", never), [None, Some(1)]);
        assert_eq!(levels("chart/values.yaml", "image: {repository: team/log, tag: latest, pullPolicy: Never}\n"), [None]);
    }
}
