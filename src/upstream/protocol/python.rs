//! Python's simple API in JSON: PEP 691, with the sizes and days of PEP 700 and the standing of PEP 792.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Deserialize;

use super::{Request, not_json};
use crate::day::Day;
use crate::python::Version;
use crate::python::name::{is_valid, normalize};
use crate::python::wheel::{WheelName, source_version};
use crate::upstream::hash::{Algorithm, Hash};
use crate::upstream::package::{Offered, Package, Release, Standing, Withdrawal};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Answer<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    versions: Vec<Cow<'a, str>>,
    #[serde(borrow)]
    files: Vec<Entry<'a>>,
    #[serde(default)]
    project_status: Option<Status>,
    #[serde(default)]
    meta: Meta,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
struct Meta {
    #[serde(default)]
    project_status: Option<StatusWord>,
    #[serde(default)]
    project_status_reason: Option<String>,
}

/// PEP 792 in its final form is a table; a bare word was proposed before.
#[derive(Deserialize)]
#[serde(untagged)]
enum StatusWord {
    Word(String),
    Table(Status),
}

#[derive(Deserialize)]
struct Status {
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Entry<'a> {
    #[serde(borrow)]
    filename: Cow<'a, str>,
    #[serde(borrow, default)]
    url: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    hashes: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    #[serde(borrow, default)]
    requires_python: Option<Cow<'a, str>>,
    #[serde(default)]
    size: Option<u64>,
    #[serde(borrow, default)]
    upload_time: Option<Cow<'a, str>>,
    #[serde(default)]
    yanked: Option<Yanked>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Yanked {
    Flag(bool),
    Reason(String),
}

/// The question for a name.
pub(super) fn request(name: &str) -> Option<Request> {
    is_valid(name).then(|| Request {
        path: format!("{}/", normalize(name)),
        accept: "application/vnd.pypi.simple.v1+json, application/json;q=0.2",
    })
}

/// Reads an answer.
pub(super) fn parse(name: &str, body: &[u8]) -> Result<Package, String> {
    let answer: Answer<'_> = serde_json::from_slice(body).map_err(|error| not_json(&error))?;
    let name = normalize(name);
    if normalize(&answer.name) != name {
        return Err(format!("it answered for `{}`", answer.name));
    }
    let (standing, standing_reason) = standing(&answer);
    let mut releases: BTreeMap<String, Release> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    let mut enter = |version: &str| {
        let version = canonical(version);
        if !releases.contains_key(&version) {
            releases.insert(version.clone(), Release::new(&version));
            order.push(version.clone());
        }
        version
    };
    let versions: Vec<String> = answer.versions.iter().map(|version| enter(version)).collect();
    let mut placed = Vec::with_capacity(answer.files.len());
    for entry in answer.files {
        let version = version_of(&entry.filename, &name, &versions);
        placed.push((enter(&version), offered(entry)));
    }
    for (version, file) in placed {
        if let Some(release) = releases.get_mut(&version) {
            release.files.push(file);
        }
    }
    let releases = order.iter().filter_map(|version| releases.remove(version)).map(complete).collect();
    Ok(Package { name: name.into(), standing, standing_reason, tagged_latest: None, releases })
}

fn standing(answer: &Answer<'_>) -> (Option<Standing>, Option<Box<str>>) {
    let (word, reason) = match (&answer.project_status, &answer.meta.project_status) {
        (Some(status), _) | (None, Some(StatusWord::Table(status))) => (status.status.clone(), status.reason.clone()),
        (None, Some(StatusWord::Word(word))) => (Some(word.clone()), answer.meta.project_status_reason.clone()),
        (None, None) => return (None, None),
    };
    let standing = match word.as_deref() {
        Some("archived") => Some(Standing::Archived),
        Some("quarantined") => Some(Standing::Quarantined),
        Some("deprecated") => Some(Standing::Deprecated),
        // PEP 792: what is not said is active.
        Some("active") | None => Some(Standing::Active),
        Some(_) => None,
    };
    (standing, reason.filter(|reason| !reason.is_empty()).map(Into::into))
}

/// The version that a file name carries, empty where it tells none. An old file such as `cffi-1.0.2-2.tar.gz`
/// is a build of 1.0.2, so what is no version of the document's own list is looked for before its last `-`.
fn version_of(file: &str, package: &str, versions: &[String]) -> String {
    if let Some(wheel) = WheelName::parse(file) {
        return if wheel.package() == package { wheel.version().into_owned() } else { String::new() };
    }
    let old = || [".egg", ".exe", ".msi", ".rpm", ".deb"].iter().find_map(|end| file.strip_suffix(end));
    let Some(version) = source_version(file, package).or_else(|| built_version(old()?, package)) else {
        return String::new();
    };
    let is_listed = |version: &str| versions.is_empty() || versions.contains(&canonical(version));
    match version.rsplit_once('-') {
        Some((front, _)) if !is_listed(version) && is_listed(front) => front.to_owned(),
        _ => version.to_owned(),
    }
}

/// The version in `name-1.0-py2.7` and `name-1.0.win32`.
fn built_version<'f>(stem: &'f str, package: &str) -> Option<&'f str> {
    let rest = stem.get(package.len()..).filter(|_| normalize(&stem[..package.len()]) == package)?;
    let version = rest.strip_prefix('-')?;
    let end = [".win", ".linux", ".macosx", "-py"].iter().filter_map(|mark| version.find(mark)).min();
    Some(&version[..end.unwrap_or(version.len())])
}

fn canonical(version: &str) -> String {
    Version::from_str(version).map_or_else(|_| version.to_owned(), |version| version.to_string())
}

fn offered(entry: Entry<'_>) -> Offered {
    let hash = |(algorithm, digits): (Cow<'_, str>, Cow<'_, str>)| Hash::from_hex(Algorithm::of(&algorithm)?, &digits);
    Offered {
        name: entry.filename.into(),
        hashes: entry.hashes.into_iter().filter_map(hash).collect(),
        size: entry.size,
        runtime: entry.requires_python.filter(|text| !text.is_empty()).map(Into::into),
        withdrawal: match entry.yanked {
            None | Some(Yanked::Flag(false)) => Withdrawal::Offered,
            Some(Yanked::Flag(true)) => Withdrawal::Yanked("".into()),
            Some(Yanked::Reason(reason)) => Withdrawal::Yanked(reason.into()),
        },
        uploaded: entry.upload_time.as_deref().and_then(Day::parse),
        address: entry.url.map(Into::into),
    }
}

/// What follows from the files of a release.
fn complete(mut release: Release) -> Release {
    release.published = release.files.iter().filter_map(|file| file.uploaded).min();
    release.runtime = release.files.iter().find_map(|file| file.runtime.clone());
    if let Some(first) = release.files.iter().find(|file| file.withdrawal.is_yanked())
        && release.files.iter().all(|file| file.withdrawal.is_yanked())
    {
        release.withdrawal = first.withdrawal.clone();
    }
    release
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn package(body: &str) -> Package {
        parse("CFFI", body.as_bytes()).unwrap()
    }

    #[test]
    fn files_become_releases() {
        let package = package(
            r#"{"meta": {"api-version": "1.3"}, "name": "cffi", "versions": ["1.0.2", "2.0.0", "3.0"],
                "project-status": {"status": "archived", "reason": "moved"},
                "files": [
                {"filename": "cffi-1.0.2-2.tar.gz", "url": "u", "hashes": {}, "upload-time": "2015-06-01T00:00:00Z"},
                {"filename": "cffi-2.0.0-py3-none-any.whl", "hashes": {"sha256": "00", "blake9": "1"}, "yanked": "broken"},
                {"filename": "cffi-2.0.0.tar.gz", "hashes": {}, "size": 7, "yanked": true, "requires-python": ">=3.8",
                 "upload-time": "2025-09-08T23:22:08.602846Z"},
                {"filename": "other-9.tar.gz", "hashes": {}}]}"#,
        );
        let seen: Vec<(&str, usize)> =
            package.releases.iter().map(|release| (&*release.version, release.files.len())).collect();
        assert_eq!(seen, [("1.0.2", 1), ("2.0.0", 2), ("3.0", 0), ("", 1)]);
        let second = &package.releases[1];
        assert_eq!(second.withdrawal.reason(), Some("broken"));
        assert_eq!(second.published.unwrap().to_string(), "2025-09-08");
        assert_eq!(package.releases[0].published.unwrap().to_string(), "2015-06-01");
        assert_eq!((package.standing, package.standing_reason.as_deref()), (Some(Standing::Archived), Some("moved")));
    }

    #[test]
    fn a_mirror_that_strips_fields_leaves_them_unknown() {
        let package = package(r#"{"name": "cffi", "files": [{"filename": "cffi-1.tar.gz"}]}"#);
        let release = package.release("1").unwrap();
        assert_eq!((package.standing, release.published, release.files[0].size), (None, None, None));
        assert_eq!(release.files[0].hashes, []);
    }

    #[test]
    fn what_is_no_answer() {
        for (body, reason) in [
            (r#"{"name": "other", "files": []}"#, "it answered for `other`"),
            (r#"{"name": "cffi", "files": ["#, "its answer is cut off"),
        ] {
            assert_eq!(parse("cffi", body.as_bytes()).unwrap_err(), reason);
        }
        assert!(parse("cffi", b"{}").is_err());
        assert_eq!(request("../../secret"), None);
        assert_eq!(request("Zope.Interface").unwrap().path, "zope-interface/");
    }
}
