//! What the framework packs for a function: its archive, the directory of its code, what is left out, its layers.

use super::{Service, layer_id};
use crate::cloudformation::term::Term;
use crate::facts::Layer;
use crate::path;
use crate::syntax::{Entry, Node};
use crate::value::Value;

/// Plugins that put a bundle in the place of a function's modules.
const BUNDLERS: &[&str] = &[
    "serverless-esbuild",
    "serverless-webpack",
    "serverless-bundle",
    "serverless-rspack",
    "serverless-plugin-typescript",
    "serverless-plugin-parcel",
];

impl<'d> Service<'d> {
    /// The archive that is deployed: the one that is named, or that of the last packaging.
    pub(super) fn archive(&self, function: Node<'d>) -> Option<String> {
        let named = function.at(&["package", "artifact"]).or_else(|| self.root.at(&["package", "artifact"]));
        let own = path::directory(&self.stack.path);
        if let Some(text) = self.property(named, false).text().known() {
            return path::join(own, text);
        }
        let service = self.property(self.root.get("service"), false).text();
        path::join(own, &format!(".serverless/{}.zip", service.known()?))
    }

    pub(super) fn code(&self, function: Node<'d>) -> Value<String> {
        let artifact = function.at(&["package", "artifact"]).or_else(|| self.root.at(&["package", "artifact"]));
        if let Some(artifact) = artifact {
            return Value::unknown("its code is an archive, which is built", Some(artifact.span()));
        }
        let own = path::directory(&self.stack.path);
        let module = self.own(function, "module");
        if module.is_absent() {
            return Value::default_of(own.to_owned());
        }
        module.value(None, |text| path::join(own, text).ok_or_else(|| format!("{text} leads out of the repository")))
    }

    /// What `package` of the service and of the function leave out, as patterns of git. The framework takes `exclude`
    /// first, then `include` and `patterns`, in which `!` leaves out.
    pub(super) fn left_out(&self, function: Node<'d>) -> Value<Vec<String>> {
        let runtime = self.inherited(function, "runtime").text();
        let runs_node = runtime.known().is_none_or(|name| name.starts_with("nodejs"));
        if let Some(bundler) = self.bundler().filter(|_| runs_node) {
            return Value::unknown(
                format!("{} bundles its code", bundler.scalar().unwrap_or_default()),
                Some(bundler.span()),
            );
        }
        let packages: Vec<Node<'d>> = [self.root.get("package"), function.get("package")]
            .into_iter()
            .flatten()
            .filter(|node| node.is_map())
            .collect();
        let listed = |key: &str| packages.iter().filter_map(|package| package.get(key)).collect::<Vec<_>>();
        let mut patterns = Vec::new();
        for (lists, are_left_out) in
            [(listed("exclude"), true), (listed("include"), false), (listed("patterns"), false)]
        {
            for list in lists {
                let Some(written) = self.texts(list) else {
                    return Value::unknown("which files are packed is chosen at deployment", Some(list.span()));
                };
                patterns.extend(written.iter().map(|pattern| as_git(pattern, are_left_out)));
            }
        }
        let layers = self.layers_declared().filter_map(|entry| entry.value.get("path")?.scalar());
        patterns.extend(layers.map(|path| as_git(path, true)));
        if patterns.is_empty() { Value::absent() } else { Value::derived(patterns) }
    }

    /// The plugin that bundles the JavaScript of the service before it is packed.
    fn bundler(&self) -> Option<Node<'d>> {
        let plugins = self.root.get("plugins")?;
        let listed = plugins.get("modules").unwrap_or(plugins);
        listed.items().find(|plugin| plugin.scalar().is_some_and(|name| BUNDLERS.contains(&name)))
    }

    /// The texts of a list; `None` when one is not known.
    fn texts(&self, list: Node<'d>) -> Option<Vec<String>> {
        match self.term(list) {
            Term::Node(list) if list.is_list() => {
                list.items().map(|item| self.property(Some(item), false).text().known().cloned()).collect()
            }
            Term::Absent => Some(Vec::new()),
            _ => None,
        }
    }

    /// The layers that the service declares itself.
    pub(super) fn layers_declared(&self) -> impl Iterator<Item = Entry<'d>> + use<'d> {
        self.root.get("layers").map(Node::entries).unwrap_or_default().into_iter()
    }

    /// The layer of a logical name.
    pub(super) fn own_layer(&self, id: &str) -> Option<Layer> {
        let declared =
            self.layers_declared().find(|entry| entry.key.scalar().is_some_and(|name| layer_id(name) == id))?;
        let own = path::directory(&self.stack.path);
        let stated = self.property(declared.value.get("path"), false);
        let joined = stated
            .value(None, |text| path::join(own, text).ok_or_else(|| format!("{text} leads out of the repository")));
        Some(Layer::packed_from(id, joined))
    }
}

/// A pattern of the framework, from its directory on, as git writes what is left out.
fn as_git(pattern: &str, is_left_out: bool) -> String {
    let (rest, is_left_out) = match pattern.strip_prefix('!') {
        Some(rest) => (rest, !is_left_out),
        None => (pattern, is_left_out),
    };
    let rooted = rest.trim_start_matches("./").trim_start_matches('/');
    if is_left_out { format!("/{rooted}") } else { format!("!/{rooted}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_turned_round() {
        for (pattern, is_left_out, expected) in [
            ("!tests/**", false, "/tests/**"),
            ("src/**", false, "!/src/**"),
            ("./docs", true, "/docs"),
            ("!docs/a.md", true, "!/docs/a.md"),
        ] {
            assert_eq!(as_git(pattern, is_left_out), expected, "{pattern}");
        }
    }
}
