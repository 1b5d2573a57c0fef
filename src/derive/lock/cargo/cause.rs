//! What brings a difference about when that stands elsewhere: an inherited requirement, a feature that is asked for,
//! the list that takes a crate into the workspace or leaves it out.

use super::compare::Comparison;
use super::walk::{Asking, Walked};
use crate::cargo::features::Features;
use crate::cargo::manifest::{Requirement, When};
use crate::path;
use crate::syntax::Node;
use crate::value::Value;

impl<'a> Comparison<'a> {
    /// Why a crate asks for this. For members these are the lists of the workspace where the lockfile knows nothing
    /// of what only members need, for others the feature that switches the requirement on.
    pub(super) fn cause(
        &self,
        walked: &Walked<'a>,
        asking: &Asking<'a>,
        requirement: &Requirement<'a>,
    ) -> Value<String> {
        let directory = asking.directory.as_str();
        let is_extra = |one: &Requirement<'_>| one.optional || one.when == When::Dev;
        if !self.scene.is_member(directory) {
            return if requirement.optional {
                self.switch(walked, directory, requirement.called())
            } else {
                Value::absent()
            };
        }
        let from = self.entries.get(directory).copied();
        let mut extras = asking.requirements.iter().filter(|one| is_extra(one));
        let is_new = is_extra(requirement) && extras.all(|one| self.scene.answer(self.graph, from, one).is_none());
        if is_new && self.pattern_of(directory).is_none() { self.let_in(directory) } else { Value::absent() }
    }

    /// Why a crate no longer asks for a package that its manifest still names.
    pub(super) fn cause_of_loss(&self, walked: &Walked<'a>, directory: &str, package: &str) -> Value<String> {
        let stated = self.scene.requirements(directory, &mut Vec::new());
        let Some(one) = stated.iter().find(|one| one.package == package) else { return Value::absent() };
        match (self.scene.is_member(directory), one.when) {
            (true, _) => Value::absent(),
            (false, When::Dev) => self.left_out(directory),
            (false, _) => {
                let switch = self.switch(walked, directory, one.called());
                if switch.is_absent() { self.left_out(directory) } else { switch }
            }
        }
    }

    /// The requirement whose features switch an optional dependency of a crate on; else the first on that crate.
    fn switch(&self, walked: &Walked<'a>, directory: &str, called: &str) -> Value<String> {
        let Some(one) = self.scene.crates.at(directory) else { return Value::absent() };
        let stated = self.scene.requirements(directory, &mut Vec::new());
        let features = Features::new(one.root(), &stated);
        let leads_there = |asked: &Requirement<'_>| {
            let default = (asked.default_features && features.has_default()).then_some("default");
            let asked = features.asked(asked.features.iter().copied().chain(default));
            asked.dependencies.contains_key(called)
        };
        let all =
            || walked.asking.iter().flat_map(|asking| asking.requirements.iter().map(move |asked| (asking, asked)));
        let mut on_it = all().filter(|(_, asked)| asked.directory().as_deref() == Some(directory));
        let first = on_it.next();
        let chosen = first.into_iter().chain(on_it).find(|(_, asked)| leads_there(asked)).or(first);
        let Some((asking, asked)) = chosen else { return Value::absent() };
        let from = self.scene.crates.at(&asking.directory).map_or("", |one| one.name());
        let words = match asked.features.as_slice() {
            [] => "no feature".to_owned(),
            features => features.join(", "),
        };
        let place = asked.own.get("features").unwrap_or(asked.key);
        Value::written(format!("{from} asks {} for {words}", asked.package), place.span())
    }

    /// The pattern or the path that makes a crate a member.
    pub(super) fn taken_in(&self, directory: &str) -> Value<String> {
        let name = self.scene.crates.at(directory).map_or("", |one| one.name());
        match self.pattern_of(directory) {
            Some(item) => {
                let text = item.text().unwrap_or("");
                Value::written(format!("{text} takes {name} into the workspace"), item.span())
            }
            None => self.let_in(directory),
        }
    }

    /// For a crate that is a member because a member needs it, and for no other reason.
    fn let_in(&self, directory: &str) -> Value<String> {
        let root = self.scene.workspace.root.as_str();
        let Some(workspace) = self.workspace_table().filter(|_| directory != root) else { return Value::absent() };
        let name = self.scene.crates.at(directory).map_or("", |one| one.name());
        let place = workspace.entry("exclude").map_or(workspace, |entry| entry.key);
        Value::written(format!("nothing keeps {name} out of the workspace"), place.span())
    }

    fn workspace_table(&self) -> Option<Node<'a>> {
        self.scene.crates.at(&self.scene.workspace.root)?.root().get("workspace")
    }

    fn pattern_of(&self, directory: &str) -> Option<Node<'a>> {
        let root = self.scene.workspace.root.as_str();
        let expands = |item: &Node<'_>| self.scene.crates.expand(root, *item, None);
        let takes = |item: &Node<'_>| expands(item).is_ok_and(|all| all.iter().any(|one| one == directory));
        self.workspace_table()?.get("members").into_iter().flat_map(Node::items).find(takes)
    }

    fn left_out(&self, directory: &str) -> Value<String> {
        let root = self.scene.workspace.root.as_str();
        let name = self.scene.crates.at(directory).map_or("", |one| one.name());
        let is_above = |item: &Node<'_>| {
            item.text().and_then(|text| path::join(root, text)).is_some_and(|above| path::is_below(directory, &above))
        };
        let mut items = self.workspace_table().and_then(|table| table.get("exclude")).into_iter().flat_map(Node::items);
        match items.find(is_above) {
            Some(item) => Value::written(format!("{name} is kept out of the workspace"), item.span()),
            None => Value::absent(),
        }
    }
}
