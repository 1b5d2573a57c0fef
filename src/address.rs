//! Scheme and host of the addresses that lockfiles and manifests name, without resolving anything.

use compact_str::CompactString;

/// The parts of an address that say whom it trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The scheme in lower case: https, http, ssh, git, file. `git+https` is https; `git@host:path` is ssh.
    pub scheme: CompactString,
    /// The host in lower case, without credentials, with its port when one is written; empty for files.
    pub host: CompactString,
}

/// Reads an address; `None` for a path and anything else without a host.
pub fn parse(text: &str) -> Option<Address> {
    let text = text.trim();
    let Some((scheme, rest)) = text.split_once("://") else { return scp(text) };
    let scheme = scheme.rsplit('+').next().unwrap_or(scheme);
    let scheme = lower(scheme);
    if scheme.is_empty() || !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.') {
        return None;
    }
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or(rest);
    let host = lower(authority.rsplit('@').next().unwrap_or(authority));
    if host.is_empty() && scheme != "file" {
        return None;
    }
    Some(Address { scheme, host })
}

fn lower(text: &str) -> CompactString {
    let mut text = CompactString::from(text);
    text.make_ascii_lowercase();
    text
}

/// An address without user name and password.
pub fn without_credentials(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    format!("{scheme}://{host}{path}")
}

/// `git@host:path`, which git takes for ssh.
fn scp(text: &str) -> Option<Address> {
    let (login, path) = text.split_once(':')?;
    let (user, host) = login.split_once('@')?;
    let is_word = |part: &str| !part.is_empty() && !part.contains(['/', ' ', '\\']);
    let is_address = is_word(user) && is_word(host) && !path.is_empty();
    is_address.then(|| Address { scheme: "ssh".into(), host: lower(host) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let cases = [
            ("https://Corp.Example.com/simple", Some(("https", "corp.example.com"))),
            ("https://user:p%40ss@corp.example.com:8443/simple", Some(("https", "corp.example.com:8443"))),
            ("git+ssh://git@git.example.com/a/b.git@main", Some(("ssh", "git.example.com"))),
            ("git@git.example.com:a/b.git", Some(("ssh", "git.example.com"))),
            ("file:///srv/wheels", Some(("file", ""))),
            ("HTTP://x.example.com?a=b", Some(("http", "x.example.com"))),
            ("../lib", None),
            ("C:\\lib", None),
            ("https:///x", None),
            ("requests @ somewhere", None),
        ];
        for (text, expected) in cases {
            let parts = parse(text);
            let parts = parts.as_ref().map(|address| (address.scheme.as_str(), address.host.as_str()));
            assert_eq!(parts, expected, "{text}");
        }
        assert_eq!(without_credentials("https://u:p@a.example.com/x?y@z"), "https://a.example.com/x?y@z");
        assert_eq!(without_credentials("../lib"), "../lib");
    }
}
