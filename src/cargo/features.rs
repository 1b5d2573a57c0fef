//! Which optional dependencies of a crate its features switch on, as Cargo's resolver sees it.
//!
//! A weak feature (`dep?/feature`) counts as a strong one here: Cargo locks its dependency
//! all the same (rust-lang/cargo#10801). Follows `build_requirements` of Cargo 1.95.

use std::collections::{BTreeMap, BTreeSet};

use super::manifest::{self, Requirement};
use crate::syntax::Node;

/// The features of a crate, those that stand for optional dependencies included.
#[derive(Debug, Default)]
pub struct Features<'d> {
    table: BTreeMap<&'d str, Vec<Value<'d>>>,
    optional: BTreeSet<&'d str>,
}

#[derive(Debug, Clone, Copy)]
enum Value<'d> {
    /// Another feature.
    Feature(&'d str),
    /// `dep:NAME`: an optional dependency.
    Dependency(&'d str),
    /// `NAME/FEATURE` or `NAME?/FEATURE`: a feature of a dependency.
    Of { dependency: &'d str, feature: &'d str, weak: bool },
}

impl<'d> Value<'d> {
    fn read(text: &'d str) -> Self {
        if let Some((name, feature)) = text.split_once('/') {
            let weak = name.strip_suffix('?');
            return Self::Of { dependency: weak.unwrap_or(name), feature, weak: weak.is_some() };
        }
        text.strip_prefix("dep:").map_or(Self::Feature(text), Self::Dependency)
    }
}

/// What a set of features asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked<'d> {
    /// Dependencies by the name the crate gives them, with the features asked of each.
    pub dependencies: BTreeMap<&'d str, BTreeSet<&'d str>>,
    /// Why Cargo would stop: a feature that does not exist, or one that includes itself.
    pub wrong: Option<String>,
}

impl<'d> Features<'d> {
    /// The features of the manifest with these requirements.
    pub fn new(root: Node<'d>, requirements: &[Requirement<'d>]) -> Self {
        let mut table: BTreeMap<&str, Vec<Value<'_>>> = BTreeMap::new();
        for entry in root.get("features").into_iter().flat_map(Node::own_entries) {
            if let Some(name) = entry.key.scalar() {
                table.insert(name, manifest::texts(Some(entry.value)).into_iter().map(Value::read).collect());
            }
        }
        let explicit: BTreeSet<&str> = table
            .values()
            .flatten()
            .filter_map(|value| match value {
                Value::Dependency(name) => Some(*name),
                _ => None,
            })
            .collect();
        let optional: BTreeSet<&str> =
            requirements.iter().filter(|one| one.optional).map(Requirement::called).collect();
        for name in optional.iter().copied().filter(|name| !explicit.contains(name)) {
            table.entry(name).or_insert_with(|| vec![Value::Dependency(name)]);
        }
        Self { table, optional }
    }

    /// All features.
    pub fn names(&self) -> impl Iterator<Item = &'d str> {
        self.table.keys().copied()
    }

    /// Whether there is a feature called `default`.
    pub fn has_default(&self) -> bool {
        self.table.contains_key("default")
    }

    /// What is wrong with the features themselves, so that Cargo refuses the manifest (`build_feature_map`).
    pub fn fault(&self, requirements: &[Requirement<'d>]) -> Option<String> {
        let stated: BTreeSet<&str> = requirements.iter().map(Requirement::called).collect();
        let mut used = BTreeSet::new();
        for (feature, values) in &self.table {
            for value in values {
                let wrong = match *value {
                    Value::Feature(name) => {
                        (!self.table.contains_key(name)).then(|| format!("{name}, which is not a feature"))
                    }
                    Value::Dependency(name) => {
                        used.insert(name);
                        (!self.optional.contains(name))
                            .then(|| format!("dep:{name}, but {name} is not an optional dependency"))
                    }
                    Value::Of { dependency, weak, .. } => {
                        used.insert(dependency);
                        let is_there = if weak { &self.optional } else { &stated }.contains(dependency);
                        (!is_there).then(|| format!("{dependency}, which is not a dependency of that kind"))
                    }
                };
                if let Some(wrong) = wrong {
                    return Some(format!("the feature {feature} includes {wrong}"));
                }
            }
        }
        let unused = self.optional.iter().find(|name| !used.contains(*name))?;
        Some(format!("no feature includes the optional dependency {unused}"))
    }

    /// What these features ask for, those they lead to included.
    pub fn asked<'f>(&self, wanted: impl IntoIterator<Item = &'f str>) -> Asked<'d> {
        let mut asked = Asked::default();
        let mut seen = BTreeSet::new();
        let mut pending = Vec::new();
        for name in wanted {
            match self.table.get_key_value(name) {
                Some((name, _)) => pending.push(*name),
                None => asked.wrong = asked.wrong.or_else(|| Some(format!("has no feature {name}"))),
            }
        }
        while let Some(name) = pending.pop() {
            if !seen.insert(name) {
                continue;
            }
            let Some(values) = self.table.get(name) else {
                asked.wrong = asked.wrong.or_else(|| Some(format!("has no feature {name}")));
                continue;
            };
            for value in values {
                match *value {
                    Value::Feature(other) if other == name => {
                        asked.wrong =
                            asked.wrong.or_else(|| Some(format!("has a feature {name} that includes itself")));
                    }
                    Value::Feature(other) => pending.push(other),
                    Value::Dependency(name) => {
                        asked.dependencies.entry(name).or_default();
                    }
                    Value::Of { dependency, feature, weak } => {
                        if !weak && self.optional.contains(dependency) && self.table.contains_key(dependency) {
                            pending.push(dependency);
                        }
                        asked.dependencies.entry(dependency).or_default().insert(feature);
                    }
                }
            }
        }
        asked
    }
}
