//! What belongs to the user and not to the repository: variables of the environment and files of the home directory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use url::Url;

use super::host;
use crate::upstream::tie::{self, Tie};

/// The user's own settings.
#[derive(Debug, Clone, Default)]
pub struct Home {
    variables: BTreeMap<String, String>,
    directory: Option<PathBuf>,
    has_system: bool,
    /// The scanned repository: no file of it is the user's own, whatever a variable says.
    repository: Option<PathBuf>,
}

/// Hosts, separated by commas, that the user's credentials may go to although a repository alone names them.
const TRUSTED: &str = "REPROOF_TRUSTED_HOSTS";

impl Home {
    /// That of the process: its environment, its user's directory, and the files of the machine, but for those of the
    /// repository that is scanned.
    pub fn of_process(repository: &Path) -> Self {
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let directory = variables.get("HOME").or_else(|| variables.get("USERPROFILE")).map(PathBuf::from);
        Self { variables, directory, has_system: true, repository: repository.canonicalize().ok() }
    }

    /// One that is made up: no file of the machine counts.
    pub fn of(variables: &[(&str, &str)], directory: Option<PathBuf>) -> Self {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { variables, directory, has_system: false, repository: None }
    }

    /// A variable that is not empty.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// All variables.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Where answers of registries are kept: `REPROOF_CACHE_DIR`, else the folder that the system has for caches.
    pub fn cache(&self) -> Option<PathBuf> {
        let own = self.variable("REPROOF_CACHE_DIR").map(PathBuf::from);
        let system = || {
            let given = self.variable("XDG_CACHE_HOME").or_else(|| self.variable("LOCALAPPDATA")).map(PathBuf::from);
            given.or_else(|| Some(self.directory.as_ref()?.join(".cache"))).map(|caches| caches.join("reproof"))
        };
        own.or_else(system)
    }

    /// The folder of settings: `XDG_CONFIG_HOME`, else `.config`.
    pub(super) fn settings(&self, below: &str) -> Option<String> {
        let folder = self
            .variable("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(self.directory.as_ref()?.join(".config")))?;
        self.read(&folder.join(below))
    }

    /// A file of the home directory.
    pub(super) fn file(&self, below: &str) -> Option<String> {
        self.read(&self.directory.as_ref()?.join(below))
    }

    /// The file that a variable names.
    pub(super) fn named(&self, variable: &str) -> Option<String> {
        self.absolute(self.variable(variable)?)
    }

    /// A file at a path that the user names.
    pub(super) fn absolute(&self, path: &str) -> Option<String> {
        match path.strip_prefix("~/") {
            Some(below) => self.file(below),
            None => self.read(Path::new(path)),
        }
    }

    /// A file of the machine.
    pub(super) fn system(&self, path: &str) -> Option<String> {
        if self.has_system { self.read(Path::new(path)) } else { None }
    }

    /// The texts of pip's settings, the nearest first.
    pub(super) fn pip_files(&self) -> impl Iterator<Item = String> {
        let files = [
            self.named("PIP_CONFIG_FILE"),
            self.settings("pip/pip.conf"),
            self.file(".pip/pip.conf"),
            self.file("Library/Application Support/pip/pip.conf"),
            self.file("AppData/Roaming/pip/pip.ini"),
            self.system("/etc/pip.conf"),
            self.system("/etc/xdg/pip/pip.conf"),
        ];
        files.into_iter().flatten()
    }

    /// The texts of uv's settings, the nearest first.
    pub(super) fn uv_files(&self) -> impl Iterator<Item = String> {
        let files = [self.named("UV_CONFIG_FILE"), self.settings("uv/uv.toml"), self.system("/etc/uv/uv.toml")];
        files.into_iter().flatten()
    }

    /// The texts of npm's settings, the nearest first.
    pub(super) fn npm_files(&self) -> impl Iterator<Item = String> {
        let named = |names: [&str; 2]| names.iter().find_map(|name| self.named(name));
        let files = [
            named(["NPM_CONFIG_USERCONFIG", "npm_config_userconfig"]).or_else(|| self.file(".npmrc")),
            named(["NPM_CONFIG_GLOBALCONFIG", "npm_config_globalconfig"])
                .or_else(|| self.system("/usr/local/etc/npmrc")),
            self.system("/etc/npmrc"),
        ];
        files.into_iter().flatten()
    }

    /// A table of Cargo's settings: `config` or `credentials`.
    pub(super) fn cargo_file(&self, name: &str) -> Option<toml::Table> {
        let text = |name: &str| match self.variable("CARGO_HOME") {
            Some(folder) => self.absolute(&format!("{folder}/{name}")),
            None => self.file(&format!(".cargo/{name}")),
        };
        text(&format!("{name}.toml")).or_else(|| text(name))?.parse().ok()
    }

    pub(super) fn trusted_hosts(&self) -> BTreeSet<String> {
        let named = self.variable(TRUSTED).unwrap_or_default().split(',').map(str::trim);
        named.filter(|host| !host.is_empty()).map(str::to_ascii_lowercase).collect()
    }

    /// The entries of `.netrc` for hosts that are trusted.
    pub(super) fn netrc(&self, trusted: &BTreeSet<String>) -> Vec<Tie> {
        let text = self.named("NETRC").or_else(|| self.file(".netrc")).or_else(|| self.file("_netrc"));
        let mut ties = Vec::new();
        for (machine, user, password) in netrc(&text.unwrap_or_default()) {
            let Ok(address) = Url::parse(&format!("https://{machine}/")) else { continue };
            if host(address.as_str()).is_some_and(|host| trusted.contains(&host)) {
                ties.extend(Tie::host(&address, tie::basic(&user, &password)));
            }
        }
        ties
    }

    /// A file of settings; larger ones than this are none.
    fn read(&self, path: &Path) -> Option<String> {
        let path = path.canonicalize().ok()?;
        if self.repository.as_ref().is_some_and(|repository| path.starts_with(repository)) {
            return None;
        }
        let about = std::fs::metadata(&path).ok()?;
        (about.is_file() && about.len() < 1_000_000).then(|| std::fs::read_to_string(&path).ok()).flatten()
    }

    /// A value of the user's own files with its variables filled in, as npm does; `None` when one is not set.
    pub(super) fn filled(&self, text: &str) -> Option<String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let end = at + rest[at..].find('}')?;
            filled.push_str(&rest[..at]);
            filled.push_str(self.variable(rest[at + 2..end].trim_end_matches('?'))?);
            rest = &rest[end + 1..];
        }
        filled.push_str(rest);
        Some(filled)
    }
}

/// Machines with user and password. `default` is passed over: it would go anywhere.
fn netrc(text: &str) -> Vec<(String, String, String)> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut words = lines.flat_map(str::split_whitespace);
    let mut entries: Vec<(String, String, String)> = Vec::new();
    let mut is_open = false;
    while let Some(word) = words.next() {
        match word {
            "machine" => {
                is_open = true;
                entries.push((words.next().unwrap_or_default().to_owned(), String::new(), String::new()));
            }
            "default" | "macdef" => is_open = false,
            "login" | "password" => {
                let value = words.next().unwrap_or_default().to_owned();
                if let Some(entry) = entries.last_mut().filter(|_| is_open) {
                    *(if word == "login" { &mut entry.1 } else { &mut entry.2 }) = value;
                }
            }
            _ => {}
        }
    }
    entries.retain(|(machine, _, password)| !machine.is_empty() && !password.is_empty());
    entries
}
