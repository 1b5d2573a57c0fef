//! The registries of npm, pnpm, Yarn and Bun: `.npmrc`, `.yarnrc.yml` and npm's variables.

use std::collections::{BTreeMap, BTreeSet};

use npmrc_config_rs::registry::DEFAULT_REGISTRY;
use url::Url;

use super::{Home, Origin, host, ini};
use crate::path;
use crate::source::Sources;
use crate::syntax;
use crate::tree::Tree;
use crate::upstream::tie::{self, Tie};

/// What the user's own settings say.
#[derive(Debug, Default)]
pub(super) struct Own {
    /// From variables, which go before the project's file.
    variables: Chosen,
    /// From files, which come after it.
    files: Chosen,
    pub(super) hosts: BTreeSet<String>,
    pub(super) ties: Vec<Tie>,
}

/// Registries by scope; the scope of all else is empty.
type Chosen = BTreeMap<String, String>;

impl Own {
    pub(super) fn read(home: &Home) -> Self {
        let mut own = Self::default();
        let mut secrets = Vec::new();
        let prefix = "npm_config_";
        for (name, value) in
            home.variables().filter(|(name, _)| name.len() > prefix.len() && name.is_char_boundary(prefix.len()))
        {
            let (start, key) = name.split_at(prefix.len());
            if start.eq_ignore_ascii_case(prefix) {
                // Scopes and hosts keep their case, settings are written in any.
                let key = if key.contains([':', '/']) { key.to_owned() } else { key.to_ascii_lowercase() };
                choose(&mut own.variables, &key, value);
                secrets.push((key, value.to_owned()));
            }
        }
        for text in home.npm_files() {
            for (_, key, value) in ini::entries(&text) {
                let Some(value) = home.filled(&value) else { continue };
                choose(&mut own.files, &key, &value);
                secrets.push((key, value));
            }
        }
        let chosen = own.variables.values().chain(own.files.values());
        own.hosts = chosen.filter_map(|address| host(address)).collect();
        own.ties = ties(&secrets);
        own
    }

    /// Where a package may come from.
    pub(super) fn registries(
        &self,
        origin: &Origin<'_>,
        name: &str,
        tree: &Tree,
        configured: Option<&str>,
    ) -> Vec<String> {
        // npm itself takes the configured registry where a lockfile names the default one.
        let is_default = |address: &str| host(address).is_some() && host(address) == host(DEFAULT_REGISTRY);
        if let Some(stated) = origin.stated.filter(|stated| !is_default(stated)) {
            return vec![stated.to_owned()];
        }
        let scope = name.split_once('/').map_or("", |(scope, _)| scope);
        let project = project(tree, origin.lockfile);
        let layers = [&self.variables, &project, &self.files];
        let scoped = layers.iter().filter(|_| !scope.is_empty()).find_map(|layer| layer.get(scope));
        let plain = layers.iter().find_map(|layer| layer.get(""));
        let found = scoped.or(plain).map(String::as_str).or(configured).unwrap_or(DEFAULT_REGISTRY);
        vec![found.to_owned()]
    }
}

fn choose(chosen: &mut Chosen, key: &str, value: &str) {
    let scope =
        if key == "registry" { Some("") } else { key.strip_suffix(":registry").filter(|scope| scope.starts_with('@')) };
    if let Some(scope) = scope.filter(|_| !value.is_empty()) {
        chosen.entry(scope.to_owned()).or_insert_with(|| value.to_owned());
    }
}

/// Registries that the files beside a lockfile and at the root choose. Nothing else is read of them.
fn project(tree: &Tree, lockfile: &str) -> Chosen {
    let mut chosen = Chosen::new();
    for directory in [path::directory(lockfile), ""] {
        let text = |name: &str| path::join(directory, name).and_then(|file| tree.text(&file).ok());
        for (_, key, value) in ini::entries(&text(".npmrc").unwrap_or_default()) {
            choose(&mut chosen, &key, &value);
        }
        if let Some(yarn) = text(".yarnrc.yml")
            && let Ok(document) = syntax::yaml::parse(Sources::default().next_id(), &yarn)
        {
            let root = document.root();
            if let Some(server) = root.get("npmRegistryServer").and_then(syntax::Node::text) {
                choose(&mut chosen, "registry", server);
            }
            for scope in root.get("npmScopes").map(syntax::Node::entries).unwrap_or_default() {
                if let (Some(name), Some(server)) =
                    (scope.key.scalar(), scope.value.get("npmRegistryServer").and_then(syntax::Node::text))
                {
                    choose(&mut chosen, &format!("@{name}:registry"), server);
                }
            }
        }
    }
    chosen
}

/// `//host/path/:_authToken` and its relatives, each for what lies below its address.
fn ties(secrets: &[(String, String)]) -> Vec<Tie> {
    let mut by_place: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for (key, value) in secrets {
        if let Some((place, what)) = key.strip_prefix("//").and_then(|rest| rest.rsplit_once(':')) {
            by_place.entry(place).or_default().entry(what).or_insert(value);
        }
    }
    let mut ties = Vec::new();
    for (place, of) in by_place {
        let header = match (of.get("_authToken"), of.get("_auth"), of.get("username"), of.get("_password")) {
            (Some(token), ..) => format!("Bearer {token}"),
            (_, Some(pair), ..) => format!("Basic {pair}"),
            (_, _, Some(user), Some(password)) => match decoded(password) {
                Some(password) => tie::basic(user, &password),
                None => continue,
            },
            _ => continue,
        };
        for scheme in ["https", "http"] {
            let address = Url::parse(&format!("{scheme}://{place}"));
            ties.extend(address.ok().and_then(|address| Tie::below(&address, header.clone())));
        }
    }
    ties
}

/// npm keeps passwords in base 64.
fn decoded(text: &str) -> Option<String> {
    String::from_utf8(crate::upstream::hash::from_base64(text)?).ok()
}
