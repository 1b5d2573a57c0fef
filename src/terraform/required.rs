//! Which providers one module requires, as `terraform init` counts them: those that it states, those that its blocks
//! name, and those that the types of its resources imply.
//!
//! Follows `addProviderRequirements` and `decodeRequiredProvidersBlock` of Terraform 1.11.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::module::{Part, each, nested};
use super::version::{Constraints, module_kind, provider, source_fault};
use crate::path;
use crate::source::Span;
use crate::syntax::Node;

/// The provider that is part of Terraform and is never locked: its name, and how its address starts.
const BUILT_IN: &str = "terraform";
const BUILT_IN_ADDRESS: &str = "terraform.io/builtin/";

/// Blocks whose first label is the type of a resource.
const RESOURCES: &[&str] = &["resource", "data", "ephemeral", "action"];

/// One statement that requires a provider.
#[derive(Debug, Clone)]
pub struct Need<'d> {
    /// The address without the default host.
    pub provider: String,
    /// The version constraint, where one is stated.
    pub constraint: Option<Node<'d>>,
    /// Whether `required_providers` states it.
    pub is_stated: bool,
    /// Where it is required: at its source, where one is stated.
    pub span: Span,
    /// The file.
    pub path: Arc<str>,
}

/// A call of another module.
#[derive(Debug, Clone)]
pub struct Call<'d> {
    /// Where the module is, as written; empty when that is not written literally.
    pub source: &'d str,
    /// path, git, registry or url.
    pub kind: &'static str,
    /// Its name.
    pub name: &'d str,
    /// The provider configurations that it hands over, by the name in the called module.
    pub hands: Vec<&'d str>,
    /// Its place.
    pub span: Span,
}

/// What one module requires.
#[derive(Debug, Default)]
pub struct Required<'d> {
    /// Its needs, the stated ones first.
    pub needs: Vec<Need<'d>>,
    /// The modules that it calls.
    pub calls: Vec<Call<'d>>,
    /// The configurations of providers that its caller must hand over.
    pub aliases: Vec<&'d str>,
    /// Where `required_providers` stands.
    pub list: Option<(Arc<str>, Span)>,
    /// What Terraform stops at.
    pub faults: Vec<(String, Span)>,
}

/// Whether Terraform reads a file of this name as configuration.
pub fn is_configuration(path: &str) -> bool {
    let name = path::file_name(path);
    let is_ignored = name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'));
    !is_ignored && (name.ends_with(".tf") || name.ends_with(".tf.json"))
}

/// Whether a file says again, and otherwise, what the others say.
fn is_override(path: &str) -> bool {
    let name = path::file_name(path);
    let stem = name.strip_suffix(".tf").or_else(|| name.strip_suffix(".tf.json")).unwrap_or(name);
    stem == "override" || stem.ends_with("_override")
}

/// What the module of these files requires; they are of one directory.
pub fn required(parts: &[Part]) -> Required<'_> {
    let mut required = Required::default();
    let mut stated: BTreeMap<&str, Need<'_>> = BTreeMap::new();
    let (over, plain): (Vec<&Part>, Vec<&Part>) = parts.iter().partition(|part| is_override(&part.path));
    for part in plain.iter().chain(&over) {
        required.state(part, is_override(&part.path), &mut stated);
    }
    let mut implied: Vec<Need<'_>> = Vec::new();
    for part in plain.iter().chain(&over) {
        required.blocks(part, &stated, &mut implied);
    }
    required.needs.extend(stated.into_values());
    required.needs.extend(implied);
    required.needs.retain(|need| !need.provider.starts_with(BUILT_IN_ADDRESS));
    required
}

impl<'d> Required<'d> {
    /// Notes what `required_providers` says.
    fn state(&mut self, part: &'d Part, is_override: bool, stated: &mut BTreeMap<&'d str, Need<'d>>) {
        for settings in nested(part.document.root(), "terraform") {
            for entry in settings.own_entries().filter(|entry| entry.key.scalar() == Some("required_providers")) {
                if self.list.is_some() && !is_override {
                    self.faults
                        .push(("required providers are listed twice in one module".to_owned(), entry.key.span()));
                }
                self.list.get_or_insert_with(|| (Arc::clone(&part.path), entry.key.span()));
                for one in each(entry.value).into_iter().flat_map(Node::own_entries) {
                    let name = one.key.scalar().unwrap_or_default();
                    stated.insert(name, self.stated(part, name, one.key, one.value));
                }
            }
        }
    }

    fn stated(&mut self, part: &Part, name: &'d str, key: Node<'d>, value: Node<'d>) -> Need<'d> {
        let mut fault = |message: String, node: Node<'_>| self.faults.push((message, node.span()));
        if value.is_map() {
            let known = ["source", "version", "configuration_aliases"];
            for odd in value.own_entries().filter(|entry| !entry.key.scalar().is_some_and(|key| known.contains(&key))) {
                fault(format!("{} says nothing of a provider", odd.key.scalar().unwrap_or_default()), odd.key);
            }
        }
        let source = value.get("source");
        match source.map(|node| (node, literal(node))) {
            Some((node, None)) => fault(format!("the source of {name} is not a literal text"), node),
            Some((node, Some(text))) => {
                if let Some(message) = source_fault(text) {
                    fault(message, node);
                }
            }
            None => {}
        }
        let constraint = if value.is_map() { value.get("version") } else { Some(value) };
        match constraint.map(|node| (node, literal(node))) {
            Some((node, None)) => fault(format!("the version of {name} is not a literal text"), node),
            Some((node, Some(text))) if Constraints::read(text).is_none() => {
                fault(format!("{text} is not a version constraint"), node);
            }
            _ => {}
        }
        let aliases = value.get("configuration_aliases").into_iter().flat_map(Node::items);
        self.aliases.extend(aliases.filter_map(Node::text));
        Need {
            provider: provider(source.and_then(literal).unwrap_or(name)),
            constraint: constraint.filter(|node| literal(*node).is_some()),
            is_stated: true,
            span: source.unwrap_or(key).span(),
            path: Arc::clone(&part.path),
        }
    }

    /// Notes what the other blocks name.
    fn blocks(&mut self, part: &'d Part, stated: &BTreeMap<&'d str, Need<'d>>, implied: &mut Vec<Need<'d>>) {
        let mut imply = |name: &str, constraint: Option<Node<'d>>, span: Span| {
            let known = stated.get(name);
            if name == BUILT_IN && known.is_none() {
                return;
            }
            let provider = known.map_or_else(|| provider(name), |need| need.provider.clone());
            let is_known = known.is_some() || implied.iter().any(|need| need.provider == provider);
            if constraint.is_some() || !is_known {
                let path = Arc::clone(&part.path);
                implied.push(Need { provider, constraint, is_stated: false, span, path });
            }
        };
        for entry in part.document.root().own_entries() {
            let kind = entry.key.scalar().unwrap_or_default();
            for value in each(entry.value) {
                match kind {
                    "provider" => {
                        for block in value.own_entries() {
                            let name = block.key.scalar().unwrap_or_default();
                            for body in each(block.value) {
                                imply(
                                    name,
                                    body.get("version").filter(|node| literal(*node).is_some()),
                                    block.key.span(),
                                );
                            }
                        }
                    }
                    "module" => self.calls.extend(value.own_entries().map(|block| call(block.key, block.value))),
                    _ if RESOURCES.contains(&kind) => resources(value, &mut imply),
                    "check" => {
                        let inner = value.own_entries().flat_map(|check| each(check.value));
                        inner.flat_map(|body| nested(body, "data")).for_each(|data| resources(data, &mut imply));
                    }
                    _ => {}
                }
            }
        }
    }
}

/// The providers of resources: what `provider` names, else the first word of the type.
fn resources<'d>(holder: Node<'d>, imply: &mut impl FnMut(&str, Option<Node<'d>>, Span)) {
    for kind in holder.own_entries() {
        let own = kind.key.scalar().unwrap_or_default();
        for block in each(kind.value).into_iter().flat_map(Node::own_entries) {
            let named = each(block.value).into_iter().find_map(|body| body.get("provider"));
            let named = named.and_then(|node| Some((node.text()?.split('.').next()?, node.span())));
            let (name, span) = named.unwrap_or((own.split('_').next().unwrap_or(own), kind.key.span()));
            imply(name, None, span);
        }
    }
}

fn call<'d>(key: Node<'d>, value: Node<'d>) -> Call<'d> {
    let body = each(value).into_iter().next().unwrap_or(value);
    let source = body.get("source").and_then(literal).unwrap_or_default();
    let hands = body.get("providers").into_iter().flat_map(Node::own_entries).filter_map(|entry| entry.key.text());
    Call {
        source,
        kind: module_kind(source),
        name: key.scalar().unwrap_or_default(),
        hands: hands.collect(),
        span: key.span(),
    }
}

/// The text of a value that is written literally.
fn literal(node: Node<'_>) -> Option<&str> {
    node.text().filter(|_| node.tag().is_none())
}
