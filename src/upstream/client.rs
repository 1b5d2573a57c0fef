//! Asks registries: each name once a run, from the cache while its answer is young, at most eight questions a host at
//! a time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use url::Url;

use super::cache::{Cache, Kept};
use super::package::Package;
use super::protocol::{self, Detail};
use super::settings::Settings;
use super::table::{Answer, Outcome, Subject, Table};
use super::transport::{Failure, Limits, Reply, Transport, Validators};

/// How questions are asked.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where answers are kept; `None` keeps none.
    pub cache: Option<PathBuf>,
    /// Whether only the cache is asked.
    pub offline: bool,
    /// How old an answer of the cache may be, in seconds, before the registry is asked whether it still holds.
    pub max_age: i64,
    /// Now, in seconds since 1970-01-01 UTC.
    pub now: i64,
    /// How long and how much a request may take.
    pub limits: Limits,
}

/// An answer of the cache is good for an hour.
pub const MAX_AGE: i64 = 3600;

/// Questions to one host at a time: what the registries' clients allow themselves.
const IN_FLIGHT: usize = 8;

/// Hosts that are asked side by side.
const HOSTS: usize = 4;

/// After so many failures in a row a host that never answered is not asked again.
const PATIENCE: usize = 3;

/// What asking has cost so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Questions that went out, repeats not counted.
    pub requests: usize,
    /// Bytes of the documents that came, decoded.
    pub bytes: u64,
}

/// Asks registries.
pub struct Client {
    transport: Transport,
    cache: Cache,
    no_index: Option<&'static str>,
    options: Options,
    requests: AtomicUsize,
    bytes: AtomicU64,
}

/// What is known of a host in this run.
#[derive(Default)]
struct Host {
    has_answered: AtomicUsize,
    failures: AtomicUsize,
    reason: Mutex<Option<String>>,
}

impl Client {
    /// A client with the credentials of the user's own settings.
    pub fn new(settings: &Settings, options: Options) -> Self {
        Self {
            transport: Transport::new(settings.ties().to_vec(), settings.trust(), options.limits),
            cache: Cache::new(options.cache.clone()),
            no_index: settings.no_index(),
            options,
            requests: AtomicUsize::new(0),
            bytes: AtomicU64::new(0),
        }
    }

    /// What asking has cost so far.
    pub fn cost(&self) -> Cost {
        Cost { requests: self.requests.load(Ordering::Relaxed), bytes: self.bytes.load(Ordering::Relaxed) }
    }

    /// Why answers could not be kept, if so.
    pub fn cache_trouble(&self) -> Option<String> {
        self.cache.trouble()
    }

    /// Answers to all questions. `done` is called after each, from several threads.
    pub fn ask(&self, subjects: &BTreeSet<Subject>, detail: Detail, done: &(dyn Fn() + Sync)) -> Table {
        let mut by_host: BTreeMap<String, Vec<&Subject>> = BTreeMap::new();
        for subject in subjects {
            let address = subject.registry.as_deref().and_then(|registry| Url::parse(registry).ok());
            let host = address.as_ref().and_then(Url::host_str).unwrap_or_default().to_owned();
            by_host.entry(host).or_default().push(subject);
        }
        let hosts: Vec<(Host, AtomicUsize)> = by_host.iter().map(|_| Default::default()).collect();
        let found = Mutex::new(Table::default());
        let all: Vec<(&Vec<&Subject>, &(Host, AtomicUsize))> = by_host.values().zip(&hosts).collect();
        for some in all.chunks(HOSTS) {
            std::thread::scope(|scope| {
                for (subjects, (host, next)) in some {
                    for _ in 0..subjects.len().min(IN_FLIGHT) {
                        let found = &found;
                        scope.spawn(move || {
                            while let Some(subject) = subjects.get(next.fetch_add(1, Ordering::Relaxed)) {
                                let outcome = self.answer(subject, detail, host);
                                if let Ok(mut table) = found.lock() {
                                    table.insert((*subject).clone(), outcome);
                                }
                                done();
                            }
                        });
                    }
                }
            });
        }
        found.into_inner().unwrap_or_default()
    }

    fn answer(&self, subject: &Subject, detail: Detail, host: &Host) -> Outcome {
        let Some(registry) = &subject.registry else {
            return Outcome::Unknown(unknown_registry(subject, self.no_index));
        };
        let kept = self.cache.get(subject, detail);
        if self.options.offline {
            return match kept {
                Some(kept) => self.outcome(subject, registry, kept.package, kept.asked, true),
                None => Outcome::Unknown("it was never asked for, and this run is offline".to_owned()),
            };
        }
        let age = kept.as_ref().map(|kept| self.options.now - kept.asked);
        match kept {
            // An answer of the future is that of a clock that was wrong.
            Some(kept) if age.is_some_and(|age| (0..self.options.max_age).contains(&age)) => {
                self.outcome(subject, registry, kept.package, kept.asked, true)
            }
            kept => self.fetch(subject, registry, detail, host, kept).unwrap_or_else(|failure| {
                Outcome::Unknown(format!("{} {}", crate::address::without_credentials(registry), failure.reason))
            }),
        }
    }

    fn fetch(
        &self,
        subject: &Subject,
        registry: &Arc<str>,
        detail: Detail,
        host: &Host,
        kept: Option<Kept>,
    ) -> Result<Outcome, Failure> {
        let failure = |reason: &str| Failure { reason: reason.to_owned(), is_unreachable: false };
        if let Some(reason) = host.given_up() {
            return Err(failure(&reason));
        }
        let Some(request) = protocol::request(subject.ecosystem, &subject.name, detail) else {
            return Err(failure("was not asked: that is not the name of a package"));
        };
        let base = format!("{}/", registry.trim_end_matches('/'));
        let address = Url::parse(&base).ok().filter(|address| matches!(address.scheme(), "http" | "https"));
        let Some(address) = address.and_then(|address| address.join(&request.path).ok()) else {
            return Err(failure("is not an address that can be asked"));
        };
        self.requests.fetch_add(1, Ordering::Relaxed);
        let known = kept.as_ref().map(|kept| &kept.validators);
        let reply = self.transport.get(&address, request.accept, known);
        host.note(&reply);
        let (package, validators) = match (reply?, kept) {
            (Reply::Unchanged, Some(kept)) => (kept.package, kept.validators),
            (Reply::Unchanged, None) => return Err(failure("answered 304 to a first question")),
            // Registries of Node say the same of a package that they do not show.
            (Reply::Missing, _) if subject.is_scoped() && !self.transport.has_credential(&address) => {
                return Err(failure("answered 404: it has no such package, or shows it with a credential only"));
            }
            (Reply::Missing, _) => (None, Validators::default()),
            (Reply::Document { kind, validators, body }, _) => {
                self.bytes.fetch_add(body.len() as u64, Ordering::Relaxed);
                let package = protocol::parse(subject.ecosystem, &subject.name, &kind, &body);
                let reason = |reason: String| failure(&format!("cannot be believed: {reason}"));
                (Some(package.map_err(reason)?), validators)
            }
        };
        let kept = Kept { package, asked: self.options.now, validators };
        self.cache.put(subject, detail, &kept);
        Ok(self.outcome(subject, registry, kept.package, kept.asked, false))
    }

    fn outcome(
        &self,
        subject: &Subject,
        registry: &Arc<str>,
        package: Option<Package>,
        asked: i64,
        is_cached: bool,
    ) -> Outcome {
        let answer = |package| Answer { package: Arc::new(package), registry: Arc::clone(registry), asked, is_cached };
        if let Some(package) = package {
            return Outcome::Known(answer(package));
        }
        Outcome::Missing(answer(Package { name: subject.name.as_ref().into(), ..Package::default() }))
    }

    /// What a sparse index says of where its crates are to be had: the text of its `config.json`.
    pub fn archives(&self, registry: &str) -> Option<String> {
        let mut text = Vec::new();
        self.download(&format!("{}/config.json", registry.trim_end_matches('/')), 100_000, &mut text).ok()?;
        String::from_utf8(text).ok()
    }

    /// Writes the file at an address to `out` and gives its size in bytes.
    ///
    /// # Errors
    /// Why it could not be had, as a phrase after the name of the host.
    pub fn download(&self, address: &str, most: u64, out: &mut dyn std::io::Write) -> Result<u64, String> {
        if self.options.offline {
            return Err("was not asked: this run is offline".to_owned());
        }
        let address = Url::parse(address).map_err(|_| "is not an address that can be asked".to_owned())?;
        self.requests.fetch_add(1, Ordering::Relaxed);
        let size = self.transport.download(&address, most, out).map_err(|failure| failure.reason)?;
        self.bytes.fetch_add(size, Ordering::Relaxed);
        Ok(size)
    }
}

/// Where a crate is to be had, by the `config.json` of its index.
pub fn crate_address(config: &str, name: &str, version: &str) -> Option<String> {
    let config: tame_index::index::IndexConfig = serde_json::from_str(config).ok()?;
    Some(config.download_url(tame_index::KrateName::cargo(name).ok()?, version))
}

/// The address of a file of a Python package, which its index may write as seen from the package's page.
pub fn joined(registry: &str, name: &str, address: &str) -> Option<String> {
    let page = Url::parse(&format!("{}/{name}/", registry.trim_end_matches('/'))).ok()?;
    Some(page.join(address).ok()?.to_string())
}

impl Host {
    fn given_up(&self) -> Option<String> {
        let is_lost =
            self.has_answered.load(Ordering::Relaxed) == 0 && self.failures.load(Ordering::Relaxed) >= PATIENCE;
        if is_lost { self.reason.lock().ok().and_then(|reason| reason.clone()) } else { None }
    }

    fn note(&self, reply: &Result<Reply, Failure>) {
        match reply {
            Err(failure) if failure.is_unreachable => {
                self.failures.fetch_add(1, Ordering::Relaxed);
                if let Ok(mut reason) = self.reason.lock() {
                    *reason = Some(failure.reason.clone());
                }
            }
            _ => {
                self.has_answered.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

fn unknown_registry(subject: &Subject, no_index: Option<&str>) -> String {
    if let (super::Ecosystem::Python, Some(setting)) = (subject.ecosystem, no_index) {
        return format!("{setting} turns all indexes off, and what stands in for them (find-links) is not asked");
    }
    let (what, key, example) = match subject.ecosystem {
        super::Ecosystem::Python => {
            ("index is known for Python packages", "python", "https://index.example.com/simple")
        }
        super::Ecosystem::Node => ("registry is known for Node packages", "node", "https://npm.example.com"),
        super::Ecosystem::Rust => ("sparse index is known for this crate", "rust", "https://crates.example.com/index"),
    };
    format!("no {what}; say it in reproof.toml: [registry] {key} = \"{example}\"")
}
