//! Values that may have stood in the place of a dependency's entry in a table: a range, or a
//! table with a range and other keys, as Poetry and pipenv write them.

use super::{marker, range, spelling};
use crate::python::canonical_json::Json;

/// What the tool calls things, and what the lockfile knows of the package.
#[derive(Debug, Clone, Default)]
pub(in crate::derive::lock) struct Hints {
    /// The locked versions of the package.
    pub(in crate::derive::lock) locked: Vec<String>,
    /// Whether Poetry's operators and keys may stand in it.
    pub(in crate::derive::lock) poetry: bool,
    /// Names of sources.
    pub(in crate::derive::lock) sources: Vec<String>,
    /// Extras of the package.
    pub(in crate::derive::lock) extras: Vec<String>,
    /// Conditions that the lockfile has for it.
    pub(in crate::derive::lock) markers: Vec<String>,
}

/// Values near one, likeliest first, each with whether it asks for the same.
pub(super) fn before(now: &Json, hints: &Hints) -> Vec<(Json, bool)> {
    let mut found: Vec<(Json, bool)> = Vec::new();
    match now {
        Json::Text(text) => {
            found.push((Json::map([("version", now.clone())]), true));
            found.extend(added(now, hints).into_iter().map(|value| (value, false)));
            found.extend(ranges(text, hints).into_iter().map(|range| (table(&range, hints), false)));
        }
        Json::Map(entries) => {
            let bare = entries.get("version").filter(|version| matches!(version, Json::Text(_)));
            if let Some(version) = bare {
                found.push((version.clone(), entries.len() == 1));
            }
            for key in entries.keys() {
                let mut fewer = entries.clone();
                fewer.remove(key);
                let fewer = Json::Map(fewer);
                found.extend(added(&fewer, hints).into_iter().map(|value| (value, false)));
                found.push((fewer, false));
            }
            found.extend(changed(now, hints).into_iter().map(|value| (value, false)));
            found.extend(added(now, hints).into_iter().map(|value| (value, false)));
            if let Some(Json::Text(version)) = bare {
                found.extend(ranges(version, hints).into_iter().map(|range| (Json::text(&range), false)));
            }
        }
        Json::List(items) => {
            for item in items {
                found.push((item.clone(), false));
                found.extend(item.get("version").map(|version| (version.clone(), false)));
            }
        }
        _ => {}
    }
    found.extend(any(hints).into_iter().map(|value| (value, false)));
    found.retain(|(value, _)| value != now);
    found
}

/// Values that people write for a package of which only the locked versions are known.
pub(super) fn any(hints: &Hints) -> Vec<Json> {
    let mut found = vec![Json::text("*"), Json::map([("version", Json::text("*"))])];
    for range in range::fresh(&hints.locked, hints.poetry).iter().filter(|range| !range.is_empty()) {
        found.push(Json::text(range));
        found.push(table(range, hints));
    }
    for name in &hints.sources {
        found.push(Json::map([("version", Json::text("*")), ("index", Json::text(name))]));
    }
    found
}

fn table(range: &str, _hints: &Hints) -> Json {
    Json::map([("version", Json::text(range))])
}

fn ranges(text: &str, hints: &Hints) -> Vec<String> {
    let mut found = spelling::of_specifier(text);
    found.extend(range::before(text, &hints.locked, hints.poetry));
    if !hints.poetry {
        found.push("*".to_owned());
    }
    found.retain(|range| range != text && !range.is_empty());
    found
}

/// The table with one value changed.
fn changed(now: &Json, hints: &Hints) -> Vec<Json> {
    let Json::Map(entries) = now else { return Vec::new() };
    let mut found = Vec::new();
    for (key, value) in entries {
        let values: Vec<Json> = match (&**key, value) {
            ("version", Json::Text(text)) => ranges(text, hints).iter().map(|range| Json::text(range)).collect(),
            ("markers", Json::Text(text)) => {
                let known = hints.markers.iter().cloned().chain(marker::before(text));
                known.map(|marker| Json::text(&marker)).collect()
            }
            ("python", Json::Text(text)) => {
                range::before(text, &[], true).iter().map(|range| Json::text(range)).collect()
            }
            (_, Json::Bool(value)) => vec![Json::Bool(!value)],
            (_, Json::List(items)) => {
                let without = (0..items.len()).map(|index| {
                    let mut fewer = items.clone();
                    fewer.remove(index);
                    Json::List(fewer)
                });
                let mut sorted = items.clone();
                sorted.sort();
                let mut turned = items.clone();
                turned.reverse();
                without.chain([Json::List(sorted), Json::List(turned)]).collect()
            }
            ("source" | "index", Json::Text(_)) => hints.sources.iter().map(|name| Json::text(name)).collect(),
            ("platform", Json::Text(_)) => ["linux", "darwin", "win32"].map(Json::text).into(),
            ("path" | "file", Json::Text(text)) => paths(text).iter().map(|path| Json::text(path)).collect(),
            (key, Json::Text(text)) if marker::is_variable(key) => {
                let whole = marker::before(&format!("{key} {text}"));
                let own = whole.iter().filter_map(|marker| marker.strip_prefix(key)?.strip_prefix(' '));
                own.map(Json::text).collect()
            }
            _ => Vec::new(),
        };
        found.extend(values.into_iter().map(|value| with(entries.clone(), key, value)));
        if let Some((other, value)) = under_another_key(key, value) {
            let mut entries = entries.clone();
            entries.remove(key);
            found.push(with(entries, &other, value));
        }
    }
    found
}

/// The same said with another key: a path as a file, a condition as a variable of its own.
fn under_another_key(key: &str, value: &Json) -> Option<(String, Json)> {
    let Json::Text(text) = value else { return None };
    match key {
        "path" => Some(("file".to_owned(), value.clone())),
        "file" => Some(("path".to_owned(), value.clone())),
        "markers" => {
            let (variable, rest) = text.split_once(' ').filter(|(variable, _)| marker::is_variable(variable))?;
            Some((variable.to_owned(), Json::text(rest)))
        }
        key if marker::is_variable(key) => Some(("markers".to_owned(), Json::text(&format!("{key} {text}")))),
        _ => None,
    }
}

/// Other spellings of a path.
fn paths(path: &str) -> Vec<String> {
    let bare = path.strip_prefix("./").unwrap_or(path).trim_end_matches('/');
    [bare.to_owned(), format!("./{bare}"), format!("{bare}/"), format!("./{bare}/")].into()
}

/// The value with one key more.
fn added(now: &Json, hints: &Hints) -> Vec<Json> {
    let entries = match now {
        Json::Text(_) => [("version".into(), now.clone())].into(),
        Json::Map(entries) => entries.clone(),
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    let mut put = |key: &str, value: Json| {
        if !entries.contains_key(key) {
            found.push(with(entries.clone(), key, value));
        }
    };
    let flags: &[&str] = if hints.poetry { &["optional", "allow-prereleases", "develop"] } else { &["editable"] };
    for key in flags {
        put(key, Json::Bool(true));
        put(key, Json::Bool(false));
    }
    for extra in &hints.extras {
        put("extras", Json::List(vec![Json::text(extra)]));
    }
    for name in &hints.sources {
        put(if hints.poetry { "source" } else { "index" }, Json::text(name));
    }
    for marker in hints.markers.iter().chain(&marker::all()) {
        put("markers", Json::text(marker));
    }
    if hints.poetry {
        for minor in 6..=15 {
            for operator in ["^", ">=", "<", "~", "=="] {
                put("python", Json::text(&format!("{operator}3.{minor}")));
            }
        }
    }
    if !entries.contains_key("version") {
        put("version", Json::text("*"));
        for range in range::fresh(&hints.locked, hints.poetry) {
            put("version", Json::text(&range));
        }
    }
    found
}

fn with(mut entries: std::collections::BTreeMap<Box<str>, Json>, key: &str, value: Json) -> Json {
    entries.insert(key.into(), value);
    Json::Map(entries)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::source::SourceId;
    use crate::syntax::toml;

    fn json(text: &str) -> Json {
        let tree = toml::parse(SourceId::FIRST, &format!("a = {text}").into()).unwrap();
        Json::of(tree.root().get("a").unwrap()).unwrap()
    }

    #[test]
    fn likely_entries_are_among_them() {
        let cases = [
            ("'*'", "{version = '*'}"),
            ("{version = '*'}", "'*'"),
            ("'^8.0'", "{version = '^8.0', optional = true}"),
            ("{version = '>=2', python = '>=3.10'}", "{version = '>=2', markers = \"sys_platform != 'win32'\"}"),
            ("{version = '>=2', allow-prereleases = true}", "{version = '>=2', allow-prereleases = false}"),
            ("[{version = '*', python = '<3.12'}, {version = '*', python = '>=3.12'}]", "'*'"),
            ("{git = 'https://git.example.com/six.git', tag = '1.17'}", "'^1.17'"),
            ("{version = '>=2', extras = ['b']}", "{version = '>=2'}"),
            ("{path = 'libs/a'}", "{path = './libs/a'}"),
            ("{path = 'a'}", "{file = 'a'}"),
            ("{version = '*', os_name = \"== 'nt'\"}", "{version = '*', os_name = \"== 'posix'\"}"),
            ("{version = '*', markers = \"os_name == 'nt'\"}", "{version = '*', os_name = \"== 'nt'\"}"),
            ("'>=1'", "{version = '>=1.4,<2'}"),
            ("'*'", "'^1.14'"),
        ];
        let hints = Hints { locked: vec!["1.17.0".to_owned()], poetry: true, ..Hints::default() };
        for (now, then) in cases {
            let all = before(&json(now), &hints);
            assert!(all.iter().any(|(value, _)| *value == json(then)), "{now}: {then}");
            assert!(all.len() < 3000, "{now}: {}", all.len());
        }
    }
}
