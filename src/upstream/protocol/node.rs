//! npm's packuments: the abbreviated one where days are not needed, else the full one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Detail, Request, not_json};
use crate::day::Day;
use crate::upstream::hash::{Algorithm, Hash};
use crate::upstream::package::{Offered, Package, Release, Requirement, Standing};

#[derive(Deserialize)]
struct Packument<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    versions: BTreeMap<Cow<'a, str>, Entry<'a>>,
    #[serde(borrow, default, rename = "dist-tags")]
    tags: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    #[serde(default)]
    time: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    #[serde(borrow, default)]
    dist: Option<Dist<'a>>,
    #[serde(default)]
    deprecated: Option<Value>,
    #[serde(default)]
    engines: Option<Value>,
    #[serde(default)]
    dependencies: Option<Value>,
    #[serde(default)]
    optional_dependencies: Option<Value>,
}

#[derive(Deserialize)]
struct Dist<'a> {
    #[serde(borrow, default)]
    integrity: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    shasum: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tarball: Option<Cow<'a, str>>,
}

/// The question for a name, `@scope/name` as one part of the path.
pub(super) fn request(name: &str, detail: Detail) -> Option<Request> {
    let is_part = |part: &str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~!*'()".contains(&byte);
        !part.is_empty() && part != "." && part != ".." && part.bytes().all(is_plain)
    };
    let path = match name.strip_prefix('@') {
        Some(scoped) => {
            let (scope, rest) = scoped.split_once('/')?;
            (is_part(scope) && is_part(rest)).then(|| format!("@{scope}%2f{rest}"))?
        }
        None => is_part(name).then(|| name.to_owned())?,
    };
    let accept = match detail {
        Detail::Files => "application/vnd.npm.install-v1+json, application/json;q=0.8",
        Detail::Dates => "application/json",
    };
    Some(Request { path, accept })
}

/// Reads an answer.
pub(super) fn parse(name: &str, body: &[u8]) -> Result<Package, String> {
    let answer: Packument<'_> = serde_json::from_slice(body).map_err(|error| not_json(&error))?;
    if answer.name != name {
        return Err(format!("it answered for `{}`", answer.name));
    }
    let published = |version: &str| answer.time.get(version).and_then(Value::as_str).and_then(Day::parse);
    let releases: Vec<Release> =
        answer.versions.iter().map(|(version, entry)| release(name, version, entry, published(version))).collect();
    let tagged_latest: Option<Box<str>> = answer.tags.get("latest").map(|version| version.as_ref().into());
    let latest =
        tagged_latest.as_deref().and_then(|latest| releases.iter().find(|release| &*release.version == latest));
    let standing_reason = latest.and_then(|release| release.deprecated.clone());
    let standing = standing_reason.is_some().then_some(Standing::Deprecated);
    Ok(Package { name: name.into(), standing, standing_reason, tagged_latest, releases })
}

fn release(name: &str, version: &str, entry: &Entry<'_>, published: Option<Day>) -> Release {
    let deprecated = match &entry.deprecated {
        Some(Value::String(reason)) if !reason.is_empty() => Some(reason.as_str()),
        Some(Value::Bool(true)) => Some("deprecated"),
        _ => None,
    };
    let engines = entry.engines.as_ref().and_then(|engines| engines.get("node")).and_then(Value::as_str);
    Release {
        published,
        deprecated: deprecated.map(Into::into),
        runtime: engines.map(Into::into),
        requirements: Some(requirements(entry)),
        files: entry.dist.iter().map(|dist| offered(name, version, dist)).collect(),
        ..Release::new(version)
    }
}

fn requirements(entry: &Entry<'_>) -> Vec<Requirement> {
    let of = |table: &Option<Value>| table.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
    let optional = of(&entry.optional_dependencies);
    let asked = of(&entry.dependencies).into_iter().filter_map(|(package, range)| {
        Some(Requirement {
            is_optional: optional.contains_key(&package),
            package: package.into(),
            range: range.as_str()?.into(),
        })
    });
    asked.collect()
}

fn offered(name: &str, version: &str, dist: &Dist<'_>) -> Offered {
    let mut hashes = dist.integrity.as_deref().map(Hash::integrity).unwrap_or_default();
    let sha1 = dist.shasum.as_deref().and_then(|digits| Hash::from_hex(Algorithm::Sha1, digits));
    hashes.extend(sha1.filter(|_| !hashes.iter().any(|hash| hash.algorithm == Algorithm::Sha1)));
    let last = name.rsplit('/').next().unwrap_or(name);
    Offered {
        hashes,
        address: dist.tarball.as_deref().map(Into::into),
        ..Offered::new(&format!("{last}-{version}.tgz"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn packuments_become_releases() {
        let body = r#"{"name": "@shop/cart", "dist-tags": {"latest": "2.0.0"},
            "time": {"created": "2020-01-01T00:00:00.000Z", "1.0.0": "2020-01-02T00:00:00.000Z", "unpublished": {"name": "x"}},
            "versions": {
              "1.0.0": {"dist": {"shasum": "da39a3ee5e6b4b0d3255bfef95601890afd80709", "tarball": "t"},
                        "dependencies": {"left": "^1", "right": "~2"}, "optionalDependencies": {"right": "~2"},
                        "engines": ["node"]},
              "2.0.0": {"dist": {"integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="}, "deprecated": "use mart",
                        "engines": {"node": ">=18"}}}}"#;
        let package = parse("@shop/cart", body.as_bytes()).unwrap();
        let [first, second] = &package.releases[..] else { panic!("two releases") };
        assert_eq!(first.files[0].hashes, second.files[0].hashes);
        assert_eq!(
            (&*first.files[0].name, first.published.unwrap().to_string().as_str()),
            ("cart-1.0.0.tgz", "2020-01-02")
        );
        let optional: Vec<bool> = first.requirements.as_ref().unwrap().iter().map(|of| of.is_optional).collect();
        assert_eq!(optional, [false, true]);
        assert_eq!((second.deprecated.as_deref(), second.runtime.as_deref()), (Some("use mart"), Some(">=18")));
        assert_eq!((package.standing, second.published), (Some(Standing::Deprecated), None));
    }

    #[test]
    fn what_is_no_name_is_not_asked_for() {
        for name in ["../x", "a/b", "@a", "@a/../b", "", "a b", "a?b", "a#b", "@/b", "..", "a%2f"] {
            assert_eq!(request(name, Detail::Files), None, "{name}");
        }
        assert_eq!(request("@a/b.c", Detail::Dates).unwrap().path, "@a%2fb.c");
        assert!(parse("a", br#"{"name": "b"}"#).is_err());
    }
}
