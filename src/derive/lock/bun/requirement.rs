//! One requirement against the package that the lockfile has for it.

use super::compare::Checking;
use super::project::Asked;
use crate::bun::lock::{GROUPS, Noted, PEER, Package};
use crate::node::range::Range;
use crate::node::specifier::Specifier;
use crate::node::version::{self, Mode};

impl Checking<'_> {
    /// One requirement: it must lead to a package that satisfies it.
    pub(super) fn requirement(&mut self, at: usize, asked: &Asked) {
        let lock = self.lock;
        let project = &self.projects[at];
        let Some(member) = lock.members.get(project.directory.as_str()) else { return };
        let recorded = member.asked.get(&(asked.group, Box::from(asked.name.as_str())));
        let elsewhere = (0..GROUPS.len()).find_map(|group| member.asked.get(&(group, Box::from(asked.name.as_str()))));
        let text = match self.resolved(asked) {
            Ok(text) => text,
            Err(message) => return self.refuse(message, asked.span),
        };
        if let Some(wanted) = text.strip_prefix("workspace:")
            && let Some(message) = self.no_workspace(&asked.name, wanted)
        {
            return self.refuse(message, asked.span);
        }
        let found = lock.find(&project.place, &asked.name);
        let shown = if text.is_empty() { "``" } else { &text };
        let Some((_, package)) = found else {
            let explanation = format!("{} {shown} is not in the lockfile", asked.name);
            return self.differ(
                at,
                "requirement",
                &asked.name,
                Some(asked.text.clone()),
                Some(asked.span),
                None,
                explanation,
            );
        };
        let is_unchanged = recorded.or(elsewhere).is_some_and(|recorded| *recorded.text == *asked.text);
        let takes_any = asked.group == PEER && (is_unchanged || self.is_provided(at, &asked.name));
        if !is_unchanged && !takes_any && (text.is_empty() || is_tag(&text)) {
            // bun takes an empty text for the tag `latest`.
            let tag = if text.is_empty() { "latest" } else { &text };
            let reason = format!("which version of {} the tag {tag} names stands in the registry", asked.name);
            return self.outcome.undecided.push(reason);
        }
        if !takes_any && !self.satisfies(&text, package, is_unchanged) {
            let explanation = format!("{} {shown} is asked for, the lockfile has {}", asked.name, package.id.text);
            let id = package.id.clone();
            return self.differ(
                at,
                "requirement",
                &asked.name,
                Some(asked.text.clone()),
                Some(asked.span),
                Some(&id),
                explanation,
            );
        }
        let is_locked = |group: usize| member.asked.contains_key(&(group, Box::from(asked.name.as_str())));
        // bun tells this move alone apart: from a dependency that may be missing to a peer.
        let was_optional = is_locked(2) && !is_locked(0) && !is_locked(1) && !is_locked(3);
        if asked.group == PEER && was_optional && self.is_only_peer(at, &asked.name) {
            let explanation = format!("{} is a peer now, in the lockfile an optional dependency", asked.name);
            let text = Some(asked.text.clone());
            return self.differ(at, "requirement", &asked.name, text, Some(asked.span), elsewhere, explanation);
        }
        if recorded.is_none_or(|recorded| *recorded.text != *asked.text) {
            self.respelled(at, asked, recorded);
        }
    }

    /// Whether the project or the root asks for a package of this name by itself, so that a peer takes what there is.
    fn is_provided(&self, at: usize, name: &str) -> bool {
        !self.is_only_peer(at, name) || !self.is_only_peer(0, name)
    }

    fn is_only_peer(&self, at: usize, name: &str) -> bool {
        let root = self.projects[at].document.root();
        GROUPS[..3].iter().all(|group| root.at(&[group, name]).is_none())
    }

    /// A satisfied edit: stale for releases before 1.4.
    fn respelled(&mut self, at: usize, asked: &Asked, recorded: Option<&Noted>) {
        let explanation = format!("{} {} is not what the lockfile records of package.json", asked.name, asked.text);
        match self.compares_text {
            Some(true) => {
                let text = Some(asked.text.clone());
                self.differ(at, "requirement", &asked.name, text, Some(asked.span), recorded, explanation);
            }
            Some(false) => {}
            None => self.outcome.version_dependent.push(format!("{explanation} (stale before bun 1.4, fresh since)")),
        }
    }

    /// What is asked for after overrides and catalogs.
    pub(super) fn resolved(&self, asked: &Asked) -> Result<String, String> {
        let text = self.overrides.get(&asked.name).unwrap_or(&asked.text);
        let Some(catalog) = text.strip_prefix("catalog:") else { return Ok(text.clone()) };
        let key = (Box::from(catalog.trim()), Box::from(asked.name.as_str()));
        let entry = self.catalogs.get(&key).map(|entry| entry.text.to_string());
        entry.ok_or_else(|| format!("{} has no entry in the catalog", asked.name))
    }

    fn no_workspace(&self, name: &str, wanted: &str) -> Option<String> {
        let Some(member) = self.projects.iter().find(|project| project.name == name) else {
            return Some(format!("there is no workspace {name}"));
        };
        if matches!(wanted, "" | "*" | "^" | "~") {
            return None;
        }
        let range = Range::parse(wanted, Mode::Loose)?;
        let version = version::parse(&member.version, Mode::Loose)?;
        (!range.admits(&version)).then(|| format!("the workspace {name} is {version}, not {wanted}"))
    }

    fn satisfies(&self, text: &str, package: &Package, is_unchanged: bool) -> bool {
        if text.starts_with("workspace:") {
            return package.version().starts_with("workspace:");
        }
        let (name, text) = match text.strip_prefix("npm:") {
            Some(alias) => match alias.char_indices().skip(1).find(|(_, letter)| *letter == '@') {
                Some((at, _)) => (Some(&alias[..at]), &alias[at + 1..]),
                None => (Some(alias), "*"),
            },
            None => (None, text),
        };
        if name.is_some_and(|name| name != package.name()) {
            return false;
        }
        let own = package.version().starts_with("workspace:");
        let member = self.projects.iter().find(|project| own && project.name == package.name());
        let locked = member.map_or(package.version(), |member| member.version.as_str());
        match (Range::parse(text, Mode::Loose), version::parse(locked, Mode::Loose)) {
            (Some(_), _) if text.is_empty() => is_unchanged,
            (Some(range), Some(locked)) => range.admits(&locked),
            // A tag, a repository or a path: as it was, or else it has to be looked up.
            _ => is_unchanged || (own && member.is_some_and(|member| member.version.is_empty())),
        }
    }
}

/// Whether a text is the name of a version, such as `latest`.
fn is_tag(text: &str) -> bool {
    matches!(Specifier::of(text), Specifier::Tag(_))
}
