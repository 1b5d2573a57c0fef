//! The registries of Cargo: `.cargo/config.toml` with its chains of replaced sources.

use std::collections::BTreeSet;

use tame_index::CRATES_IO_HTTP_INDEX;
use toml::{Table, Value};
use url::Url;

use super::{Home, Origin, host};
use crate::cargo::source::{Source, locked};
use crate::path;
use crate::tree::Tree;
use crate::upstream::tie::Tie;

/// What the user's own settings say.
#[derive(Debug, Default)]
pub(super) struct Own {
    /// Files, the nearest first.
    files: Vec<Table>,
    pub(super) hosts: BTreeSet<String>,
    pub(super) ties: Vec<Tie>,
}

/// The name that Cargo has for its default registry.
const DEFAULT: &str = "crates-io";

/// A chain of replacements longer than this goes round in a circle.
const REPLACEMENTS: usize = 8;

impl Own {
    pub(super) fn read(home: &Home) -> Self {
        let settings = home.cargo_file("config").unwrap_or_default();
        let secrets = home.cargo_file("credentials").unwrap_or_default();
        let mut own = Self { files: vec![settings], ..Self::default() };
        let mut known: Vec<(String, String)> = own.files.iter().flat_map(indexes).collect();
        for (name, value) in home.variables() {
            if let Some(registry) = name.strip_prefix("CARGO_REGISTRIES_").and_then(|rest| rest.strip_suffix("_INDEX"))
            {
                known.push((registry.to_owned(), value.to_owned()));
            }
        }
        own.hosts = known.iter().filter_map(|(_, index)| host(bare(index))).collect();
        for (name, index) in &known {
            let upper = name.to_ascii_uppercase().replace('-', "_");
            let kept = secrets.get("registries").and_then(|all| all.get(name)).and_then(|of| of.get("token"));
            let token =
                home.variable(&format!("CARGO_REGISTRIES_{upper}_TOKEN")).or_else(|| kept.and_then(Value::as_str));
            if let (Some(token), Ok(address)) = (token, Url::parse(bare(index))) {
                own.ties.extend(Tie::host(&address, token.to_owned()));
            }
        }
        own
    }

    /// Where a crate comes from.
    pub(super) fn registries(&self, origin: &Origin<'_>, tree: &Tree, configured: Option<&str>) -> Vec<String> {
        let source = origin.stated.and_then(locked).map(|locked| locked.source);
        let is_sparse =
            |address: &str| matches!(Url::parse(bare(address)), Ok(url) if url.scheme().starts_with("http"));
        let files: Vec<Table> = project(tree, origin.lockfile).chain(self.files.iter().cloned()).collect();
        let found = match source {
            Some(Source::SparseRegistry(url)) => Some(url),
            // An index in a git repository cannot be asked by name.
            Some(Source::Registry(_)) => None,
            _ => match replaced(&files) {
                Some(found) => found,
                None => Some(configured.unwrap_or(CRATES_IO_HTTP_INDEX).to_owned()),
            },
        };
        found.filter(|address| is_sparse(address)).into_iter().collect()
    }
}

/// What the default registry is replaced with: the address of a sparse index, or nothing that can be asked. `None`
/// when it is not replaced.
fn replaced(files: &[Table]) -> Option<Option<String>> {
    let source = |name: &str| files.iter().find_map(|file| file.get("source")?.get(name)?.as_table());
    let mut name = source(DEFAULT)?.get("replace-with")?.as_str()?;
    for _ in 0..REPLACEMENTS {
        let Some(of) = source(name) else {
            let index = files.iter().flat_map(indexes).find(|(registry, _)| registry == name);
            return Some(index.map(|(_, index)| index));
        };
        match of.get("replace-with").and_then(Value::as_str) {
            Some(next) => name = next,
            None => return Some(of.get("registry").and_then(Value::as_str).map(str::to_owned)),
        }
    }
    Some(None)
}

/// The registries that a file names, each with its index.
fn indexes(file: &Table) -> Vec<(String, String)> {
    let all = file.get("registries").and_then(Value::as_table);
    let index = |(name, of): (&String, &Value)| Some((name.clone(), of.get("index")?.as_str()?.to_owned()));
    all.into_iter().flatten().filter_map(index).collect()
}

fn bare(index: &str) -> &str {
    index.strip_prefix("sparse+").unwrap_or(index)
}

/// The settings of the repository that hold for a lockfile, the nearest first.
fn project<'t>(tree: &'t Tree, lockfile: &'t str) -> impl Iterator<Item = Table> + 't {
    path::ancestors(path::directory(lockfile)).filter_map(|directory| {
        let text = |name: &str| path::join(directory, name).and_then(|file| tree.text(&file).ok());
        text(".cargo/config.toml").or_else(|| text(".cargo/config"))?.parse().ok()
    })
}
