//! What the configuration says for a function, over all of its stages.

use crate::facts::{Count, Lambda, Layer, Variable};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// The configuration of a project: what holds for all stages, and for each.
pub(super) struct Settings<'d> {
    project: Node<'d>,
    stages: Vec<Node<'d>>,
}

impl<'d> Settings<'d> {
    /// The settings at the root of a configuration.
    pub(super) fn of(root: Node<'d>) -> Self {
        let stages = root.get("stages").map(Node::entries).unwrap_or_default();
        Self { project: root, stages: stages.into_iter().map(|entry| entry.value).collect() }
    }

    /// The functions that have settings of their own, with their places.
    pub(super) fn functions(&self) -> Vec<(&'d str, Span)> {
        let layers = std::iter::once(self.project).chain(self.stages.iter().copied());
        let own = layers.filter_map(|layer| layer.get("lambda_functions")).flat_map(Node::entries);
        own.filter_map(|entry| Some((entry.key.scalar()?, entry.key.span()))).collect()
    }

    /// What each stage says for a function: the function's setting in it, its own, the function's, the project's.
    fn over_stages(&self, function: &str, key: &str) -> Vec<Option<Node<'d>>> {
        let of = |layer: Node<'d>| layer.at(&["lambda_functions", function, key]).or_else(|| layer.get(key));
        let whole = of(self.project);
        match self.stages.as_slice() {
            [] => vec![whole],
            stages => stages.iter().map(|stage| of(*stage).or(whole)).collect(),
        }
    }

    /// A number over all stages.
    pub(super) fn number(&self, function: &str, key: &str, default: Option<i64>) -> Value<i64> {
        let stated = self.over_stages(function, key);
        let place = stated.iter().flatten().next().map(|node| node.span());
        let Some(place) = place else { return default.map_or_else(Value::absent, Value::default_of) };
        let mut found = Vec::new();
        for node in stated {
            match (node.map(Node::int), default) {
                (Some(Some(number)), _) | (None, Some(number)) => found.push(number),
                (Some(None), _) => return Value::unknown("it is not a whole number", Some(place)),
                (None, None) => return Value::unknown("only some stages set it", Some(place)),
            }
        }
        found.dedup();
        Value::one_of(found, Some(place))
    }

    /// Whether calls are traced, over all stages.
    pub(super) fn tracing(&self, function: &str) -> Value<String> {
        let stated = self.over_stages(function, "xray");
        let Some(place) = stated.iter().flatten().next().map(|node| node.span()) else { return Value::absent() };
        let mode = |node: &Option<Node<'d>>| match node.and_then(Node::bool) {
            Some(true) => "Active".to_owned(),
            _ => "PassThrough".to_owned(),
        };
        let mut modes: Vec<String> = stated.iter().map(mode).collect();
        modes.dedup();
        Value::one_of(modes, Some(place))
    }

    /// The variables of all stages together: the first value of each counts.
    pub(super) fn environment(&self, function: &str) -> Vec<Variable> {
        let mut found: Vec<Variable> = Vec::new();
        let layers = self.stages.iter().copied().chain([self.project]);
        let maps = layers.flat_map(|layer| {
            let own = layer.at(&["lambda_functions", function, "environment_variables"]);
            own.into_iter().chain(layer.get("environment_variables"))
        });
        for entry in maps.flat_map(Node::entries) {
            if let Some(name) = entry.key.scalar().filter(|name| !found.iter().any(|known| known.name == *name)) {
                let value = entry.value.scalar().map(str::to_owned);
                found.push(Variable { name: name.to_owned(), span: entry.key.span(), value });
            }
        }
        found
    }

    /// The layers of the first stage that has some; how many there are is certain when all agree.
    pub(super) fn add_layers(&self, lambda: &mut Lambda) {
        let stated = self.over_stages(&lambda.logical_name, "layers");
        let count = |node: &Option<Node<'d>>| node.map_or(0, |node| node.items().count());
        let mut counts: Vec<Count> =
            stated.iter().map(|node| Count(i64::try_from(count(node)).unwrap_or(i64::MAX))).collect();
        counts.dedup();
        let first = stated.into_iter().flatten().next();
        lambda.layer_count = Value::one_of(counts, first.map(|node| node.span()));
        let items: Vec<Node<'d>> = first.map(|node| node.items().collect()).unwrap_or_default();
        let named: Vec<(String, Span)> =
            items.iter().filter_map(|item| Some((item.scalar()?.to_owned(), item.span()))).collect();
        lambda.compare_layers(&named);
        lambda.layer_contents = named.iter().map(|(name, _)| Layer::elsewhere(name)).collect();
        lambda.layers = named.into_iter().map(|(name, _)| name).collect();
    }
}
