//! A uv.lock as uv writes it: a head, then one block of text a package. The services of a
//! repository lock the same packages, so most blocks were read before, and what is known of
//! their text serves again. Anything unusual is left to the reader of the whole file.

use std::ops::Range;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use foldhash::HashMap;
use memchr::memmem;

use super::known::Known;
use super::{Read, check};
use crate::facts::recorded::{Block, UvLock};
use crate::read::File;
use crate::source::{Carry, SourceId};
use crate::syntax::{self, Document, Node};

/// What a block begins with, after the line before it.
const HEADER: &str = "\n[[package]]\n";

/// How many bytes of blocks are remembered.
const REMEMBERED: usize = 32 * 1024 * 1024;

/// The blocks that were read, by their text.
static MEMORY: LazyLock<RwLock<Memory>> = LazyLock::new(RwLock::default);

#[derive(Default)]
struct Memory {
    known: HashMap<Box<str>, Arc<Known>>,
    bytes: usize,
}

/// Reads a lockfile block by block. `None` for one that is not written as uv does, or has a fault.
pub(super) fn read(file: &File<'_>) -> Option<Read> {
    let text = file.text.as_bytes();
    // A text over several lines may hold anything, even the header of a package.
    if [&b"\"\"\""[..], b"'''"].iter().any(|quotes| memmem::find(text, quotes).is_some()) {
        return None;
    }
    let starts: Vec<usize> = memmem::find_iter(text, HEADER).map(|at| at + 1).collect();
    let first = *starts.first()?;
    let head = parse(file.source, &file.text[..first], 0)?;
    if head.root().get("package").is_some() || head.root().get("distribution").is_some() {
        return None;
    }
    check::head(head.root()).ok()?;
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let mut own = Vec::new();
    let mut packages = Vec::with_capacity(starts.len());
    for (index, range) in starts.iter().zip(ends).map(|(start, end)| *start..end).enumerate() {
        let to = Carry { source: file.source, start: u32::try_from(range.start).ok()? };
        let block = &file.text[range.clone()];
        let known = match remembered(block) {
            Some(known) => known,
            None => Arc::new(first_seen(block)?),
        };
        if known.kind.is_mutable() {
            own.push(tree(file, range, index)?);
        } else {
            remember(block, &known);
        }
        packages.push((known, to));
    }
    Some(Read { lock: UvLock { head: Arc::new(head), own }, packages })
}

fn remembered(block: &str) -> Option<Arc<Known>> {
    MEMORY.read().unwrap_or_else(PoisonError::into_inner).known.get(block).map(Arc::clone)
}

fn remember(block: &str, known: &Arc<Known>) {
    let mut memory = MEMORY.write().unwrap_or_else(PoisonError::into_inner);
    if memory.bytes + block.len() <= REMEMBERED {
        memory.bytes += block.len();
        memory.known.insert(block.into(), Arc::clone(known));
    }
}

/// Reads a block for the first time; its places count from its first byte.
fn first_seen(block: &str) -> Option<Known> {
    let document = parse(SourceId::FIRST, block, 0)?;
    Known::of_node(only_package(&document)?).ok()
}

/// The tree of a block whose metadata is compared.
fn tree(file: &File<'_>, range: Range<usize>, index: usize) -> Option<Block> {
    let document = Arc::new(parse(file.source, &file.text[range.clone()], range.start)?);
    let node = only_package(&document)?.id();
    Some(Block { document, node, index })
}

/// The one package that a block must be.
fn only_package(document: &Document) -> Option<Node<'_>> {
    let mut entries = document.root().own_entries();
    let entry = entries.next().filter(|entry| entry.key.scalar() == Some("package"))?;
    let mut items = entry.value.items();
    let package = items.next()?;
    (entries.next().is_none() && items.next().is_none()).then_some(package)
}

/// The tree of a part, if it is one without faults.
fn parse(source: SourceId, text: &str, start: usize) -> Option<Document> {
    let document = syntax::toml::parse_part(source, &text.into(), start).ok()?;
    document.duplicate_keys().is_empty().then_some(document)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::super::{READER, finish, whole};
    use super::*;
    use crate::facts::Lockfile;
    use crate::facts::Link;
    use crate::read::{Output, read_alone};

    /// What both ways make of a text: facts as they print.
    fn both(text: &str) -> (String, String) {
        let shown = |output: &Output| {
            let facts = &output.facts;
            let edges = facts.locked_packages.iter().flat_map(|package| {
                package
                    .contents
                    .edges
                    .iter()
                    .map(|edge| format!("{} {:?}", edge.package, package.contents.place(edge.span)))
            });
            let edges: Vec<String> = edges.collect();
            let mut packages = facts.locked_packages.clone();
            for package in &mut packages {
                package.contents.edges.clear();
            }
            let refusal = &facts.lockfiles[0].refusal;
            format!("{packages:#?}\n{edges:#?}\n{refusal:?}\n{:#?}", facts.problems)
        };
        let parts = read_alone(&READER, "uv.lock", text);
        let (path, text) = ("uv.lock".into(), text.into());
        let file = File { path: &path, text: &text, source: SourceId::FIRST };
        let mut output = Output::default();
        let header = file.header("uv.lock", file.span(0..0));
        let link: Link<Lockfile> = output.facts.add(Lockfile::new(header, "uv", "python"));
        if let Some(document) = output.tree(&file, &READER, syntax::toml::parse)
            && let Err(refusal) =
                whole(&file, &Arc::new(document)).and_then(|read| finish(&file, &mut output, link, read))
        {
            output.facts[link].refusal = refusal;
        }
        (shown(&parts), shown(&output))
    }

    fn block() -> impl Strategy<Value = String> {
        let name = "[a-c]{1,2}";
        let line = prop_oneof![
            4 => name.prop_map(|name| format!("dependencies = [\n    {{ name = \"{name}\" }},\n]\n")),
            2 => name.prop_map(|name| format!("wheels = [\n    {{ url = \"https://files.example.com/{name}-1-py3-none-any.whl\", hash = \"sha256:aa\", size = 3 }},\n]\n")),
            1 => Just("[package.metadata]\nrequires-dist = [{ name = \"a\" }]\n".to_owned()),
            1 => Just("[manifest]\nmembers = [\"a\"]\n".to_owned()),
            1 => Just("[[package]]\n".to_owned()),
            1 => Just("<<<<<<< HEAD\n".to_owned()),
            1 => Just("version = \"1\"\n".to_owned()),
            1 => Just("note = \"\"\"\n[[package]]\n\"\"\"\n".to_owned()),
        ];
        let source = prop_oneof![
            6 => Just("registry = \"https://index.example.com/simple\""),
            1 => Just("virtual = \".\""),
            1 => Just("git = \"https://git.example.com/a.git?rev=1#0123456789012345678901234567890123456789\""),
        ];
        (name, source, proptest::collection::vec(line, 0..3)).prop_map(|(name, source, lines)| {
            let mut text = format!("\n[[package]]\nname = \"{name}\"\nversion = \"1\"\nsource = {{ {source} }}\n");
            for line in lines {
                write!(text, "{line}").unwrap();
            }
            text
        })
    }

    proptest! {
        #[test]
        fn blocks_give_the_facts_of_the_whole(
            head in prop_oneof![4 => Just("version = 1\nrequires-python = \">=3.11\"\n"), 1 => Just("version = 2\n")],
            blocks in proptest::collection::vec(block(), 0..5),
        ) {
            let text = format!("{head}{}", blocks.concat());
            let (parts, whole) = both(&text);
            prop_assert_eq!(parts, whole, "{}", text);
        }
    }
}
