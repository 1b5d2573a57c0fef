//! What an environment.yml asks for on a platform, as conda-lock 2 and later read and hash it.

use crate::python::canonical_json::Json;
use crate::python::{Environment, Marker, Requirement, name::normalize};
use crate::syntax::Node;

/// The requirements of one platform, in the order in which they stand: manager, name, and what is hashed of each.
pub(super) struct Asked<'a> {
    pub(super) is_python: bool,
    pub(super) name: String,
    /// As conda would write it.
    pub(super) version: String,
    pub(super) node: Node<'a>,
    hashed: Json,
}

impl Asked<'_> {
    pub(super) fn hashed(&self) -> Json {
        self.hashed.clone()
    }
}

/// The words by which a comment like `# [linux]` keeps a line to some platforms.
const SELECTORS: &[(&str, &[&str])] = &[
    ("linux-64", &["linux64", "unix", "linux"]),
    ("linux-aarch64", &["aarch64", "unix", "linux"]),
    ("linux-ppc64le", &["ppc64le", "unix", "linux"]),
    ("osx-64", &["osx64", "osx", "unix"]),
    ("osx-arm64", &["arm64", "osx", "unix"]),
    ("win-64", &["win", "win64"]),
];

/// What a file asks for on a platform; `Err` with the requirement that is not read.
pub(super) fn asked<'a>(root: Node<'a>, text: &str, platform: &str) -> Result<Vec<Asked<'a>>, String> {
    let category = root.get("category").and_then(Node::text).filter(|text| !text.is_empty()).unwrap_or("main");
    let mut all = Vec::new();
    let mut tables = Vec::new();
    for item in root.get("dependencies").into_iter().flat_map(Node::items) {
        match item.text() {
            Some(spec) if is_for(text, item, platform) => {
                all.push(conda(item, spec, category).ok_or_else(|| spec.to_owned())?);
            }
            Some(_) => {}
            None => tables.push(item),
        }
    }
    for list in tables.into_iter().filter_map(|table| table.get("pip")).filter(|list| list.is_list()) {
        for item in list.items().filter(|item| is_for(text, *item, platform)) {
            let spec = item.text().ok_or("an item of pip")?;
            if spec.starts_with("-e ") {
                continue;
            }
            let one = python(item, spec, category).ok_or_else(|| spec.to_owned())?;
            if marker(spec).is_none_or(|marker| holds(marker, platform)) {
                all.push(one);
            }
        }
        let hashed = hashed("pip", "conda", "main", &[], "*", None, None);
        all.push(Asked { is_python: false, name: "pip".to_owned(), version: "*".to_owned(), node: list, hashed });
    }
    Ok(all)
}

/// Whether no comment in the line keeps a requirement to other platforms.
fn is_for(text: &str, item: Node<'_>, platform: &str) -> bool {
    let rest = text.get(item.span().end as usize..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    let Some(word) = selector(line) else { return true };
    SELECTORS.iter().any(|(own, words)| *own == platform && words.contains(&word))
}

/// The word in `# [linux]`.
fn selector(line: &str) -> Option<&str> {
    let (_, comment) = line.split_once('#')?;
    let (before, word) = comment.rsplit_once('[')?;
    let (word, after) = word.split_once(']')?;
    (!before.contains(']') && !after.contains(['(', ')'])).then_some(word)
}

fn hashed(
    name: &str,
    manager: &str,
    category: &str,
    extras: &[String],
    version: &str,
    build: Option<&str>,
    channel: Option<&str>,
) -> Json {
    let text = |text: Option<&str>| text.map_or(Json::Null, Json::text);
    Json::map([
        ("name", Json::text(name)),
        ("manager", Json::text(manager)),
        ("category", Json::text(category)),
        ("extras", Json::List(extras.iter().map(|extra| Json::text(extra)).collect())),
        ("version", Json::text(version)),
        ("build", text(build)),
        ("conda_channel", text(channel)),
        ("hash", Json::Null),
    ])
}

/// A requirement of conda in the form in which conda keeps it: `=3.11` becomes `3.11.*`, `==1.10` becomes `1.10`.
fn conda<'a>(node: Node<'a>, spec: &str, category: &str) -> Option<Asked<'a>> {
    let spec = spec.split(" #").next()?.trim();
    if spec.contains(['[', ';', '(', '^']) {
        return None;
    }
    let (channel, rest) = spec.rsplit_once("::").map_or((None, spec), |(channel, rest)| (Some(channel), rest));
    // The name of another channel depends on the settings of conda.
    if channel.is_some_and(|channel| channel.contains(['/', ':'])) {
        return None;
    }
    let end = rest.find([' ', '=', '<', '>', '!', '~']).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let (version, build) = version_and_build(rest.trim());
    let name = name.to_ascii_lowercase();
    let hashed = hashed(&name, "conda", category, &[], &version, build.as_deref(), channel);
    Some(Asked { is_python: false, name, version, node, hashed })
}

/// A build stands after the first blank or `=` that belongs to no operator and no list.
fn version_and_build(rest: &str) -> (String, Option<String>) {
    let is_sign = |letter: char| matches!(letter, '=' | '!' | '|' | ',' | '<' | '>' | '~');
    let begins = |(at, _): &(usize, &str)| {
        let (before, build) = (&rest[..*at], &rest[at + 1..]);
        let is_build =
            !build.is_empty() && !build.contains(|letter| letter == '-' || (letter != '!' && is_sign(letter)));
        is_build && before.chars().next_back().is_some_and(|letter| !is_sign(letter))
    };
    let at = rest.match_indices([' ', '=']).find(begins).map(|(at, _)| at);
    let (version, build) = at.map_or((rest, None), |at| (&rest[..at], Some(rest[at + 1..].trim().to_owned())));
    let version: String = version.split_whitespace().collect();
    let Some(bare) = version.strip_prefix('=') else { return (with_dot(&version), build) };
    if let Some(exact) = bare.strip_prefix('=').filter(|_| build.is_none()) {
        return (with_dot(exact), None);
    }
    if bare.contains(['=', ',', '|']) {
        return (version, build);
    }
    let is_open = build.is_none() && !bare.ends_with('*');
    (with_dot(&if is_open { format!("{bare}*") } else { bare.to_owned() }), build)
}

/// `1.2*` as `1.2.*`.
fn with_dot(version: &str) -> String {
    match version.strip_suffix('*') {
        Some(bare) if !bare.is_empty() && !bare.ends_with('.') && !bare.contains([',', '|']) => format!("{bare}.*"),
        _ => version.to_owned(),
    }
}

fn marker(spec: &str) -> Option<&str> {
    spec.rsplit_once(';').map(|(_, marker)| marker.trim())
}

/// A requirement of Python; those with an address are not read.
fn python<'a>(node: Node<'a>, spec: &str, category: &str) -> Option<Asked<'a>> {
    let bare = spec.rsplit_once(';').map_or(spec, |(bare, _)| bare).trim();
    let requirement = Requirement::parse(bare).ok().filter(|one| one.url.is_none())?;
    let text = requirement.specifier_text(bare).unwrap_or_default();
    let mut clauses: Vec<String> =
        text.split(',').map(|clause| clause.split_whitespace().collect::<String>().replace("===", "==")).collect();
    clauses.retain(|clause| !clause.is_empty());
    clauses.sort_unstable();
    let version = if clauses.is_empty() { "*".to_owned() } else { clauses.join(",") };
    let extras = bare.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map_or("", |(extras, _)| extras);
    let mut extras: Vec<String> = extras.split(',').map(|extra| extra.trim().to_owned()).collect();
    extras.retain(|extra| !extra.is_empty());
    extras.sort_unstable();
    let name = normalize(&requirement.name);
    let mut hashed = hashed(&name, "pip", category, &extras, &version, None, None);
    if let (Json::Map(entries), Some(marker)) = (&mut hashed, marker(spec)) {
        entries.insert("markers".into(), Json::text(marker));
    }
    Some(Asked { is_python: true, name, version, node, hashed })
}

/// Whether a condition holds on a platform; what only an interpreter tells holds.
fn holds(marker: &str, platform: &str) -> bool {
    let Ok(marker) = Marker::parse(marker) else { return true };
    let machine = super::walk::machine(platform, "3").map(|machine| Environment { python: None, ..machine });
    machine.and_then(|machine| marker.evaluate(&machine)) != Some(false)
}
