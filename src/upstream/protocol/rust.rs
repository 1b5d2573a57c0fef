//! Cargo's sparse index: one line of JSON a release.

use std::borrow::Cow;

use serde::Deserialize;

use super::{Request, not_json};
use crate::day::Day;
use crate::upstream::hash::{Algorithm, Hash};
use crate::upstream::package::{Offered, Package, Release, Requirement, Withdrawal};

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    vers: Cow<'a, str>,
    #[serde(borrow, default)]
    cksum: Cow<'a, str>,
    #[serde(default)]
    yanked: bool,
    #[serde(borrow, default)]
    rust_version: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pubtime: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    deps: Vec<Dependency<'a>>,
}

#[derive(Deserialize)]
struct Dependency<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    req: Cow<'a, str>,
    #[serde(default)]
    optional: bool,
    #[serde(borrow, default)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    package: Option<Cow<'a, str>>,
}

/// The question for a name.
pub(super) fn request(name: &str) -> Option<Request> {
    let path = tame_index::KrateName::cargo(name).ok()?.relative_path(Some('/'));
    Some(Request { path, accept: "text/plain, */*;q=0.5" })
}

/// Reads an answer.
pub(super) fn parse(name: &str, body: &[u8]) -> Result<Package, String> {
    let mut releases = Vec::new();
    for line in body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()) {
        let line: Line<'_> = serde_json::from_slice(line).map_err(|error| not_json(&error))?;
        if !is_same(&line.name, name) {
            return Err(format!("it answered for `{}`", line.name));
        }
        releases.push(release(&line));
    }
    if releases.is_empty() {
        return Err("its answer is empty".to_owned());
    }
    Ok(Package { name: name.into(), releases, ..Package::default() })
}

/// Cargo finds a crate by another spelling of its name too.
fn is_same(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.replace('_', "-").to_ascii_lowercase();
    plain(one) == plain(other)
}

fn release(line: &Line<'_>) -> Release {
    let hashes = Hash::from_hex(Algorithm::Sha256, &line.cksum).into_iter().collect();
    let withdrawal = if line.yanked { Withdrawal::Yanked("".into()) } else { Withdrawal::Offered };
    // Those of tests and examples do not hold anything back.
    let needed = line.deps.iter().filter(|dependency| dependency.kind.as_deref() != Some("dev"));
    let requirement = |dependency: &Dependency<'_>| Requirement {
        package: dependency.package.as_deref().unwrap_or(&dependency.name).into(),
        range: dependency.req.as_ref().into(),
        is_optional: dependency.optional,
    };
    Release {
        published: line.pubtime.as_deref().and_then(Day::parse),
        withdrawal: withdrawal.clone(),
        runtime: line.rust_version.as_deref().map(Into::into),
        requirements: Some(needed.map(requirement).collect()),
        files: vec![Offered { hashes, withdrawal, ..Offered::new(&format!("{}-{}.crate", line.name, line.vers)) }],
        ..Release::new(&line.vers)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn lines_become_releases() {
        let sum = "0".repeat(64);
        let body = format!(
            "{{\"name\":\"Tool\",\"vers\":\"0.1.0\",\"cksum\":\"{sum}\",\"yanked\":true,\"deps\":[{{\"name\":\"a\",\"req\":\"^1\",\"kind\":\"dev\"}},{{\"name\":\"b\",\"req\":\"^2\",\"package\":\"c\",\"optional\":true}}],\"pubtime\":\"2026-01-02T03:04:05Z\"}}\n\n{{\"name\":\"tool\",\"vers\":\"0.2.0\",\"cksum\":\"short\"}}\n"
        );
        let package = parse("tool", body.as_bytes()).unwrap();
        let [first, second] = &package.releases[..] else { panic!("two releases") };
        assert!(first.withdrawal.is_yanked() && !second.withdrawal.is_yanked());
        assert_eq!(&*first.requirements.as_ref().unwrap()[0].package, "c");
        assert_eq!((first.published.unwrap().to_string().as_str(), second.published), ("2026-01-02", None));
        assert_eq!((first.files[0].hashes.len(), second.files[0].hashes.len()), (1, 0));
    }

    #[test]
    fn what_is_no_answer() {
        for (body, reason) in [
            ("", "its answer is empty"),
            ("{\"name\":\"other\",\"vers\":\"1.0.0\"}", "it answered for `other`"),
            ("{\"name\":\"tool\",\"vers\":\"1.0", "its answer is cut off"),
        ] {
            assert_eq!(parse("tool", body.as_bytes()).unwrap_err(), reason);
        }
        assert_eq!(request("../x"), None);
        assert_eq!(request("Serde").unwrap().path, "se/rd/serde");
        assert_eq!(request("abc").unwrap().path, "3/a/abc");
    }
}
