//! The indexes of pip, uv, Poetry, PDM and Pipenv.

use std::collections::BTreeSet;

use toml::{Table, Value};
use url::Url;

use super::{Home, Origin, host, ini};
use crate::path;
use crate::tree::Tree;
use crate::upstream::tie::{self, Tie};

/// What the user's own settings say.
#[derive(Debug, Default)]
pub(super) struct Own {
    /// The index of each client: uv's, then pip's.
    default: Option<String>,
    /// Further indexes.
    extra: Vec<String>,
    pub(super) hosts: BTreeSet<String>,
    pub(super) ties: Vec<Tie>,
}

impl Own {
    pub(super) fn read(home: &Home) -> Self {
        let mut own = Self::default();
        // Each before those below it; the first that names an index wins.
        own.variables(home);
        home.uv_files().for_each(|text| own.uv_file(&text));
        home.pip_files().for_each(|text| own.pip_file(&text));
        own
    }

    fn variables(&mut self, home: &Home) {
        for name in ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL", "PIPENV_PYPI_MIRROR", "PDM_PYPI_URL"] {
            self.first(home.variable(name));
        }
        for name in ["UV_INDEX", "UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"] {
            for word in home.variable(name).unwrap_or_default().split_whitespace() {
                let (label, address) =
                    word.split_once('=').filter(|(label, _)| !label.contains("://")).unwrap_or(("", word));
                self.further(address);
                self.named(home, label, address);
            }
        }
    }

    fn uv_file(&mut self, text: &str) {
        let Ok(table) = text.parse::<Table>() else { return };
        for index in list(&table, &["index"]) {
            let Some(address) = index.get("url").and_then(Value::as_str) else { continue };
            if index.get("default").and_then(Value::as_bool) == Some(true) {
                self.first(Some(address));
            } else {
                self.further(address);
            }
        }
        for place in [Some(&table), table.get("pip").and_then(Value::as_table)].into_iter().flatten() {
            self.first(place.get("index-url").and_then(Value::as_str));
            for extra in list(place, &["extra-index-url"]).iter().filter_map(Value::as_str) {
                self.further(extra);
            }
        }
    }

    fn pip_file(&mut self, text: &str) {
        for (section, key, value) in ini::entries(text) {
            let counts = matches!(section.as_str(), "global" | "install" | "download" | "");
            match key.replace('_', "-").as_str() {
                "index-url" if counts => self.first(Some(value.trim())),
                "extra-index-url" if counts => value.split_whitespace().for_each(|address| self.further(address)),
                _ => {}
            }
        }
    }

    fn first(&mut self, address: Option<&str>) {
        let Some(address) = address.filter(|address| !address.is_empty()) else { return };
        self.know(address);
        self.default.get_or_insert_with(|| address.to_owned());
    }

    fn further(&mut self, address: &str) {
        self.know(address);
        self.extra.push(address.to_owned());
    }

    /// What the user names is trusted, and a password in it belongs to its host.
    fn know(&mut self, address: &str) {
        self.hosts.extend(host(address));
        if let Ok(address) = Url::parse(address)
            && let Some(header) = tie::of_address(&address)
        {
            self.ties.extend(Tie::host(&address, header));
        }
    }

    /// The credentials that variables hold for an index of a name.
    fn named(&mut self, home: &Home, label: &str, address: &str) {
        self.ties.extend(named_tie(home, "UV_INDEX", "USERNAME", "PASSWORD", label, address));
    }

    /// The credentials that variables hold for indexes that the root project names, where their hosts are trusted.
    pub(super) fn named_ties(&self, tree: &Tree, home: &Home, trusted: &BTreeSet<String>) -> Vec<Tie> {
        let Ok(text) = tree.text("pyproject.toml") else { return Vec::new() };
        let Ok(table) = text.parse::<Table>() else { return Vec::new() };
        let mut ties = Vec::new();
        let names: [(&[&str], &str); 2] =
            [(&["tool", "uv", "index"], "UV_INDEX"), (&["tool", "poetry", "source"], "POETRY_HTTP_BASIC")];
        for (place, prefix) in names {
            for index in list(&table, place) {
                let of = |key: &str| index.get(key).and_then(Value::as_str).unwrap_or_default();
                if host(of("url")).is_some_and(|host| trusted.contains(&host)) {
                    ties.extend(named_tie(home, prefix, "USERNAME", "PASSWORD", of("name"), of("url")));
                }
            }
        }
        ties
    }

    /// Where a package may come from.
    pub(super) fn registries(&self, origin: &Origin<'_>, tree: &Tree, configured: Option<&str>) -> Vec<String> {
        if let Some(stated) = origin.stated {
            return vec![stated.to_owned()];
        }
        let mut registries = Vec::new();
        if origin.tool == "pdm" {
            registries = project(tree, origin.lockfile, &["tool", "pdm", "source"]);
        }
        let is_replaced = registries.iter().any(|(name, _)| name == "pypi");
        let mut registries: Vec<String> = registries.into_iter().map(|(_, address)| address).collect();
        if !is_replaced {
            registries.extend(self.default.clone().or_else(|| configured.map(str::to_owned)));
        }
        // Poetry does not read pip's settings, but where pip is told to go is where packages are to be had.
        registries.extend(self.extra.iter().cloned());
        registries
    }
}

fn named_tie(home: &Home, prefix: &str, user: &str, password: &str, name: &str, address: &str) -> Option<Tie> {
    let upper: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    if upper.is_empty() {
        return None;
    }
    let of = |what: &str| home.variable(&format!("{prefix}_{upper}_{what}"));
    let (user, password) = (of(user).unwrap_or_default(), of(password).unwrap_or_default());
    let is_there = !user.is_empty() || !password.is_empty();
    Tie::host(&Url::parse(address).ok()?, tie::basic(user, password)).filter(|_| is_there)
}

/// The named sources of the project beside a lockfile.
fn project(tree: &Tree, lockfile: &str, place: &[&str]) -> Vec<(String, String)> {
    let file = path::join(path::directory(lockfile), "pyproject.toml").unwrap_or_default();
    let table = tree.text(&file).ok().and_then(|text| text.parse::<Table>().ok()).unwrap_or_default();
    let source = |source: &Value| {
        let of = |key: &str| source.get(key).and_then(Value::as_str).map(str::to_owned);
        Some((of("name").unwrap_or_default(), of("url")?))
    };
    list(&table, place).iter().filter_map(source).collect()
}

fn list(table: &Table, place: &[&str]) -> Vec<Value> {
    let Some((first, rest)) = place.split_first() else { return Vec::new() };
    let found = rest.iter().try_fold(table.get(*first), |value, key| value.map(|value| value.get(key)));
    found.flatten().and_then(Value::as_array).cloned().unwrap_or_default()
}
