//! Packages of Node that stand where something else is asked for, which the tools' own checks let pass.
//!
//! A tool follows the address in its lockfile; whether the manifest asks for that address it only looks at where the
//! requirement itself is an address.

use crate::address;
use crate::facts::{Link, LockedPackage};
use crate::node::specifier::Specifier;
use crate::source::Span;
use crate::value::Value;

/// A locked package as it was found in the place of a requirement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) link: Link<LockedPackage>,
    pub(super) fact: &'a LockedPackage,
    /// The name it is looked up by.
    pub(super) sought: &'a str,
    /// The place of what it is.
    pub(super) span: Span,
}

impl Found<'_> {
    /// What it is, where none of the requirements that lead to it asks for that. Without requirements nothing is said.
    pub(super) fn unasked<'t>(
        self,
        asked: impl Iterator<Item = &'t str> + Clone,
    ) -> Option<(Link<LockedPackage>, Value<String>)> {
        asked.clone().next()?;
        let all_of_registry = || asked.clone().all(|text| Specifier::of(text).wanted().is_some());
        let is_alias = |text: &str| matches!(Specifier::of(text), Specifier::Alias { package, .. } if package == self.fact.contents.package);
        let is_renamed = self.fact.contents.package != self.sought && all_of_registry() && !asked.clone().any(is_alias);
        let shown = match self.fact.contents.source {
            "git" | "url" if all_of_registry() => {
                let place =
                    self.fact.contents.location.as_deref().or(self.fact.contents.host.known().map(|host| &**host))?;
                address::without_credentials(place)
            }
            "registry" if is_renamed => {
                let version = self.fact.contents.version.known().map_or("", |version| &**version);
                format!("{} {version}", self.fact.contents.package)
            }
            _ => return None,
        };
        let contents = &self.fact.contents;
        let place = contents.placed(&contents.host).span.filter(|_| contents.source != "registry");
        Some((self.link, Value::written(shown, place.unwrap_or(self.span))))
    }
}
