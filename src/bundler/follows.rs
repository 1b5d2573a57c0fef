//! What a git source follows.
//!
//! As `Bundler::Source::Git` of Bundler 2.3 reads its options: it checks out the `ref`, else the `branch`, else the `tag`,
//! and two sources are one when these and their branches agree (its `initialize` and `eql?`, read 2026-12-01).

/// The options of a git source that say what it follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Follows {
    /// `branch`.
    pub branch: Option<String>,
    /// `tag`.
    pub tag: Option<String>,
    /// `ref`.
    pub reference: Option<String>,
}

impl Follows {
    /// Takes an option; whether it is one of these.
    pub fn take(&mut self, key: &str, value: &str) -> bool {
        let option = match key {
            "branch" => &mut self.branch,
            "tag" => &mut self.tag,
            "ref" => &mut self.reference,
            _ => return false,
        };
        *option = Some(value.to_owned());
        true
    }

    /// Whether nothing is named: the default branch is followed.
    pub fn is_default(&self) -> bool {
        self.checked_out().is_none()
    }

    /// Whether Bundler takes both for one source.
    pub fn is_same(&self, other: &Self) -> bool {
        let named = |one: &Self| one.checked_out().map(|(_, value)| value.to_owned());
        named(self) == named(other) && self.branch == other.branch
    }

    /// How exactly it is stated: `default-branch`, `branch`, `tag`, `rev` or `short-rev`.
    pub fn form(&self) -> &'static str {
        match self.checked_out() {
            None => "default-branch",
            Some(("ref", commit)) if crate::pin::is_commit(commit) => "rev",
            Some(("ref", _)) => "short-rev",
            Some((key, _)) => key,
        }
    }

    /// In words: `ref 0123abc`.
    pub fn shown(&self) -> String {
        self.checked_out().map_or_else(|| "its default branch".to_owned(), |(key, value)| format!("{key} {value}"))
    }

    fn checked_out(&self) -> Option<(&'static str, &str)> {
        let options = [("ref", &self.reference), ("branch", &self.branch), ("tag", &self.tag)];
        options.into_iter().find_map(|(key, value)| Some((key, value.as_deref()?)))
    }
}
