//! A requirement as uv compares it: what a manifest asks for after its sources are applied, and
//! what `requires-dist` of a lockfile records.

use std::collections::BTreeSet;

use crate::address;
use crate::facts::{Link, Manifest};
use crate::python::{Marker, Requirement, Specifier, name};
use crate::source::Span;
use crate::syntax::Node;

/// Where a requirement is to come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// A registry, or the one at this address; `conflict` names the extra or group that alone uses it.
    Registry { index: Option<String>, conflict: Option<String> },
    /// A git repository. The reference is its kind and name.
    Git { repository: String, reference: Option<(String, String)>, inside: Option<String>, lfs: bool },
    /// An archive at an address.
    Url { address: String, subdirectory: Option<String> },
    /// An archive in this repository, by its normalised path.
    Archive(String),
    /// A directory of this repository, by its normalised path.
    Directory { path: String, editable: bool, is_virtual: bool },
}

/// One requirement.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) name: String,
    pub(super) extras: BTreeSet<String>,
    pub(super) specifier: Specifier,
    pub(super) origin: Origin,
    pub(super) marker: Marker,
    /// The requirement as it is written, for people.
    pub(super) shown: String,
    pub(super) span: Option<Span>,
    /// The manifest that asks; none for what the lockfile records.
    pub(super) manifest: Option<Link<Manifest>>,
}

impl Ask {
    /// A requirement of a manifest, before its sources are applied.
    pub(super) fn of_requirement(requirement: &Requirement, shown: &str, span: Span, manifest: Link<Manifest>) -> Self {
        Self {
            name: requirement.name.clone(),
            extras: requirement.extras.clone(),
            specifier: requirement.specifier.clone(),
            origin: Origin::Registry { index: None, conflict: None },
            marker: requirement.marker.clone(),
            shown: shown.split_whitespace().collect::<Vec<_>>().join(" "),
            span: Some(span),
            manifest: Some(manifest),
        }
    }

    /// A requirement that the lockfile in `directory` records; `Err` is why it cannot be read.
    pub(super) fn of_recorded(node: Node<'_>, directory: &str) -> Result<Self, String> {
        let text = |key: &str| node.get(key).and_then(Node::text);
        let written = text("name").ok_or("a recorded requirement has no name")?;
        let extras: BTreeSet<String> =
            node.get("extras").into_iter().flat_map(Node::items).filter_map(Node::text).map(name::normalize).collect();
        let clauses = text("specifier").unwrap_or_default();
        let specifier = Specifier::parse(clauses).map_err(|error| format!("the recorded `{clauses}`: {error}"))?;
        let marker = match text("marker") {
            None => Marker::always(),
            Some(marker) => Marker::parse(marker).map_err(|error| format!("the recorded `{marker}`: {error}"))?,
        };
        let mut shown = name::normalize(written);
        if !extras.is_empty() {
            let list: Vec<&str> = extras.iter().map(String::as_str).collect();
            shown.push_str(&format!("[{}]", list.join(",")));
        }
        shown.push_str(clauses);
        for key in ["index", "git", "url", "path", "directory", "editable", "virtual"] {
            if let Some(place) = text(key) {
                shown.push_str(&format!(" ({key} {place})"));
            }
        }
        if let Some(marker) = text("marker") {
            shown.push_str(&format!("; {marker}"));
        }
        Ok(Self {
            name: name::normalize(written),
            extras,
            specifier,
            origin: recorded_origin(node, directory),
            marker,
            shown,
            span: Some(node.span()),
            manifest: None,
        })
    }
}

fn recorded_origin(node: Node<'_>, directory: &str) -> Origin {
    let text = |key: &str| node.get(key).and_then(Node::text);
    let tree =
        |path: &str, editable, is_virtual| Origin::Directory { path: normal(directory, path), editable, is_virtual };
    if let Some(git) = text("git") {
        return recorded_git(git);
    }
    if let Some(url) = text("url") {
        let subdirectory = text("subdirectory").map(str::to_owned);
        return Origin::Url { address: index_address(url), subdirectory };
    }
    if let Some(path) = text("path") {
        return Origin::Archive(normal(directory, path));
    }
    match (text("directory"), text("editable"), text("virtual")) {
        (Some(path), ..) => tree(path, false, false),
        (_, Some(path), _) => tree(path, true, false),
        (_, _, Some(path)) => tree(path, false, true),
        _ => Origin::Registry {
            index: text("index").map(index_address),
            conflict: node.get("conflict").map(|conflict| {
                let part = |key: &str| conflict.get(key).and_then(Node::text).map(name::normalize).unwrap_or_default();
                format!("{}/{}/{}", part("package"), part("extra"), part("group"))
            }),
        },
    }
}

/// `https://host/path?subdirectory=x&rev=y`, as a lockfile writes it.
fn recorded_git(text: &str) -> Origin {
    let text = text.split('#').next().unwrap_or(text);
    let (front, query) = text.split_once('?').unwrap_or((text, ""));
    let (mut reference, mut inside, mut lfs) = (None, None, false);
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let value = unescaped(value);
        match key {
            "rev" | "tag" | "branch" => reference = Some((key.to_owned(), value)),
            "subdirectory" | "path" => inside = Some(format!("{key}={}", inner_path(&value))),
            "lfs" => lfs = value.eq_ignore_ascii_case("true"),
            _ => {}
        }
    }
    Origin::Git { repository: repository_address(front), reference, inside, lfs }
}

/// Percent escapes and `+` of a query, undone.
fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// An address of a git repository without credentials; `git@` is none to ssh.
pub(super) fn repository_address(text: &str) -> String {
    let plain = text.strip_prefix("git+").unwrap_or(text);
    match plain.strip_prefix(SSH).map(|rest| index_address(&format!("ssh://{rest}"))) {
        Some(address) => address.replacen("ssh://", SSH, 1),
        None => index_address(plain),
    }
}

const SSH: &str = "ssh://git@";

/// An address without credentials and the usual port, with its scheme and host in lower case.
pub(super) fn index_address(text: &str) -> String {
    let plain = address::without_credentials(text.trim());
    let Some((scheme, rest)) = plain.split_once("://") else { return plain };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (scheme, host) = (scheme.to_ascii_lowercase(), host.to_ascii_lowercase());
    let usual_port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    let host = host.strip_suffix(usual_port).unwrap_or(&host);
    // A path is never empty in a parsed address.
    let path = if path.is_empty() { "/" } else { path };
    format!("{scheme}://{host}{path}")
}

/// A path inside a repository, part by part: a leading `./` counts, other `.` and doubled slashes do not.
pub(super) fn inner_path(path: &str) -> String {
    let parts = path.split('/').enumerate().filter(|(at, part)| !part.is_empty() && (*at == 0 || *part != "."));
    parts.map(|(_, part)| part).collect::<Vec<_>>().join("/")
}

/// `path` seen from `directory`, from the root of the repository, without `.` and inner `..`.
/// Paths out of the repository keep their leading `..`; absolute ones stay as they are.
pub(super) fn normal(directory: &str, path: &str) -> String {
    let path = path.strip_prefix("file://").unwrap_or(path);
    let is_absolute = path.starts_with('/') || path.get(1..3).is_some_and(|drive| matches!(drive, ":/" | ":\\"));
    let mut parts: Vec<&str> = Vec::new();
    let from: &str = if is_absolute { "" } else { directory };
    for part in from.split('/').chain(path.split(['/', '\\'])) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if is_absolute && path.starts_with('/') { format!("/{joined}") } else { joined }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_addresses_have_one_spelling() {
        for (directory, path, expected) in [
            ("svc", "./libs/x/../a/", "svc/libs/a"),
            ("svc/app", "../../libs", "libs"),
            ("", "../other", "../other"),
            ("svc", ".", "svc"),
            ("svc", "/opt/lib", "/opt/lib"),
        ] {
            assert_eq!(normal(directory, path), expected);
        }
        assert_eq!(index_address("HTTPS://user:secret@Index.Example.com/Simple"), "https://index.example.com/Simple");
        assert_eq!(index_address("https://index.example.com:443"), "https://index.example.com/");
        assert_eq!(repository_address("git+https://u:p@git.example.com/a.git/"), "https://git.example.com/a.git/");
        assert_eq!(repository_address("ssh://git@Git.example.com/a"), "ssh://git@git.example.com/a");
        assert_eq!((inner_path("./a//b/./c/"), inner_path("a/")), ("./a/b/c".to_owned(), "a".to_owned()));
        assert_eq!(
            recorded_git("https://git.example.com/a.git?subdirectory=x%2Fy&branch=main#abc"),
            Origin::Git {
                repository: "https://git.example.com/a.git".to_owned(),
                reference: Some(("branch".to_owned(), "main".to_owned())),
                inside: Some("subdirectory=x/y".to_owned()),
                lfs: false,
            }
        );
    }
}
