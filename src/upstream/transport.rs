//! Requests: the only code that opens a socket.
//!
//! Redirects are followed by hand, so that a credential never reaches another host. Each failure is put into words
//! that name no credential.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, http};
use url::Url;

use super::settings::Trust;
use super::tie::{self, Tie};

/// How long and how much a request may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Until a connection stands.
    pub connect: Duration,
    /// For one answer as a whole.
    pub answer: Duration,
    /// Decoded bytes of a document: the largest known packument has about 50 MB.
    pub document_bytes: u64,
    /// How often a failed request is repeated.
    pub repeats: u32,
    /// The longest that a `Retry-After` is waited for.
    pub wait: Duration,
    /// The wait before the first repeat where the registry names none; it doubles.
    pub pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(60),
            document_bytes: 64_000_000,
            repeats: 2,
            wait: Duration::from_secs(30),
            pause: Duration::from_millis(500),
        }
    }
}

/// What an earlier answer said of itself, to ask whether it still holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Validators {
    pub(super) etag: Option<String>,
    pub(super) modified: Option<String>,
}

/// An answer.
pub(super) enum Reply {
    /// A document.
    Document { kind: String, validators: Validators, body: Vec<u8> },
    /// The earlier answer still holds.
    Unchanged,
    /// There is no such thing.
    Missing,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// A phrase after "the registry".
    pub(super) reason: String,
    /// Whether the host could not be reached at all, so that asking it for another name is no use.
    pub(super) is_unreachable: bool,
}

impl Failure {
    fn answered(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), is_unreachable: false }
    }
}

/// More redirects than this lead nowhere.
const REDIRECTS: usize = 5;

/// Sends requests.
pub(super) struct Transport {
    /// One that trusts whom the system trusts, and one that trusts whom the user's settings name, where they do.
    agents: Vec<Agents>,
    /// The one of them whom the last host was trusted by.
    trusted: AtomicUsize,
    /// The setting that turns the look at certificates off, which is not followed.
    unfollowed: Option<&'static str>,
    ties: Vec<Tie>,
    limits: Limits,
}

/// Two ways to wait.
struct Agents {
    documents: Agent,
    /// For files, which take as long as they take while something arrives.
    files: Agent,
}

impl Agents {
    fn new(roots: RootCerts, limits: Limits) -> Self {
        let crypto = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder().root_certs(roots).unversioned_rustls_crypto_provider(crypto).build();
        let config = || {
            Agent::config_builder()
                .tls_config(tls.clone())
                .user_agent(concat!("reproof/", env!("CARGO_PKG_VERSION")))
                .http_status_as_error(false)
                .max_redirects(0)
                .timeout_connect(Some(limits.connect))
                .max_idle_connections_per_host(16)
                .max_idle_connections(64)
        };
        Self {
            documents: config().timeout_global(Some(limits.answer)).build().new_agent(),
            files: config().timeout_per_read(Some(limits.answer)).build().new_agent(),
        }
    }
}

impl Transport {
    pub(super) fn new(ties: Vec<Tie>, trust: &Trust, limits: Limits) -> Self {
        // What is no certificate is passed over, as the clients do.
        let certificate = |item| match item {
            PemItem::Certificate(certificate) => Some(certificate),
            _ => None,
        };
        let items = trust.authorities.iter().flat_map(|text| parse_pem(text.as_bytes())).flatten();
        let named: Vec<_> = items.filter_map(certificate).collect();
        let mut agents = vec![Agents::new(RootCerts::PlatformVerifier, limits)];
        if !named.is_empty() {
            agents.push(Agents::new(RootCerts::new_with_certs(&named), limits));
        }
        Self { agents, trusted: AtomicUsize::new(0), unfollowed: trust.unfollowed, ties, limits }
    }

    /// Whether a credential goes to an address.
    pub(super) fn has_credential(&self, address: &Url) -> bool {
        tie::header(&self.ties, address).is_some()
    }

    /// Asks, and asks again where that may help.
    pub(super) fn get(&self, address: &Url, accept: &str, known: Option<&Validators>) -> Result<Reply, Failure> {
        let mut repeat = 0;
        loop {
            let again = match self.once(address, accept, known) {
                Ok(reply) => return Ok(reply),
                Err(Trouble { failure, wait }) if repeat < self.limits.repeats => match wait {
                    Wait::Never => return Err(failure),
                    Wait::Pause => self.limits.pause * 2_u32.pow(repeat),
                    Wait::For(time) if time > self.limits.wait => return Err(failure),
                    Wait::For(time) => time,
                },
                Err(Trouble { failure, .. }) => return Err(failure),
            };
            std::thread::sleep(again);
            repeat += 1;
        }
    }

    fn once(&self, address: &Url, accept: &str, known: Option<&Validators>) -> Result<Reply, Trouble> {
        let response = self.follow(|agents| &agents.documents, address, accept, known)?;
        let status = response.status().as_u16();
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        match status {
            200 => {
                let validators = Validators { etag: header("etag"), modified: header("last-modified") };
                let kind = header("content-type").unwrap_or_default().to_ascii_lowercase();
                let body = read(response, self.limits.document_bytes)?;
                Ok(Reply::Document { kind, validators, body })
            }
            304 if known.is_some() => Ok(Reply::Unchanged),
            // As Cargo has it: gone, and held back for legal reasons, are as good as missing.
            404 | 410 | 451 => Ok(Reply::Missing),
            401 | 403 => Err(Trouble::last(format!(
                "answered {status}: it wants a credential, and your own settings tie none to it"
            ))),
            429 | 500..=599 => {
                let seconds = header("retry-after").and_then(|text| text.trim().parse::<u64>().ok());
                let wait = seconds.map_or(Wait::Pause, |seconds| Wait::For(Duration::from_secs(seconds)));
                Err(Trouble { failure: Failure::answered(format!("answered {status}")), wait })
            }
            _ => Err(Trouble::last(format!("answered {status}"))),
        }
    }

    /// Sends a request and follows redirects. What leaves the first host goes on without credentials.
    fn follow(
        &self,
        agent: fn(&Agents) -> &Agent,
        address: &Url,
        accept: &str,
        known: Option<&Validators>,
    ) -> Result<http::Response<Body>, Trouble> {
        let mut here = address.clone();
        let mut may_tell = true;
        for _ in 0..=REDIRECTS {
            let mut headers = vec![("accept", accept)];
            if may_tell && let Some(secret) = tie::header(&self.ties, &here) {
                headers.push(("authorization", secret));
            }
            if let Some(etag) = known.and_then(|known| known.etag.as_deref()) {
                headers.push(("if-none-match", etag));
            } else if let Some(day) = known.and_then(|known| known.modified.as_deref()) {
                headers.push(("if-modified-since", day));
            }
            let response = self.call(agent, &here, &headers).map_err(|error| self.trouble(&error, &here))?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            let next = response.headers().get("location").and_then(|value| value.to_str().ok());
            let Some(next) = next.and_then(|next| here.join(next).ok()) else {
                return Err(Trouble::last("redirects to nowhere"));
            };
            if !matches!(next.scheme(), "http" | "https") || (here.scheme() == "https" && next.scheme() == "http") {
                return Err(Trouble::last("redirects to an address that is not safe"));
            }
            may_tell &= next.origin() == here.origin();
            here = next;
        }
        Err(Trouble::last("redirects in a circle"))
    }

    /// Sends a request to a host whose certificate the system or the user's settings vouch for. Nothing of a request is
    /// sent before that is known.
    fn call(
        &self,
        agent: fn(&Agents) -> &Agent,
        address: &Url,
        headers: &[(&str, &str)],
    ) -> Result<http::Response<Body>, ureq::Error> {
        let by = |index: usize| {
            let request = agent(&self.agents[index]).get(plain(address).as_str());
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).call()
        };
        let first = self.trusted.load(Ordering::Relaxed);
        match by(first) {
            Err(error) if is_untrusted(&error) && self.agents.len() > 1 => {
                let other = 1 - first;
                let called = by(other);
                if !called.as_ref().is_err_and(is_untrusted) {
                    self.trusted.store(other, Ordering::Relaxed);
                }
                called
            }
            called => called,
        }
    }

    /// Why a request failed, and whether a proxy stood between.
    fn trouble(&self, error: &ureq::Error, address: &Url) -> Trouble {
        let mut trouble = Trouble::of(error);
        if is_untrusted(error) {
            let reason = match self.unfollowed {
                None => UNTRUSTED.to_owned(),
                Some(setting) => format!("{UNTRUSTED} ({setting} is not followed)"),
            };
            return Trouble { failure: Failure { reason, is_unreachable: true }, wait: Wait::Never };
        }
        let proxy = self.agents[0].documents.config().proxy().zip(address.as_str().parse().ok());
        if trouble.failure.is_unreachable && proxy.is_some_and(|(proxy, address)| !proxy.is_no_proxy(&address)) {
            trouble.failure.reason.push_str(" through the proxy that your environment names");
        }
        trouble
    }

    /// Writes a file that is fetched from an address to `out`, and gives its size.
    pub(super) fn download(&self, address: &Url, most: u64, out: &mut dyn std::io::Write) -> Result<u64, Failure> {
        let response = self.follow(|agents| &agents.files, address, "*/*", None).map_err(|trouble| trouble.failure)?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(Failure::answered(format!("answered {status}")));
        }
        let mut reader = response.into_body().into_reader();
        let mut buffer = vec![0; 64 * 1024];
        let mut size = 0;
        loop {
            let count = reader.read(&mut buffer).map_err(|error| Failure::answered(cut(&error)))?;
            if count == 0 {
                return Ok(size);
            }
            size += count as u64;
            if size > most {
                return Err(Failure::answered(format!("sent more than {} MB", most / 1_000_000)));
            }
            out.write_all(&buffer[..count])
                .map_err(|error| Failure::answered(format!("answered, but nothing could be written: {error}")))?;
        }
    }
}

/// What is said of a host that nobody vouches for.
const UNTRUSTED: &str =
    "shows a certificate that nothing here vouches for: name the file of its authority in SSL_CERT_FILE";

/// Whether a connection was given up because of the certificate of the host.
fn is_untrusted(error: &ureq::Error) -> bool {
    let inner = match error {
        ureq::Error::Rustls(error) => Some(error),
        ureq::Error::Io(error) => error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()),
        _ => None,
    };
    // Without any authority of the system there is an error of another kind.
    matches!(inner, Some(rustls::Error::InvalidCertificate(_) | rustls::Error::General(_)))
}

/// When to ask again.
enum Wait {
    Never,
    Pause,
    For(Duration),
}

struct Trouble {
    failure: Failure,
    wait: Wait,
}

impl Trouble {
    fn last(reason: impl Into<String>) -> Self {
        Self { failure: Failure::answered(reason), wait: Wait::Never }
    }

    fn of(error: &ureq::Error) -> Self {
        let (reason, is_unreachable) = match error {
            ureq::Error::HostNotFound => ("cannot be found (no address for its host)".to_owned(), true),
            ureq::Error::ConnectionFailed => ("cannot be reached".to_owned(), true),
            ureq::Error::Timeout(_) => ("did not answer in time".to_owned(), false),
            ureq::Error::Io(error) => match error.kind() {
                std::io::ErrorKind::ConnectionRefused => ("refuses connections".to_owned(), true),
                _ => (cut(error), false),
            },
            other => (format!("cannot be asked: {other}"), true),
        };
        Self { failure: Failure { reason, is_unreachable }, wait: Wait::Pause }
    }
}

/// The address without user and password, which are sent by ties only.
fn plain(address: &Url) -> Url {
    let mut address = address.clone();
    // Both fail only for addresses that have no host, and then there is nothing to take out.
    let _taken = (address.set_username(""), address.set_password(None));
    address.set_fragment(None);
    address
}

fn read(response: http::Response<Body>, most: u64) -> Result<Vec<u8>, Trouble> {
    let begun = Instant::now();
    let mut body = Vec::new();
    let mut reader = response.into_body().into_reader().take(most + 1);
    let read = reader.read_to_end(&mut body);
    if body.len() as u64 > most {
        return Err(Trouble::last(format!("sent more than {} MB", most / 1_000_000)));
    }
    match read {
        Ok(_) => Ok(body),
        Err(error) => {
            let reason = match error.kind() {
                std::io::ErrorKind::TimedOut => {
                    format!("did not end its answer within {} s", begun.elapsed().as_secs())
                }
                _ => cut(&error),
            };
            Err(Trouble { failure: Failure::answered(reason), wait: Wait::Pause })
        }
    }
}

fn cut(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::TimedOut => "did not answer in time".to_owned(),
        _ => format!("broke its answer off ({error})"),
    }
}
