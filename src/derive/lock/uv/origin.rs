//! Where requirements are to come from: the sources of `[tool.uv]` and addresses within a requirement.

use super::ask::{Ask, Origin, index_address, inner_path, normal, repository_address};
use super::lower::{Lowered, Lowering, Trouble, refused};
use super::workspace::Member;
use crate::python::{Requirement, Specifier, name};
use crate::source::Span;
use crate::syntax::Node;

impl<'a> Lowering<'a> {
    /// A requirement as it stands, its inline address taken apart.
    pub(super) fn inline(&self, plain: Ask, requirement: &Requirement) -> Lowered<Ask> {
        let Some(url) = &requirement.url else { return Ok(plain) };
        let (address, fragment) = url.split_once('#').map_or((url.as_str(), ""), |(address, rest)| (address, rest));
        let part = |key: &str| {
            fragment.split('&').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('=')).map(str::to_owned)
        };
        let origin = if let Some(git) = address.strip_prefix("git+") {
            let path_start = git.find("://").map_or(0, |at| at + 3);
            let (repository, revision) = match git[path_start..].rfind('@').map(|at| path_start + at) {
                Some(at) if git[path_start..at].contains('/') => (&git[..at], Some(git[at + 1..].to_owned())),
                _ => (git, None),
            };
            Origin::Git {
                repository: repository_address(repository),
                reference: revision.map(|name| ("rev".to_owned(), name)),
                inside: part("subdirectory").map(|path| format!("subdirectory={}", inner_path(&path))),
                lfs: part("lfs").is_some_and(|value| value.eq_ignore_ascii_case("true")),
            }
        } else if address.contains("://") && !address.starts_with("file:") {
            Origin::Url { address: index_address(address), subdirectory: part("subdirectory") }
        } else {
            self.inline_path(address, plain.span)?
        };
        Ok(Ask { origin, specifier: Specifier::default(), ..plain })
    }

    /// A path within a requirement. uv knows no directory that a relative one could start from, but
    /// replaces `${PROJECT_ROOT}` by the root of the project.
    fn inline_path(&self, address: &str, span: Option<Span>) -> Lowered<Origin> {
        let path = address.strip_prefix("file:").unwrap_or(address);
        let path = path.strip_prefix("//").filter(|_| path != address).unwrap_or(path);
        let rooted = path.trim_start_matches('/').strip_prefix("${PROJECT_ROOT}");
        if let Some(inner) = rooted {
            return Ok(self.place(self.realm.root.directory, inner.trim_start_matches('/'), None, None));
        }
        if path.contains("${") {
            return Err(Trouble::Unknown(format!("{address} depends on the environment")));
        }
        let is_absolute = path.starts_with('/') || path.get(1..2) == Some(":");
        match span.filter(|_| !is_absolute) {
            Some(span) => {
                let message = format!("{path} does not say where it starts; file:///${{PROJECT_ROOT}}/{path} does");
                Err(Trouble::Refused(message, span))
            }
            None => Ok(self.place(self.project.directory, path, None, None)),
        }
    }

    pub(super) fn source(
        &self,
        table: Node<'a>,
        base: &str,
        requirement: &Requirement,
    ) -> Lowered<(Origin, Specifier)> {
        let text = |key: &str| table.get(key).and_then(Node::text);
        let none = Specifier::default();
        if let Some(git) = text("git") {
            let reference = ["rev", "tag", "branch"].into_iter().find_map(|key| Some((key, text(key)?)));
            let reference = reference.map(|(key, value)| (key.to_owned(), value.to_owned()));
            let inside = ["subdirectory", "path"].into_iter().find_map(|key| Some((key, text(key)?)));
            let inside = inside.map(|(key, path)| format!("{key}={}", inner_path(path)));
            let lfs = table.get("lfs").and_then(Node::bool).unwrap_or(false);
            return Ok((Origin::Git { repository: repository_address(git), reference, inside, lfs }, none));
        }
        if let Some(url) = text("url") {
            if url.contains('#') {
                return refused("the address of a source must have no fragment", table);
            }
            let subdirectory = text("subdirectory").map(str::to_owned);
            return Ok((Origin::Url { address: index_address(url), subdirectory }, none));
        }
        if let Some(path) = text("path") {
            let flag = |key: &str| table.get(key).and_then(Node::bool);
            let origin = self.place(base, path, flag("editable"), flag("package"));
            self.check_place(&origin, &requirement.name, table)?;
            return Ok((origin, none));
        }
        if let Some(index) = text("index") {
            let Some(address) = self.index(index) else {
                return refused(format!("there is no index called {index}"), table);
            };
            let project = self.project.name().unwrap_or_default();
            let of = |key: &str| text(key).map(name::normalize).unwrap_or_default();
            let (extra, group) = (of("extra"), of("group"));
            let group = if extra.is_empty() { group } else { String::new() };
            let conflict = (!extra.is_empty() || !group.is_empty()).then(|| format!("{project}/{extra}/{group}"));
            return Ok((Origin::Registry { index: Some(address), conflict }, requirement.specifier.clone()));
        }
        match table.get("workspace") {
            Some(node) if node.bool() == Some(true) => {
                self.member(node, &requirement.name).map(|origin| (origin, none))
            }
            Some(node) if node.bool() == Some(false) => refused("uv does not support `workspace = false`", node),
            Some(_) => Err(Trouble::Unknown(format!("{} comes from another workspace", requirement.name))),
            None => refused(format!("the source of {} is of no kind that uv knows", requirement.name), table),
        }
    }

    fn member(&self, node: Node<'a>, package: &str) -> Lowered<Origin> {
        let Some(member) = self.realm.members.get(package) else {
            return refused(format!("{package} is not a member of the workspace"), node);
        };
        let is_package = self.realm.is_package(package, member, self.releases);
        let editable = is_package && self.realm.required.get(package).copied().flatten().unwrap_or(true);
        Ok(Origin::Directory { path: normal("", member.directory), editable, is_virtual: !is_package })
    }

    /// A path inside the repository must lead to something.
    fn check_place(&self, origin: &Origin, package: &str, table: Node<'a>) -> Lowered<()> {
        let (Origin::Directory { path, .. } | Origin::Archive(path)) = origin else { return Ok(()) };
        if path.starts_with("..") || path.starts_with('/') || path.is_empty() {
            return Ok(());
        }
        let files = self.seen.around.files;
        if !files.has(path) && !files.has_directory(path) {
            return refused(format!("there is nothing at {path}, where {package} is to come from"), table);
        }
        Ok(())
    }

    /// A source that leads to a project of another name: uv notices once it has to lock again.
    pub(super) fn misnamed(&self) -> Option<(String, Span)> {
        let sources = self.project.sources().into_iter();
        let mut tables = sources.flat_map(|(package, tables)| tables.into_iter().map(move |of| (package.clone(), of)));
        tables.find_map(|(package, table)| {
            let path = normal(self.project.directory, table.get("path").and_then(Node::text)?);
            let name = self.project_at(&path)?.name().filter(|name| *name != package)?;
            Some((format!("{path} holds {name}, not {package}"), table.span()))
        })
    }

    fn project_at(&self, directory: &str) -> Option<Member<'a>> {
        let facts = self.seen.facts;
        let manifest = self.seen.lookup.manifests_in(facts, directory, "pyproject").next()?;
        Member::of(facts, manifest)
    }

    /// A path: a directory, or an archive when it has the ending of one.
    pub(super) fn place(&self, base: &str, path: &str, editable: Option<bool>, package: Option<bool>) -> Origin {
        let at = normal(base, path);
        if self.seen.around.files.has(&at) || is_archive(&at) {
            return Origin::Archive(at);
        }
        if editable == Some(true) {
            return Origin::Directory { path: at, editable: true, is_virtual: false };
        }
        let is_package = package.unwrap_or_else(|| {
            let found = self.project_at(&at);
            let stated = found.and_then(|member| member.uv(&["package"])).and_then(Node::bool);
            // Before 0.8 a project without a build backend was no package.
            let is_bare = found.is_some_and(|member| member.root.get("build-system").is_none());
            stated.unwrap_or(!(is_bare && self.releases.are_before(&[0, 8])))
        });
        Origin::Directory { path: at, editable: false, is_virtual: !is_package }
    }

    /// The address of a named index of the project or the root.
    fn index(&self, wanted: &str) -> Option<String> {
        [self.project, self.realm.root].into_iter().find_map(|member| {
            let mut indexes = member.uv(&["index"]).into_iter().flat_map(Node::items);
            let index = indexes.find(|index| index.get("name").and_then(Node::text) == Some(wanted))?;
            index.get("url").and_then(Node::text).map(index_address)
        })
    }
}

/// Whether a path ends like a wheel or a source archive that uv can read.
pub(super) fn is_archive(path: &str) -> bool {
    const ENDS: [&str; 13] = [
        ".whl",
        ".tar.gz",
        ".zip",
        ".tar.bz2",
        ".tar.lz",
        ".tar.lzma",
        ".tar.xz",
        ".tar.zst",
        ".tar",
        ".tbz",
        ".tgz",
        ".tlz",
        ".txz",
    ];
    ENDS.iter().any(|end| path.ends_with(end))
}
