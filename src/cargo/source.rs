//! Where a crate comes from, in a form in which two spellings of one place are equal.
//!
//! The comparison follows Cargo's own (`CanonicalUrl` and the order of `SourceId`, Cargo
//! 1.95): kind, canonical address and git reference count, the locked commit does not.

use cargo_lock::package::{GitReference, SourceId, SourceKind};

/// A source of crates.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A directory of the repository, from its root.
    Path(String),
    /// The registry that Cargo uses when nothing is said.
    DefaultRegistry,
    /// A registry with an index in a git repository, by canonical address.
    Registry(String),
    /// A registry with a sparse index, by canonical address.
    SparseRegistry(String),
    /// A registry that a manifest names and no settings file of the repository describes.
    NamedRegistry(String),
    /// A git repository by canonical address, and what is followed there.
    Git(String, GitReference),
}

impl Source {
    /// The word for it in facts.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Path(_) => "path",
            Self::DefaultRegistry | Self::Registry(_) | Self::SparseRegistry(_) | Self::NamedRegistry(_) => "registry",
            Self::Git(..) => "git",
        }
    }

    /// Whether both are at one address, whatever is followed there: so `[patch]` tables name sources.
    pub fn same_address(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Git(url, _) | Self::Registry(url), Self::Git(other, _) | Self::Registry(other)) => url == other,
            _ => self == other,
        }
    }

    /// How a message names it.
    pub fn describe(&self) -> String {
        match self {
            Self::Path(directory) if directory.is_empty() => "the root directory".to_owned(),
            Self::Path(directory) => format!("directory {directory}"),
            Self::DefaultRegistry => "the default registry".to_owned(),
            Self::Registry(url) | Self::SparseRegistry(url) => format!("registry {url}"),
            Self::NamedRegistry(name) => format!("registry {name}"),
            Self::Git(url, reference) => match reference_word(reference) {
                ("default-branch", _) => format!("git {url}"),
                (word, value) => format!("git {url} ({word} {value})"),
            },
        }
    }
}

/// A source as a lockfile spells it: the source and, for git, the locked commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedSource {
    /// The source.
    pub source: Source,
    /// The commit after the `#`.
    pub commit: Option<String>,
    /// The host of its address, in lower case.
    pub host: Option<String>,
    /// The scheme of its address.
    pub scheme: String,
}

/// Reads the `source` of a lockfile; `None` when Cargo would refuse it.
pub fn locked(text: &str) -> Option<LockedSource> {
    let id = SourceId::from_url(text).ok()?;
    let commit = id.is_git().then(|| id.precise().map(str::to_owned)).flatten();
    let host = id.url().host_str().map(str::to_lowercase);
    Some(LockedSource { source: canonical(&id), commit, host, scheme: id.url().scheme().to_owned() })
}

/// The source of a git requirement; `None` when the address is none that Cargo accepts.
pub fn git(url: &str, reference: GitReference) -> Option<Source> {
    let id = SourceId::from_url(&format!("git+{url}")).ok()?;
    (!id.url().cannot_be_a_base()).then(|| Source::Git(canonical_url(&id), reference))
}

/// The source of a registry by the address of its index, as settings and `registry-index` spell it.
pub fn registry(index: &str) -> Option<Source> {
    let id = if index.starts_with("sparse+") {
        SourceId::from_url(index)
    } else {
        SourceId::from_url(&format!("registry+{index}"))
    };
    id.ok().filter(|id| !id.url().cannot_be_a_base()).map(|id| canonical(&id))
}

/// What a git reference is called in facts, and its value.
pub fn reference_word(reference: &GitReference) -> (&'static str, &str) {
    match reference {
        GitReference::DefaultBranch => ("default-branch", ""),
        GitReference::Tag(value) => ("tag", value),
        GitReference::Branch(value) => ("branch", value),
        GitReference::Rev(value) => ("rev", value),
    }
}

fn canonical(id: &SourceId) -> Source {
    let url = canonical_url(id);
    match id.kind() {
        SourceKind::Git(reference) => Source::Git(url, reference.clone()),
        SourceKind::Path => Source::Path(id.url().path().to_owned()),
        SourceKind::SparseRegistry => Source::SparseRegistry(url),
        _ if url == canonical_url(&SourceId::default()) => Source::DefaultRegistry,
        _ => Source::Registry(url),
    }
}

/// The host whose paths Cargo compares without regard to case and scheme.
const CASELESS_HOST: &str = "github.com";

fn canonical_url(id: &SourceId) -> String {
    let url = id.url();
    let path = url.path().strip_suffix('/').unwrap_or(url.path());
    let host = url.host_str().unwrap_or("");
    let caseless = host == CASELESS_HOST;
    let path = if caseless { path.to_lowercase() } else { path.to_owned() };
    let path = path.strip_suffix(".git").unwrap_or(&path);
    let scheme = if caseless { "https" } else { url.scheme() };
    let user = match url.username() {
        "" => String::new(),
        name => format!("{name}@"),
    };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{scheme}://{user}{host}{port}{path}{query}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn spellings_of_one_repository_are_equal() {
        let same = [
            "https://git.example.com/team/tool",
            "https://git.example.com/team/tool/",
            "https://git.example.com/team/tool.git",
            "https://GIT.example.com/team/tool",
        ];
        for url in same {
            assert_eq!(git(url, GitReference::DefaultBranch), git(same[0], GitReference::DefaultBranch), "{url}");
        }
        let other = git("https://git.example.com/Team/tool", GitReference::DefaultBranch);
        assert_ne!(other, git(same[0], GitReference::DefaultBranch));
        assert_eq!(git("git@git.example.com:team/tool", GitReference::DefaultBranch), None);
        let (upper, lower) = (format!("http://{CASELESS_HOST}/A/B"), format!("https://{CASELESS_HOST}/a/b.git"));
        assert_eq!(git(&upper, GitReference::DefaultBranch), git(&lower, GitReference::DefaultBranch));
    }

    #[test]
    fn locked_sources() {
        let branch =
            locked("git+https://git.example.com/t?branch=main#0123456789abcdef0123456789abcdef01234567").unwrap();
        assert_eq!(branch.source, git("https://git.example.com/t", GitReference::Branch("main".into())).unwrap());
        assert_eq!(branch.commit.as_deref(), Some("0123456789abcdef0123456789abcdef01234567"));
        let sparse = locked("sparse+https://index.example.com/crates/").unwrap();
        assert_eq!(Some(sparse.source), registry("sparse+https://index.example.com/crates/"));
        assert_eq!(locked(&SourceId::default().to_string()).unwrap().source, Source::DefaultRegistry);
        assert_eq!(locked("nonsense"), None);
    }
}
