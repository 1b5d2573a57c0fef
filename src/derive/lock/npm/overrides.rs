//! `overrides` of the root manifest: which rule holds for which edge.
//!
//! A node's rules are those of the edges that lead to it, the more special ones where several
//! do. Follows `OverrideSet` of npm 11.

use super::tree::{Edge, Kind, ROOT, Tree};
use crate::node::name;
use crate::node::range::Range;
use crate::node::specifier::Specifier;
use crate::node::version::Mode;
use crate::source::Span;
use crate::syntax;

/// One rule: a key of `overrides`, and the rules nested in it.
#[derive(Debug)]
pub(super) struct Rule<'a> {
    parent: usize,
    children: Vec<usize>,
    /// The package that the key names.
    pub(super) name: &'a str,
    key: &'a str,
    /// The range that the key names; `*` for none.
    pub(super) of: &'a str,
    /// What takes the place of the requirement.
    pub(super) value: &'a str,
    /// The place of the value.
    pub(super) span: Span,
    /// Whether the value is null, at which npm stumbles.
    is_null: bool,
}

/// All rules; the first is the root of them and holds for no package.
#[derive(Debug)]
pub(super) struct Overrides<'a> {
    rules: Vec<Rule<'a>>,
    /// The rules in force at each node.
    at: Vec<Option<usize>>,
}

/// More rules than this are not looked at.
const MOST_RULES: usize = 2000;

/// How many times a node's rules may change before the search for them ends.
const MOST_CHANGES: usize = 50;

impl<'a> Overrides<'a> {
    /// The rules of a root manifest, spread over the tree; `None` without any.
    pub(super) fn new(tree: &Tree<'a>, root: syntax::Node<'a>) -> Option<Self> {
        let written = root.get("overrides")?;
        written.own_entries().next()?;
        let top = Rule {
            parent: ROOT,
            children: Vec::new(),
            name: "",
            key: "",
            of: "",
            value: "",
            span: written.span(),
            is_null: false,
        };
        let mut overrides = Self { rules: vec![top], at: vec![None; tree.nodes.len()] };
        let mut pending = vec![(ROOT, written)];
        while let Some((parent, node)) = pending.pop() {
            for entry in node.own_entries().filter(|entry| entry.key.scalar() != Some(".")) {
                let Some(key) = entry.key.scalar().filter(|_| overrides.rules.len() < MOST_RULES) else { continue };
                let index = overrides.rules.len();
                overrides.rules.push(rule(parent, key, entry.value));
                overrides.rules[parent].children.push(index);
                pending.push((index, entry.value));
            }
        }
        overrides.spread(tree);
        Some(overrides)
    }

    /// The rule in force for an edge of a node; it may be one for another package that the node lies below.
    pub(super) fn of(&self, from: usize, edge: &Edge<'_>) -> Option<&Rule<'a>> {
        let rule = self.rule_for(self.at[from]?, edge);
        (rule != ROOT).then(|| &self.rules[rule])
    }

    /// The keys that npm cannot read, whose value is null, or cannot hold against a range that the tree asks for.
    pub(super) fn unreadable(&self, tree: &Tree<'_>) -> Vec<(&'a str, Span)> {
        let ranges = || {
            tree.nodes
                .iter()
                .flat_map(|node| &node.edges)
                .filter(|edge| edge.kind != Kind::Workspace && matches!(Specifier::of(edge.text), Specifier::Range(_)))
        };
        let is_odd = |rule: &&Rule<'_>| {
            let is_range = rule.of == "*" || Range::parse(rule.of, Mode::Loose).is_some();
            rule.is_null || !name::is_valid(rule.name) || (!is_range && ranges().any(|edge| edge.name == rule.name))
        };
        self.rules.iter().skip(1).filter(is_odd).map(|rule| (rule.key, rule.span)).collect()
    }

    fn spread(&mut self, tree: &Tree<'a>) {
        self.at[ROOT] = Some(ROOT);
        let mut changes = vec![0; tree.nodes.len()];
        let mut pending = vec![ROOT];
        while let Some(from) = pending.pop() {
            let Some(own) = self.at[from] else { continue };
            let node = &tree.nodes[from];
            let mut onward: Vec<(usize, usize)> = node.target.map(|target| (target, own)).into_iter().collect();
            onward.extend(node.edges.iter().filter_map(|edge| Some((edge.to?, self.rule_for(own, edge)))));
            for (to, rule) in onward {
                let merged = self.at[to].map_or(rule, |known| self.more_special(known, rule));
                if to != ROOT && self.at[to] != Some(merged) && changes[to] < MOST_CHANGES {
                    self.at[to] = Some(merged);
                    changes[to] += 1;
                    pending.push(to);
                }
            }
        }
    }

    fn ancestry(&self, rule: usize) -> impl Iterator<Item = usize> {
        let step = |rule: &usize| (*rule != ROOT).then(|| self.rules[*rule].parent);
        std::iter::successors(Some(rule), step)
    }

    /// The rules that a rule brings: its own children and itself, then those of the rules it is nested in.
    fn set(&self, rule: usize) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for above in self.ancestry(rule) {
            let own = (above != ROOT).then_some(above);
            for one in self.rules[above].children.iter().copied().chain(own) {
                if !found.iter().any(|known| self.rules[*known].key == self.rules[one].key) {
                    found.push(one);
                }
            }
        }
        found
    }

    fn rule_for(&self, rule: usize, edge: &Edge<'_>) -> usize {
        let holds = |one: &usize| {
            let Rule { name, of, .. } = self.rules[*one];
            name == edge.name && (of == "*" || meets(edge, of))
        };
        self.set(rule).into_iter().find(holds).unwrap_or(rule)
    }

    /// Of two rules the one that lies in the other; else the nearest one that both lie in.
    fn more_special(&self, first: usize, second: usize) -> usize {
        if self.ancestry(second).any(|above| above == first) {
            return second;
        }
        if self.ancestry(first).any(|above| above == second) {
            return first;
        }
        let shared = self.ancestry(second).find(|above| self.ancestry(first).any(|other| other == *above));
        shared.unwrap_or(ROOT)
    }
}

fn rule<'a>(parent: usize, key: &'a str, node: syntax::Node<'a>) -> Rule<'a> {
    let at = key.get(1..).and_then(|rest| rest.find('@')).map(|at| at + 1);
    let (name, of) = at.map_or((key, "*"), |at| (&key[..at], &key[at + 1..]));
    let of = if of.is_empty() { "*" } else { of };
    let own = if node.is_map() { node.get(".") } else { Some(node) };
    let value = own.and_then(syntax::Node::text);
    let span = own.unwrap_or(node).span();
    let value = match value {
        Some("") => "*",
        Some(text) => text,
        None => of,
    };
    Rule { parent, children: Vec::new(), name, key, of, value, span, is_null: node.is_null() }
}

/// Whether a requirement may ask for a version of the range that a key names.
fn meets(edge: &Edge<'_>, of: &str) -> bool {
    let Some(of) = Range::parse(of, Mode::Loose) else { return false };
    let wanted = match Specifier::of(edge.text) {
        _ if edge.kind == Kind::Workspace => return true,
        Specifier::Range(wanted) | Specifier::Alias { wanted, .. } => wanted,
        Specifier::Git { reference, .. } => match reference.strip_prefix("semver:") {
            Some(range) => range,
            None => return false,
        },
        _ => return true,
    };
    Range::parse(wanted, Mode::Loose).is_none_or(|wanted| wanted.intersects(&of))
}

/// What a rule puts in the place of a requirement: `$name` means what the root, or else the node itself, asks of `name`.
pub(super) fn replaced<'a>(
    rule: &Rule<'a>,
    edge: &Edge<'a>,
    manifests: &[syntax::Node<'a>],
) -> Result<&'a str, String> {
    if rule.value == "*" || rule.name != edge.name {
        return Ok(edge.text);
    }
    let Some(name) = rule.value.strip_prefix('$') else { return Ok(rule.value) };
    const KEYS: [&str; 4] = ["devDependencies", "optionalDependencies", "dependencies", "peerDependencies"];
    let found = manifests.iter().find_map(|root| KEYS.iter().find_map(|key| root.at(&[key, name])?.text()));
    found.ok_or_else(|| format!("`{}` in `overrides` means no requirement", rule.value))
}
