//! Finds the edges that npm would repair.

use super::fit::{Fit, archive_of, fit, refusal};
use super::overrides::{Overrides, Rule, replaced};
use super::tree::{Edge, Kind, ROOT, Tree};
use super::words::{load_faults, whole};
use super::{Settings, refused_setting, settings, tidy};
use crate::derive::lock::{Outcome, Seen};
use crate::facts::{Link, Lockfile};
use crate::node::lock::{Lock, archive_version};
use crate::node::manifest;
use crate::node::name;
use crate::node::range::Range;
use crate::node::specifier::Specifier;
use crate::node::version::{self, Mode};
use crate::path;
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// An edge that npm would repair.
pub(super) struct Broken<'a> {
    pub(super) from: usize,
    pub(super) edge: &'a Edge<'a>,
    /// What is asked for after overrides.
    pub(super) text: &'a str,
    /// Where an override stands that asks for it.
    pub(super) rule: Option<Span>,
}

/// Where npm has looked.
pub(super) struct Looked {
    /// The nodes whose edges it looks at.
    pub(super) at: Vec<bool>,
    /// Nodes whose version it lets stand although something asks for another, and what does.
    pub(super) kept: Vec<(usize, Value<String>)>,
}

/// What a comparison works with.
pub(super) struct Compared<'s, 't> {
    pub(super) seen: Seen<'s>,
    pub(super) tree: &'t Tree<'s>,
    pub(super) overrides: Option<&'t Overrides<'s>>,
    settings: Settings,
    pub(super) root: Node<'s>,
    /// The directory of the lockfile.
    pub(super) directory: &'s str,
}

/// Compares a lockfile with its manifests. Without a `lock` it could not be read, which npm calls out of step.
pub(super) fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>, lock: Option<&Lock>) -> Outcome {
    let mut outcome = Outcome::default();
    let fact = &seen.facts[lockfile];
    let Some(manifest) = fact.manifests.first().copied() else { return outcome };
    let Some(document) = seen.facts[manifest].document.as_deref() else { return outcome };
    let Some(lock) = lock else {
        outcome.differences.push(whole("npm cannot read it", fact.header.span));
        return outcome;
    };
    let directory = path::directory(&fact.header.path);
    let settings = settings(seen.facts, directory);
    let tree = Tree::new(seen, lockfile, lock, settings);
    let overrides = Overrides::new(&tree, document.root());
    let (root, overrides) = (document.root(), overrides.as_ref());
    let compared = Compared { seen, tree: &tree, overrides, settings, root, directory };
    let other = manifest::refused_engine(root, "npm");
    let other = other.map(|(name, node)| Value::written(format!("`devEngines` wants {name}"), node.span()));
    outcome.refusal = other.or_else(|| refused_setting(seen.facts, directory, root.get("workspaces").is_some()));
    let looked = compared.repaired(&mut outcome);
    let faults = load_faults(&compared, manifest);
    if !faults.is_empty() {
        // npm does not come to comparing.
        outcome.differences = faults;
        outcome.refusal = None;
    }
    compared.reach(lockfile, &looked, &mut outcome);
    compared.answers(&mut outcome);
    if outcome.differences.is_empty() && outcome.refusal.is_none() && outcome.undecided.is_empty() {
        outcome.rewrites = tidy::rewrites(seen, &tree, lock, document.root());
        outcome.tidy = Some(if outcome.rewrites.is_empty() { "same" } else { "changed" });
    }
    outcome
}

impl<'s> Compared<'s, '_> {
    pub(super) fn rule(&self, from: usize, edge: &Edge<'_>) -> Option<&Rule<'s>> {
        self.overrides.and_then(|overrides| overrides.of(from, edge))
    }

    fn root_of(&self, from: usize) -> Option<Node<'s>> {
        let manifest = self.tree.nodes[from].manifest?;
        self.seen.facts[manifest].document.as_deref().map(|document| document.root())
    }

    /// Goes where npm goes: nodes that lead on from the root, then linked directories. Gives the nodes whose edges it looks at.
    fn repaired(&self, outcome: &mut Outcome) -> Looked {
        let nodes = &self.tree.nodes;
        let mut looked_at = self.tree.reached(false);
        let mut kept = Vec::new();
        let mut pending: Vec<usize> = (0..nodes.len()).filter(|index| looked_at[*index]).collect();
        let mut at = 0;
        while let Some(index) = pending.get(at).copied() {
            at += 1;
            let broken = self.broken(index, outcome);
            // npm follows links from the nodes it works on only: the root, what it repairs, linked directories.
            let is_worked_on = index == ROOT || !broken.is_empty() || nodes[index].parent.is_none();
            let (above, broken): (Vec<_>, Vec<_>) = broken.into_iter().partition(|one| self.is_answered_above(one));
            for one in above
                .iter()
                .filter(|one| Range::parse(one.text, Mode::Loose).and_then(|of| of.exact().cloned()).is_none())
            {
                let asked = format!("{} {}", one.edge.name, one.text);
                outcome
                    .undecided
                    .push(format!("a release that answers {asked} may be newer than the one locked above it"));
            }
            let (stands, repaired): (Vec<_>, Vec<_>) = broken.iter().partition(|one| self.is_let_stand(one));
            outcome.differences.extend(repaired.into_iter().map(|one| self.difference(one)));
            kept.extend(stands.into_iter().filter_map(|one| Some((one.edge.to?, self.asked(one)))));
            let links = nodes[index].edges.iter().filter_map(|edge| nodes[edge.to?].target);
            for target in links.filter(|_| is_worked_on) {
                if !looked_at[target] && self.tree.is_inside(target) {
                    looked_at[target] = true;
                    pending.push(target);
                }
            }
        }
        Looked { at: looked_at, kept }
    }

    /// The edges of a node that npm would repair; what stops it goes into the outcome.
    pub(super) fn broken(&self, from: usize, outcome: &mut Outcome) -> Vec<Broken<'_>> {
        let node = &self.tree.nodes[from];
        if node.place.is_some_and(|place| place.has_shrinkwrap) {
            return Vec::new();
        }
        let bundles = node.place.map_or(&[][..], |place| &place.bundles);
        let is_own = !bundles.is_empty() && (from == ROOT || self.is_member(from));
        let bundles = if is_own { &[][..] } else { bundles };
        let counts =
            |edge: &&Edge<'_>| edge.kind != Kind::OptionalPeer && !bundles.iter().any(|name| **name == *edge.name);
        let mut found = Vec::new();
        for edge in node.edges.iter().filter(counts) {
            if edge.kind == Kind::Workspace {
                let target = edge.to.and_then(|to| self.tree.nodes[to].target);
                if target.is_none_or(|target| self.tree.nodes[target].location != edge.text) {
                    found.push(Broken { from, edge, text: edge.text, rule: None });
                }
                continue;
            }
            match self.judge(from, edge) {
                Ok(None) => {}
                Ok(Some(broken)) => found.push(broken),
                Err(reason) => {
                    if outcome.refusal.is_none() {
                        outcome.refusal = Some(Value::written(reason, edge.span));
                    }
                }
            }
        }
        found
    }

    fn is_member(&self, index: usize) -> bool {
        let target = |to: usize| self.tree.nodes[to].target;
        let edges = &self.tree.nodes[ROOT].edges;
        edges.iter().any(|edge| edge.kind == Kind::Workspace && edge.to.and_then(target) == Some(index))
    }

    fn judge<'e>(&'e self, from: usize, edge: &'e Edge<'s>) -> Result<Option<Broken<'e>>, String> {
        let tree = self.tree;
        let rule = self.rule(from, edge);
        let manifests = || [Some(self.root), self.root_of(from)].into_iter().flatten().collect::<Vec<_>>();
        let text = rule.map_or(Ok(edge.text), |rule| replaced(rule, edge, &manifests()))?;
        let is_ruled = rule.is_some_and(|rule| rule.name == edge.name && rule.value != "*");
        let broken = Broken { from, edge, text, rule: rule.filter(|_| is_ruled).map(|rule| rule.span) };
        let Some(to) = edge.to else { return self.fetched(broken, rule.filter(|_| is_ruled)) };
        let target = &tree.nodes[to];
        if tree.is_shrinkwrapped(to) {
            return Ok(None);
        }
        if edge.kind.is_peer() && target.parent == Some(from) && tree.nodes[from].parent.is_some() {
            return Ok(Some(broken));
        }
        let asks = |text: &str, rule| match fit(tree, self.settings, text, from, to, rule) {
            Fit::Yes => Ok(true),
            Fit::No => Ok(false),
            Fit::Refused(reason) => Err(reason),
        };
        let is_bundled = target.place.is_some_and(|place| place.is_bundled || place.has_shrinkwrap);
        let Some(rule) = rule.filter(|_| !is_bundled) else {
            let fits = asks(edge.text, None)?
                || self.second_chance(from, edge).map_or(Ok(false), |text| asks(text, None))?
                || self.is_only_warned_of(from, edge, to);
            return if fits { Ok(None) } else { self.fetched(broken, None) };
        };
        // As npm has it: the replaced text, or else what is written, unless that is a version the rule is about.
        let fits = asks(text, Some(rule).filter(|_| is_ruled))? || (asks(edge.text, None)? && !asks(rule.of, None)?);
        if fits { Ok(None) } else { self.fetched(broken, Some(rule).filter(|_| is_ruled)) }
    }

    /// What is not there as it is asked for is fetched, unless npm stops before.
    fn fetched<'e>(&self, broken: Broken<'e>, rule: Option<&Rule<'s>>) -> Result<Option<Broken<'e>>, String> {
        if let Some(reason) = refusal(broken.text) {
            return Err(reason);
        }
        if !name::is_valid(broken.edge.name) {
            return Err(format!("`{}` is not the name of a package", broken.edge.name));
        }
        let archive = archive_of(self.tree, broken.text, broken.from, rule);
        if let Some(archive) = archive.filter(|archive| !self.has_file(archive)) {
            return Err(format!("there is no {archive}"));
        }
        let version = broken.edge.to.and_then(|to| self.tree.version(to));
        if let Some((version, _)) = version.filter(|(version, _)| version::parse(version, Mode::Loose).is_none()) {
            return Err(format!("`{version}` of {} is not a version", broken.edge.name));
        }
        Ok(Some(broken))
    }

    fn has_file(&self, path: &str) -> bool {
        path::join(self.directory, path).is_none_or(|path| self.seen.around.files.has(&path))
    }

    /// Another range that `acceptDependencies` lets stand.
    fn second_chance(&self, from: usize, edge: &Edge<'_>) -> Option<&'s str> {
        self.root_of(from)?.at(&["acceptDependencies", edge.name])?.text()
    }

    /// Whether a peer contradicts what the root asks for itself, and npm says so and goes on: where others bring the
    /// package that wants it.
    fn is_only_warned_of(&self, from: usize, edge: &Edge<'_>, to: usize) -> bool {
        let range = |text: &str| Range::parse(Specifier::of(text).wanted()?, Mode::Loose);
        let own = self.tree.nodes[ROOT].edges.iter().find(|own| own.to == Some(to));
        let ranges = own.and_then(|own| range(own.text)).zip(range(edge.text));
        edge.kind.is_peer() && ranges.is_some_and(|(own, peer)| !own.intersects(&peer)) && !self.is_chosen(from)
    }

    /// Whether the project itself asks for a package, or for one of which it is a peer.
    fn is_chosen(&self, node: usize) -> bool {
        let mut seen = std::collections::BTreeSet::from([node]);
        let mut pending = vec![node];
        while let Some(at) = pending.pop() {
            for (asker, other) in self.tree.nodes.iter().enumerate() {
                for edge in other.edges.iter().filter(|edge| edge.to == Some(at)) {
                    if asker == ROOT || self.is_member(asker) {
                        return true;
                    }
                    if edge.kind.is_peer() && seen.insert(asker) {
                        pending.push(asker);
                    }
                }
            }
        }
        false
    }

    /// Whether what is asked for lies further up, hidden by another version in the package's own folder. npm takes
    /// the hiding one away, and changes the other only where a newer release answers.
    fn is_answered_above(&self, broken: &Broken<'_>) -> bool {
        let Some(to) = broken.edge.to.filter(|to| self.tree.nodes[*to].parent == Some(broken.from)) else {
            return false;
        };
        let above = self.tree.above(broken.from).and_then(|above| self.tree.resolve(above, broken.edge.name));
        let fits = |above| fit(self.tree, self.settings, broken.text, broken.from, above, None) == Fit::Yes;
        !broken.edge.kind.is_peer() && broken.from != ROOT && above.is_some_and(|above| above != to && fits(above))
    }

    /// Whether npm lets a version stand that was edited by hand: it fetches the package anew, finds the archive
    /// that is locked already, and takes its copy away again. That is so where the requirement admits the
    /// version of the archive, the written one is higher, and the copy would lie deeper.
    fn is_let_stand(&self, broken: &Broken<'_>) -> bool {
        let Some((to, place)) = broken.edge.to.and_then(|to| Some((to, self.tree.nodes[to].place?))) else {
            return false;
        };
        let lies_in_own = self.tree.nodes[to].parent == Some(broken.from) || broken.edge.kind.is_peer();
        let resolved = place.resolved.as_ref().filter(|_| !lies_in_own && place.is_hashed());
        let archive = resolved.and_then(|of| archive_version(&of.text, place.package()));
        let archive = archive.and_then(|text| version::parse(text, Mode::Loose));
        let written = place.version.as_ref().and_then(|of| version::parse(&of.text, Mode::Loose));
        let wanted = Specifier::of(broken.text).wanted().and_then(|text| Range::parse(text, Mode::Loose));
        let (Some(archive), Some(written), Some(wanted)) = (archive, written, wanted) else { return false };
        written > archive && wanted.admits(&archive)
    }
}
