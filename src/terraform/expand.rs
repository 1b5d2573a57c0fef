//! Modules to their uses, blocks to what `count` and `for_each` make of them.

use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::{Instance, Scope, World, local_source};
use super::module::{Block, Module};
use super::term::{Shape, Term};
use crate::path;

/// Modules in modules are followed this far.
const DEPTH: usize = 8;

/// More uses of modules than this are not followed.
const INSTANCES: usize = 5_000;

/// More copies of one block than this are not told apart.
const COPIES: usize = 200;

/// One of the things that a block makes.
#[derive(Debug, Clone)]
pub(super) struct Copy<'d> {
    pub(super) block: &'d Block<'d>,
    pub(super) scope: Scope,
    /// `["a"]` for one of several; empty otherwise.
    pub(super) index: String,
}

/// All uses of all modules: those that no other calls are roots.
pub(super) fn world<'d>(modules: &'d BTreeMap<String, Module<'d>>) -> World<'d> {
    let mut world = World::new();
    let called: BTreeSet<String> = modules
        .iter()
        .flat_map(|(directory, module)| module.calls.iter().filter_map(move |call| target(directory, call)))
        .collect();
    for (directory, module) in modules {
        if !called.contains(directory) {
            add(&mut world, modules, directory, directory, module, String::new(), None, 0);
        }
    }
    // Modules that call each other in a circle have no root.
    for (directory, module) in modules {
        if !world.instances.iter().any(|instance| instance.directory == directory) {
            add(&mut world, modules, directory, directory, module, String::new(), None, DEPTH);
        }
    }
    world
}

fn target(directory: &str, call: &Block<'_>) -> Option<String> {
    path::join(directory, local_source(call.body)?)
}

#[allow(clippy::too_many_arguments, reason = "what an instance is made of")]
fn add<'d>(
    world: &mut World<'d>,
    modules: &'d BTreeMap<String, Module<'d>>,
    root: &'d str,
    directory: &'d str,
    module: &'d Module<'d>,
    address: String,
    call: Option<(Scope, crate::syntax::Node<'d>)>,
    depth: usize,
) -> usize {
    let instance = world.instances.len();
    world.instances.push(Instance { directory, root, address: address.clone(), module, call });
    for call in module.calls.iter().filter(|_| depth < DEPTH) {
        let Some((to, called)) = target(directory, call).and_then(|to| modules.get_key_value(to.as_str())) else {
            continue;
        };
        for copy in copies(world, instance, call) {
            if world.instances.len() >= INSTANCES {
                return instance;
            }
            let name = format!("{}{}", call.name, copy.index);
            let own = if address.is_empty() { format!("module.{name}") } else { format!("{address}.module.{name}") };
            let child = add(world, modules, root, to, called, own, Some((copy.scope, call.body)), depth + 1);
            world.children.insert((instance, name), child);
        }
    }
    instance
}

/// What a block makes: one thing, or one for each key of its `for_each` when they are known.
pub(super) fn copies<'d>(world: &World<'d>, instance: usize, block: &'d Block<'d>) -> Vec<Copy<'d>> {
    let scope = Scope { instance, ..Scope::default() };
    let Some(node) = block.body.get("for_each") else {
        return vec![Copy { block, scope, index: String::new() }];
    };
    let collection = world.term(&scope, node);
    let pairs: Vec<(Term, Term)> = match collection.shape {
        Shape::Map(entries) => entries.into_iter().map(|(key, value)| (Term::text(key), value)).collect(),
        Shape::List(items) => items.into_iter().map(|item| (item.clone(), item)).collect(),
        _ => Vec::new(),
    };
    if pairs.is_empty() || pairs.len() > COPIES || pairs.iter().any(|(key, _)| key.scalar().is_none()) {
        let open = || Term::unknown("the keys of its for_each are known only at deployment");
        let scope = Scope { each: Some((open(), open())), ..scope };
        return vec![Copy { block, scope, index: String::new() }];
    }
    let copy = |(key, value): (Term, Term)| {
        let index = format!("[{:?}]", key.scalar().unwrap_or_default());
        Copy { block, scope: Scope { each: Some((key, value)), ..scope.clone() }, index }
    };
    pairs.into_iter().map(copy).collect()
}
