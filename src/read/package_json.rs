//! package.json: the package, what it asks for, and the tools and runtimes it names.
//!
//! pnpm also reads the same in JSON5 and YAML. Haskell's hpack has a file of the name package.yaml, too, which is let be.

use std::sync::Arc;

use super::{Claim, File, Output, Parse, Reader};
use crate::facts::{Count, Dependency, Link, Manifest, Toolchain};
use crate::node::manifest::{self, Group, Stated};
use crate::node::range::Range;
use crate::node::specifier::{Specifier, git_words};
use crate::node::version::Mode;
use crate::pin::Level;
use crate::syntax::{self, Node};
use crate::value::Value;

/// The reader of package.json, package.json5 and package.yaml.
pub const READER: Reader = Reader { name: "package_json", role: "manifest", claims, read };

/// The runtimes and tools whose versions `engines`, `devEngines` and `volta` state.
const TOOLS: &[&str] = &["node", "npm", "pnpm", "yarn", "bun", "deno"];

/// Keys of which a manifest has at least one; a file with `{"type": "module"}` alone is none.
const SIGNS: &[&str] = &[
    "name",
    "version",
    "private",
    "dependencies",
    "devDependencies",
    "optionalDependencies",
    "peerDependencies",
    "workspaces",
    "packageManager",
    "scripts",
];

/// Keys of a package.yaml that make it one of hpack's (its manual, read 2026-11).
const HASKELL: &[&str] = &[
    "library",
    "internal-libraries",
    "executable",
    "executables",
    "tests",
    "benchmarks",
    "ghc-options",
    "default-extensions",
    "source-dirs",
    "extra-source-files",
    "cabal-version",
];

/// Keys that only what is published needs.
const PUBLISHED: &[&str] = &["publishConfig", "files", "exports", "types", "typings", "module", "bin"];

fn claims(path: &str) -> Claim {
    match crate::path::file_name(path) {
        "package.json" => Claim::Yes,
        "package.json5" | "package.yaml" => Claim::IfContains(&["ependencies"]),
        _ => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    let (format, parse): (_, Parse) = match file.file_name() {
        "package.yaml" => ("package-yaml", syntax::yaml::parse),
        "package.json5" => ("package-json5", syntax::json5::parse),
        _ => ("package-json", syntax::json::parse),
    };
    let Some(document) = output.tree(file, &READER, parse) else { return };
    let document = Arc::new(document);
    let root = document.root();
    if !root.is_map() {
        return output.problem(file, &READER, "unsupported", "it holds no object".to_owned(), file.span(0..0));
    }
    if format == "package-yaml" && is_haskell(root) {
        return;
    }
    toolchains(file, root, output);
    if !SIGNS.iter().any(|key| root.get(key).is_some()) {
        return;
    }
    let stated = manifest::dependencies(root);
    let count = stated.iter().filter(|one| one.group != Group::Peer).count();
    let mut fact = Manifest::new(file.header(&**file.path, place(file, root)), format, "node");
    fact.project = written(root.get("name"));
    fact.version = written(root.get("version"));
    fact.dependency_count = Count(i64::try_from(count).unwrap_or(i64::MAX));
    fact.runtime_constraint = written(root.at(&["engines", "node"]));
    fact.role = role(root);
    fact.lists_files = root.get("files").is_some();
    fact.lock_tool = match manifest::package_manager(root) {
        Some((tool, node)) => Value::written(tool.to_owned(), node.span()),
        None if format == "package-json" => Value::default_of("npm".to_owned()),
        None => Value::derived("pnpm".to_owned()),
    };
    fact.document = Some(Arc::clone(&document));
    let link = output.facts.add(fact);
    for one in &stated {
        let fact = dependency(file, link, *one);
        output.facts.add(fact);
    }
    request(file, root, &stated, output);
}

fn is_haskell(root: Node<'_>) -> bool {
    HASKELL.iter().any(|key| root.get(key).is_some()) || root.get("dependencies").is_some_and(Node::is_list)
}

/// The line people look for: the name, or the first group.
fn place(file: &File<'_>, root: Node<'_>) -> crate::source::Span {
    let entry = SIGNS.iter().find_map(|key| root.entry(key));
    entry.map_or_else(|| file.span(0..0), |entry| entry.key.span())
}

fn written(node: Option<Node<'_>>) -> Value<String> {
    let text = |node: Node<'_>| node.text().map(|text| Value::written(text.to_owned(), node.inner_span()));
    node.and_then(text).unwrap_or_default()
}

fn role(root: Node<'_>) -> Value<String> {
    if let Some(node) = root.get("private").filter(|node| node.bool() == Some(true)) {
        return Value::written("application".to_owned(), node.span());
    }
    // Without a name and a version npm publishes nothing.
    if root.get("name").is_none() || root.get("version").is_none() {
        return Value::derived("application".to_owned());
    }
    if PUBLISHED.iter().any(|key| root.get(key).is_some()) {
        return Value::derived("library".to_owned());
    }
    // Something that starts is run, and nothing is published under the version that makers of projects put in.
    let starts = root.at(&["scripts", "start"]).is_some();
    if starts || root.get("version").and_then(Node::scalar) == Some("0.0.0") {
        return Value::derived("application".to_owned());
    }
    Value::unknown("nothing tells whether it is an application or a library", None)
}

fn dependency(file: &File<'_>, manifest: Link<Manifest>, stated: Stated<'_>) -> Dependency {
    let group = stated.group.word();
    let header = file.part(&format!("{group}.{}", stated.name), stated.key.span());
    let mut fact = Dependency { group: group.to_owned(), ..Dependency::new(header, manifest, "node", stated.name) };
    let Some(text) = stated.text else {
        fact.bound = Value::unknown("it is not a string", Some(stated.value.span()));
        return fact;
    };
    let place = stated.value.inner_span();
    let specifier = Specifier::of(text);
    if !text.is_empty() {
        fact.requirement = Value::written(text.to_owned(), place);
    }
    if let Specifier::Alias { package, .. } = specifier {
        fact.package = package.to_owned();
    }
    if let Specifier::Git { reference, .. } = specifier {
        let words = git_words(reference).iter().map(|word| (*word).to_owned()).collect();
        fact.git_reference = Value::one_of(words, Some(place));
    }
    fact.source = match specifier {
        Specifier::Git { .. } => "git",
        Specifier::Archive(_) => "url",
        Specifier::File(_) | Specifier::Link(_) => "path",
        Specifier::Workspace(_) => "workspace",
        _ => "registry",
    }
    .to_owned();
    if fact.source == "registry" {
        let wanted = specifier.wanted().and_then(|wanted| bound(wanted));
        let unknown = || Value::unknown(format!("`{text}` is not a range of versions"), Some(place));
        fact.bound = wanted.map_or_else(unknown, |word| Value::written(word.to_owned(), place));
    }
    fact
}

/// How open a range is; `None` for a tag.
fn bound(wanted: &str) -> Option<&'static str> {
    let range = Range::parse(wanted, Mode::Loose)?;
    Some(match () {
        () if range.is_any() => "none",
        () if range.exact().is_some() => "exact",
        () if range.is_bounded() => "range",
        () => "floor",
    })
}

/// Directories that the manifest names are read wherever they lie.
fn request(file: &File<'_>, root: Node<'_>, stated: &[Stated<'_>], output: &mut Output) {
    let named = stated.iter().filter_map(|one| match Specifier::of(one.text?) {
        Specifier::File(path) | Specifier::Link(path) => Some(path),
        _ => None,
    });
    let members = manifest::workspaces(root).unwrap_or_default().into_iter().filter_map(Node::text);
    for path in named.chain(members).filter(|path| !path.contains(['*', '!', '{', '['])) {
        if let Some(directory) = crate::path::join(file.directory(), path) {
            output.request(if directory.is_empty() { "package.json".to_owned() } else { format!("{directory}/package.json") }, READER.name);
        }
    }
}

fn toolchains(file: &File<'_>, root: Node<'_>, output: &mut Output) {
    if let Some(node) = root.get("packageManager")
        && let Some((tool, version)) = node.text().and_then(|text| text.split_once('@'))
        && TOOLS.contains(&tool)
    {
        let place = node.inner_span();
        let place = place.part(tool.len() + 1..place.range().len());
        let header = file.part("packageManager", node.span());
        let (bare, hash) = version.split_once('+').unwrap_or((version, ""));
        let mut fact = Toolchain::selecting(header, tool, bare, place);
        fact.stated = Value::written(version.to_owned(), place);
        if hash.starts_with("sha") {
            fact.level = Value::written(Count(Level::Content.number()), place);
        }
        add(output, fact, "packageManager");
    }
    for tool in TOOLS {
        if let Some(node) = root.at(&["engines", tool])
            && let Some(text) = node.text()
        {
            let surface = format!("engines.{tool}");
            add(output, Toolchain::constraining(file.part(&surface, node.span()), tool, text, node.inner_span()), &surface);
        }
        if let Some(node) = root.at(&["volta", tool])
            && let Some(text) = node.text()
        {
            let surface = format!("volta.{tool}");
            add(output, Toolchain::selecting(file.part(&surface, node.span()), tool, text, node.inner_span()), &surface);
        }
    }
    for key in ["runtime", "packageManager"] {
        let Some(node) = root.at(&["devEngines", key]) else { continue };
        let items: Vec<Node<'_>> = if node.is_list() { node.items().collect() } else { vec![node] };
        for item in items {
            development(file, key, item, output);
        }
    }
}

/// An entry of `devEngines`: an exact version is what setup actions install, a range is a demand.
fn development(file: &File<'_>, key: &str, item: Node<'_>, output: &mut Output) {
    let (Some(tool), Some(node)) = (item.get("name").and_then(Node::text), item.get("version")) else { return };
    let Some(text) = node.text().filter(|_| TOOLS.contains(&tool)) else { return };
    let surface = format!("devEngines.{key}");
    let header = file.part(&format!("{surface}.{tool}"), node.span());
    let is_exact = Range::parse(text, Mode::Loose).is_some_and(|range| range.exact().is_some());
    let fact = match is_exact {
        true => Toolchain::selecting(header, tool, text, node.inner_span()),
        false => Toolchain::constraining(header, tool, text, node.inner_span()),
    };
    add(output, fact, &surface);
}

fn add(output: &mut Output, fact: Toolchain, surface: &str) {
    output.facts.add(Toolchain { surface: surface.to_owned(), ..fact });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::read::read_alone;

    const MANIFEST: &str = r#"{
  "name": "@shop/api",
  "version": "1.2.0",
  "private": true,
  "packageManager": "pnpm@9.1.0+sha512.abcdef",
  "engines": { "node": ">=20 <23", "npm": "10.x", "vscode": "*" },
  "volta": { "node": "22.1.0" },
  "devEngines": { "runtime": { "name": "node", "version": "^22" }, "packageManager": [{ "name": "pnpm", "version": "9.1.0" }] },
  "workspaces": ["packages/*", "web"],
  "dependencies": {
    "any": "",
    "star": "*",
    "caret": "^1.2",
    "floor": ">=3",
    "exact": "2.0.0",
    "tag": "latest",
    "odd": "npm:is-odd@^3",
    "gone": "git+https://git.example.com/gone.git#main",
    "near": "file:../near",
    "wrong": 1
  },
  "devDependencies": { "member": "workspace:^" },
  "peerDependencies": { "react": ">=18" }
}"#;

    #[test]
    fn a_manifest_becomes_facts() {
        let output = read_alone(&READER, "web/package.json", MANIFEST);
        let shown: Vec<String> = output
            .facts
            .dependencies
            .iter()
            .map(|of| {
                use crate::read::known;
                let (requirement, bound, git) = (known(&of.requirement), known(&of.bound), known(&of.git_reference));
                format!("{} {} {requirement} {bound} {} {git}", of.group, of.package, of.source)
            })
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @r"
        main any - none registry -
        main star * none registry -
        main caret ^1.2 range registry -
        main floor >=3 floor registry -
        main exact 2.0.0 exact registry -
        main tag latest - registry -
        main is-odd npm:is-odd@^3 range registry -
        main gone git+https://git.example.com/gone.git#main - git branch
        main near file:../near - path -
        main wrong - - registry -
        dev member workspace:^ - workspace -
        peer react >=18 floor registry -
        ");
        let manifest = &output.facts.manifests[0];
        assert_eq!(manifest.dependency_count, Count(11));
        assert_eq!(manifest.role.known().unwrap(), "application");
        assert_eq!(manifest.lock_tool.known().unwrap(), "pnpm");
        let toolchains: Vec<String> = output
            .facts
            .toolchains
            .iter()
            .map(|of| {
                let level = of.level.known().map_or(-1, |level| level.0);
                format!("{} {} {} {} P{level}", of.surface, of.tool, of.role, of.stated.known().unwrap())
            })
            .collect();
        insta::assert_snapshot!(toolchains.join("\n"), @r"
        packageManager pnpm select 9.1.0+sha512.abcdef P5
        engines.node node constrain >=20 <23 P1
        volta.node node select 22.1.0 P4
        engines.npm npm constrain 10.x P2
        devEngines.runtime node constrain ^22 P2
        devEngines.packageManager pnpm select 9.1.0 P4
        ");
        let requests: Vec<&str> = output.requests.iter().map(|request| request.path.as_str()).collect();
        assert_eq!(requests, ["near/package.json", "web/web/package.json"]);
    }

    #[test]
    fn other_files_of_that_name() {
        let cases = [
            (r#"{"type": "module"}"#, 0, ""),
            (r#"{"name": "a"}"#, 1, ""),
            ("[]", 0, "unsupported"),
            ("{", 0, "syntax"),
            ("{\n<<<<<<< a\n=======\n>>>>>>> b\n}", 0, "merge-conflict"),
            (r#"{"dependencies": [], "workspaces": "x", "engines": [], "volta": 1, "devEngines": {"runtime": [1]}}"#, 1, ""),
            (r#"{"name": "a", "name": "b"}"#, 1, "duplicate-key"),
        ];
        for (text, manifests, trouble) in cases {
            let output = read_alone(&READER, "package.json", text);
            let found = output.facts.problems.first().map_or("", |problem| &problem.trouble);
            assert_eq!((output.facts.manifests.len(), found), (manifests, trouble), "{text}");
        }
    }
}
