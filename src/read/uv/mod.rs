//! uv.lock, and the locks of PEP 723 scripts (`NAME.py.lock`).
//!
//! The packages become facts; the head of the file and the packages that uv itself reads
//! from the repository are kept as trees, because their comparison needs them.

mod blocks;
mod check;
mod emit;
mod known;
mod package;

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::recorded::{Block, Recorded, UvLock};
use crate::facts::{Link, Lockfile, Toolchain};
use crate::source::Carry;
use crate::syntax::{self, Document, Node};
use crate::value::Value;
use known::Known;

/// The reader of uv.lock.
pub const READER: Reader = Reader { name: "uv", role: "lockfile", claims, read };

/// The only version of the format there is (uv 0.13, read 2026-11).
const FORMAT: i64 = 1;

/// Why uv itself would stop, and where.
type Refusal = Value<String>;

/// A lockfile as it was read.
struct Read {
    /// What its comparison needs.
    lock: UvLock,
    /// All packages in order, each with where it stands.
    packages: Vec<(Arc<Known>, Carry)>,
}

fn claims(path: &str) -> Claim {
    let name = crate::path::file_name(path);
    if name == "uv.lock" || name.ends_with(".py.lock") { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    if let Some(script) = file.path.strip_suffix(".lock").filter(|path| path.ends_with(".py")) {
        output.request(script, "script");
    }
    let header = file.header(&**file.path, file.span(0..0));
    let fact = Lockfile { tidy: Value::derived("same".to_owned()), ..Lockfile::new(header, "uv", "python") };
    let link = output.facts.add(fact);
    let read = match blocks::read(file) {
        Some(read) => Ok(read),
        None => {
            let Some(document) = output.tree(file, &READER, syntax::toml::parse) else { return };
            whole(file, &Arc::new(document))
        }
    };
    if let Err(refusal) = read.and_then(|read| finish(file, output, link, read)) {
        output.facts[link].refusal = refusal;
    }
}

/// Reads a lockfile of any spelling from its tree.
fn whole(file: &File<'_>, document: &Arc<Document>) -> Result<Read, Refusal> {
    let root = document.root();
    check::head(root)?;
    let lists = ["package", "distribution"].into_iter().filter_map(|key| root.get(key));
    let nodes: Vec<Node<'_>> = lists.flat_map(Node::items).collect();
    let packages = nodes.iter().map(|node| Known::of_node(*node)).collect::<Result<Vec<_>, _>>()?;
    let own = nodes.iter().zip(&packages).enumerate().filter(|(_, (_, package))| package.kind.is_mutable());
    let own = own.map(|(index, (node, _))| Block { document: Arc::clone(document), node: node.id(), index }).collect();
    let here = Carry { source: file.source, start: 0 };
    let packages = packages.into_iter().map(|package| (Arc::new(package), here)).collect();
    Ok(Read { lock: UvLock { head: Arc::clone(document), own }, packages })
}

/// Turns what was read into facts.
fn finish(file: &File<'_>, output: &mut Output, link: Link<Lockfile>, read: Read) -> Result<(), Refusal> {
    let Read { lock, packages } = read;
    let root = lock.head.root();
    let revision = root.get("revision").and_then(Node::int).unwrap_or(0);
    let place = root.get("version").map(Node::span);
    output.facts[link].format_version = Value { span: place, ..Value::derived(format!("{FORMAT}.{revision}")) };
    // A lockfile of a script speaks of that script alone.
    let demanded = root.get("requires-python").filter(|_| file.file_name() == "uv.lock");
    if let Some((node, text)) = demanded.and_then(|node| Some((node, node.text()?))) {
        let fact = Toolchain::constraining(file.part("requires-python", node.span()), "python", text, node.inner_span());
        let surface = "requires-python of uv.lock".to_owned();
        output.facts.add(Toolchain { role: "lock".to_owned(), surface, ..fact });
    }
    emit::packages(file, output, link, root, &packages);
    output.facts[link].recorded = Recorded::Uv(Arc::new(lock));
    check::packages(&packages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::LockedPackage;
    use crate::read::read_alone;

    const LOCK: &str = r#"version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "idna" },
    { name = "numpy", version = "1.26.4", source = { registry = "https://index.example.com/simple" }, marker = "python_full_version < '3.12'" },
]

[package.dev-dependencies]
dev = [
    { name = "tool" },
]

[package.metadata]
requires-dist = [{ name = "idna", specifier = ">=3" }]

[[package]]
name = "idna"
version = "3.10"
source = { registry = "https://index.example.com/simple" }
sdist = { url = "https://files.example.com/idna-3.10.tar.gz", hash = "sha256:aa", size = 190490, upload-time = "2024-09-15T18:07:39.745Z" }
wheels = [
    { url = "http://files.example.com/idna-3.10-py3-none-any.whl", size = 70442, upload-time = "2024-09-16T18:07:37.964Z" },
]

[[package]]
name = "numpy"
version = "1.26.4"
source = { registry = "https://index.example.com/simple" }
resolution-markers = ["python_full_version < '3.12'"]
wheels = [
    { url = "https://evil.example.net/numpy-1.26.4-cp312-cp312-manylinux_2_17_x86_64.whl", hash = "sha256:bb", size = 1 },
]

[[package]]
name = "tool"
version = "2.0"
source = { git = "https://git.example.com/tool.git?branch=main#0123456789012345678901234567890123456789" }
"#;

    fn shown(package: &LockedPackage) -> String {
        use crate::read::known;
        format!(
            "{} {} {} {} {} {}/{} {} {} {} {} {:?} edges {}",
            package.contents.package,
            known(&package.contents.version),
            package.contents.source,
            known(&package.contents.scheme),
            known(&package.contents.host),
            package.contents.unhashed_count.known().map_or(-1, |count| count.0),
            package.contents.artifact_count.0,
            known(&package.contents.hash_algorithm),
            known(&package.rare.lone_host),
            known(&package.rare.commit),
            known(&package.rare.git_reference),
            package.contents.uploaded.map(|day| day.to_string()),
            package.contents.edges.iter().map(|edge| &*edge.package).collect::<Vec<_>>().join(","),
        )
    }

    #[test]
    fn packages_become_facts() {
        let output = read_alone(&READER, "svc/uv.lock", LOCK);
        let lines: Vec<String> = output.facts.locked_packages.iter().map(shown).collect();
        insta::assert_snapshot!(lines.join("\n"));
        let lock = &output.facts.lockfiles[0];
        assert_eq!((lock.package_count.0, lock.hashable_count.0, lock.hashed_count.0), (3, 2, 1));
        assert!(lock.refusal.is_absent(), "{:?}", lock.refusal);
    }

    #[test]
    fn what_uv_refuses_is_said() {
        for (from, to, refusal) in [
            ("version = 1\n", "version = 2\n", "its format is version 2, uv reads version 1"),
            ("version = 1\n", "", "the lockfile does not say the version of its format"),
            ("name = \"idna\" }", "name = \"idnb\" }", "app requires idnb, which is not in the lockfile"),
            ("name = \"tool\"\nversion", "name = \"idna\"\nversion", "app requires idna, of which the lockfile has several versions"),
            ("version = \"3.10\"", "version = \"3.11\"", "the wheel idna-3.10-py3-none-any.whl is not of version 3.11"),
            ("version = \"3.10\"", "version = \"three\"", "`three` is not a version"),
            ("source = { virtual = \".\" }\n", "", "app has no source"),
        ] {
            let output = read_alone(&READER, "uv.lock", &LOCK.replacen(from, to, 1));
            let found = output.facts.lockfiles[0].refusal.known().map_or("nothing", String::as_str);
            assert_eq!(found, refusal, "{from} -> {to}");
        }
    }
}
