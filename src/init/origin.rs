//! Where the action and the hooks of reproof come from, and at which release.

/// A repository and a reference in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    repository: String,
    reference: String,
}

/// What stands for the repository until the user names one.
const OWNER: &str = "OWNER/reproof";

impl Default for Origin {
    fn default() -> Self {
        Self { repository: OWNER.to_owned(), reference: concat!("v", env!("CARGO_PKG_VERSION")).to_owned() }
    }
}

impl Origin {
    /// Reads `OWNER/NAME@REV`, or `URL@REV` for hooks; `None` when it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let (repository, reference) = text.rsplit_once('@')?;
        // Both end up in YAML: nothing that could end a scalar or begin a comment.
        let is_plain = |text: &str, more: &str| {
            let starts_well = text.starts_with(|c: char| c.is_ascii_alphanumeric() || "/.".contains(c));
            starts_well && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c) || more.contains(c))
        };
        let is_sound = repository.contains('/') && is_plain(repository, ":~+%@") && is_plain(reference, "+");
        is_sound.then(|| Self { repository: repository.to_owned(), reference: reference.to_owned() })
    }

    /// Whether the owner is still to be filled in.
    pub fn is_placeholder(&self) -> bool {
        self.repository == OWNER
    }

    /// What a workflow's `uses:` takes: only for repositories of the same forge.
    pub fn uses(&self) -> Option<String> {
        let is_name = self.repository.split('/').count() == 2 && !self.repository.contains(':');
        (is_name && !self.repository.starts_with(['/', '.'])).then(|| format!("{}@{}", self.repository, self.reference))
    }

    /// The `repo:` of a hook.
    pub fn url(&self) -> String {
        if self.uses().is_some() { format!("https://github.com/{}", self.repository) } else { self.repository.clone() }
    }

    /// The tag, branch or commit.
    pub fn reference(&self) -> &str {
        &self.reference
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn names_addresses_and_folders() {
        for (text, uses, url) in [
            ("acme/reproof@v1.2", Some("acme/reproof@v1.2"), Some("https://github.com/acme/reproof")),
            ("https://git.example.com/x/reproof@v1", None, Some("https://git.example.com/x/reproof")),
            ("git@git.example.com:x/reproof@v1", None, Some("git@git.example.com:x/reproof")),
            ("../reproof@abc", None, Some("../reproof")),
            ("acme/reproof", None, None),
            ("acme/reproof@v1 # x", None, None),
            ("acme/re\nproof@v1", None, None),
            ("reproof@v1", None, None),
            ("acme/reproof@", None, None),
        ] {
            let origin = Origin::parse(text);
            assert_eq!(origin.as_ref().and_then(Origin::uses).as_deref(), uses, "{text}");
            assert_eq!(origin.as_ref().map(Origin::url).as_deref(), url, "{text}");
        }
    }
}
