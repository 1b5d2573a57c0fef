//! Credentials, each tied to the host and path that the user's own settings name it for.
//!
//! Nothing of a scanned repository makes a tie, so no repository can have a credential sent anywhere.

use std::fmt;

use url::{Host, Url};

/// A credential and where it may go.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Tie {
    host: String,
    port: Option<u16>,
    /// Begins and ends with `/`.
    path: String,
    header: String,
}

impl Tie {
    /// A credential for what lies below an address. `None` for addresses that nothing secret may be sent to: plain
    /// http is safe within one machine only.
    pub(super) fn below(address: &Url, header: String) -> Option<Self> {
        let host = safe_host(address)?;
        let path = address.path().trim_end_matches('/');
        Some(Self { host, port: address.port_or_known_default(), path: format!("{path}/"), header })
    }

    /// A credential for all of a host.
    pub(super) fn host(address: &Url, header: String) -> Option<Self> {
        let mut root = address.clone();
        root.set_path("/");
        Self::below(&root, header)
    }

    fn holds(&self, address: &Url) -> bool {
        let path = format!("{}/", address.path().trim_end_matches('/'));
        safe_host(address).is_some_and(|host| host == self.host)
            && address.port_or_known_default() == self.port
            && path.starts_with(&self.path)
    }
}

/// The credential for an address: that of the longest path it lies below.
pub(super) fn header<'t>(ties: &'t [Tie], address: &Url) -> Option<&'t str> {
    let fitting = ties.iter().filter(|tie| tie.holds(address));
    fitting.max_by_key(|tie| tie.path.len()).map(|tie| tie.header.as_str())
}

/// The `Authorization` of a user name and a password.
pub(super) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", base64(format!("{user}:{password}").as_bytes()))
}

/// The `Authorization` that an address itself carries.
pub(super) fn of_address(address: &Url) -> Option<String> {
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let password = address.password().map(decoded).unwrap_or_default();
    let user = decoded(address.username());
    (!user.is_empty() || !password.is_empty()).then(|| basic(&user, &password))
}

fn safe_host(address: &Url) -> Option<String> {
    let host = address.host()?;
    let is_here = match &host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    };
    (address.scheme() == "https" || (address.scheme() == "http" && is_here)).then(|| host.to_string())
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let value = group.iter().enumerate().fold(0_u32, |sum, (at, byte)| sum | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            let digit = DIGITS[(value >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= group.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

/// Never shows the credential.
impl fmt::Debug for Tie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a credential for {}{}", self.host, self.path)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_credential_goes_where_it_is_tied_to_and_nowhere_else() {
        let url = |text: &str| Url::parse(text).unwrap();
        let ties = [
            Tie::below(&url("https://npm.example.com/team/"), "team".to_owned()).unwrap(),
            Tie::host(&url("https://npm.example.com/x"), "all".to_owned()).unwrap(),
        ];
        for (address, expected) in [
            ("https://npm.example.com/team/pkg", Some("team")),
            ("https://npm.example.com/team", Some("team")),
            ("https://npm.example.com/teams/pkg", Some("all")),
            ("https://NPM.example.com:443/other", Some("all")),
            ("http://npm.example.com/team/pkg", None),
            ("https://npm.example.com:8443/team/pkg", None),
            ("https://npm.example.com.evil.example.org/team/pkg", None),
            ("https://npm.example.com@evil.example.org/team/pkg", None),
            ("https://evil.example.org/npm.example.com/team/pkg", None),
            ("https://evil.example.org\\@npm.example.com/team/", None),
        ] {
            assert_eq!(header(&ties, &url(address)), expected, "{address}");
        }
        assert_eq!(Tie::host(&url("http://npm.example.com/"), String::new()), None);
        assert!(!format!("{ties:?}").contains("all\""));
    }

    #[test]
    fn basic_credentials() {
        assert_eq!(basic("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(base64(b"abc"), "YWJj");
        let address = Url::parse("https://u:p%40ss@a.example.com/").unwrap();
        assert_eq!(of_address(&address), Some(basic("u", "p@ss")));
        assert_eq!(of_address(&Url::parse("https://a.example.com/").unwrap()), None);
    }
}
