//! The files of a repository as modules: one a directory, with its blocks by type.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::path;
use crate::syntax::{Document, Node};

/// A file of Terraform: blocks, or values for variables.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its path from the root.
    pub path: Arc<str>,
    /// Its tree.
    pub document: Arc<Document>,
}

impl Part {
    /// Whether it gives values to variables.
    fn is_values(&self) -> bool {
        self.path.ends_with(".tfvars") || self.path.ends_with(".tfvars.json")
    }
}

/// A block with the path of its file.
#[derive(Debug, Clone)]
pub(super) struct Block<'d> {
    pub(super) path: Arc<str>,
    /// `aws_lambda_function`; empty for a block without such a label.
    pub(super) kind: &'d str,
    pub(super) name: &'d str,
    /// The label that names it.
    pub(super) key: Node<'d>,
    pub(super) body: Node<'d>,
}

/// The blocks of one directory.
#[derive(Debug, Default)]
pub(super) struct Module<'d> {
    pub(super) resources: Vec<Block<'d>>,
    pub(super) data: BTreeMap<(&'d str, &'d str), Block<'d>>,
    pub(super) calls: Vec<Block<'d>>,
    pub(super) variables: BTreeMap<&'d str, Node<'d>>,
    pub(super) locals: BTreeMap<&'d str, Node<'d>>,
    pub(super) outputs: BTreeMap<&'d str, Node<'d>>,
    /// Values that Terraform takes by itself, the later ones winning.
    pub(super) values: Vec<Node<'d>>,
    /// Files of values of which a deployment names one.
    pub(super) choices: Vec<Node<'d>>,
}

/// The modules of a repository by directory.
pub(super) fn modules(parts: &[Part]) -> BTreeMap<String, Module<'_>> {
    let mut modules: BTreeMap<String, Module<'_>> = BTreeMap::new();
    for part in parts.iter().filter(|part| !part.is_values()) {
        let module = modules.entry(path::directory(&part.path).to_owned()).or_default();
        for entry in part.document.root().own_entries() {
            for value in each(entry.value) {
                module.add(part, entry.key.scalar().unwrap_or_default(), value);
            }
        }
    }
    let mut values: Vec<&Part> = parts.iter().filter(|part| part.is_values()).collect();
    // Terraform takes terraform.tfvars first, then *.auto.tfvars in the order of their names.
    values.sort_by_key(|part| (!path::file_name(&part.path).starts_with("terraform.tfvars"), Arc::clone(&part.path)));
    for part in values {
        let name = path::file_name(&part.path);
        let own = path::directory(&part.path);
        let is_taken = name.starts_with("terraform.tfvars") || name.contains(".auto.tfvars");
        if let Some(module) = modules.get_mut(own).filter(|_| is_taken) {
            module.values.push(part.document.root());
        } else if let Some(home) = path::ancestors(own).take(3).find(|directory| modules.contains_key(*directory))
            && let Some(module) = modules.get_mut(home)
        {
            module.choices.push(part.document.root());
        }
    }
    modules
}

/// A block of the JSON syntax may be an object or a list of objects.
pub(super) fn each(node: Node<'_>) -> Vec<Node<'_>> {
    if node.is_list() { node.items().collect() } else { vec![node] }
}

/// All blocks or objects under a key of a body.
pub(super) fn nested<'d>(body: Node<'d>, key: &str) -> Vec<Node<'d>> {
    let entries = body.own_entries().filter(|entry| entry.key.scalar() == Some(key));
    entries.flat_map(|entry| each(entry.value)).collect()
}

impl<'d> Module<'d> {
    fn add(&mut self, part: &Part, kind: &str, value: Node<'d>) {
        match kind {
            "resource" | "data" => {
                for outer in value.own_entries() {
                    let own = outer.key.scalar().unwrap_or_default();
                    for inner in each(outer.value).into_iter().flat_map(Node::own_entries) {
                        let Some(block) = block(part, own, inner.key, inner.value) else { continue };
                        if kind == "data" {
                            self.data.insert((block.kind, block.name), block);
                        } else {
                            self.resources.push(block);
                        }
                    }
                }
            }
            "module" => {
                let blocks = value.own_entries().filter_map(|entry| block(part, "", entry.key, entry.value));
                self.calls.extend(blocks);
            }
            "variable" | "output" => {
                let list = if kind == "variable" { &mut self.variables } else { &mut self.outputs };
                list.extend(value.own_entries().filter_map(|entry| Some((entry.key.scalar()?, body(entry.value)?))));
            }
            "locals" => {
                self.locals.extend(value.own_entries().filter_map(|entry| Some((entry.key.scalar()?, entry.value))));
            }
            _ => {}
        }
    }
}

fn body(node: Node<'_>) -> Option<Node<'_>> {
    each(node).into_iter().next_back()
}

fn block<'d>(part: &Part, kind: &'d str, key: Node<'d>, value: Node<'d>) -> Option<Block<'d>> {
    Some(Block { path: Arc::clone(&part.path), kind, name: key.scalar()?, key, body: body(value)? })
}
