//! What the address of a registry's archive says of the package in it.
//!
//! Registries serve `NAME/-/NAME-VERSION.tgz`, with the scope once or twice; a few put name and version into folders.

use super::version::{self, Mode};

/// Whether an address has the form of a registry's archives.
pub fn is_of_registry(address: &str, package: &str, version: &str) -> bool {
    let path = path_of(address);
    path.contains("/-/") || path.contains(&format!("/{package}/{version}"))
}

/// Whether an address of the registry's form names another package, or another version of it.
pub fn is_of_another(address: &str, package: &str, version: &str) -> bool {
    let path = path_of(address);
    let Some((front, file)) = path.rsplit_once("/-/") else { return false };
    let is_named = front.strip_suffix(package).is_some_and(|before| before.is_empty() || before.ends_with('/'));
    if !is_named {
        return true;
    }
    let file = crate::path::file_name(file);
    let Some(stem) = [".tgz", ".tar.gz"].iter().find_map(|ending| file.strip_suffix(ending)) else { return false };
    let bare = crate::path::file_name(package);
    let rest = stem.strip_prefix(bare).and_then(|rest| rest.strip_prefix('-'));
    rest.is_none_or(|rest| !is_same(rest, version))
}

/// What stands behind the host, without query, with the signs that scopes are written with.
fn path_of(address: &str) -> String {
    let address = address.split(['?', '#']).next().unwrap_or(address);
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = rest.find('/').map_or("", |at| &rest[at..]);
    path.replace("%2f", "/").replace("%2F", "/").replace("%40", "@")
}

/// Archives are named without what follows a plus sign.
fn is_same(one: &str, two: &str) -> bool {
    let plain = |text: &str| version::parse(text.split('+').next().unwrap_or(text), Mode::Loose);
    one == two || plain(one).is_some_and(|one| plain(two) == Some(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_packages() {
        for (address, package, version, expected) in [
            ("https://npm.example.com/ms/-/ms-2.0.0.tgz", "ms", "2.0.0", (true, false)),
            ("https://npm.example.com/ms/-/ms-2.0.0.tgz#0123", "ms", "2.0.0", (true, false)),
            ("https://npm.example.com/@s/ms/-/ms-2.0.0.tgz", "@s/ms", "2.0.0", (true, false)),
            ("https://npm.example.com/@s%2fms/-/ms-2.0.0.tgz", "@s/ms", "2.0.0", (true, false)),
            ("https://npm.example.com/api/npm/all/@s/ms/-/@s/ms-2.0.0.tgz?a=/-/", "@s/ms", "2.0.0", (true, false)),
            ("https://npm.example.com/ms/-/1.0/ms-2.0.0-beta.1.tgz", "ms", "2.0.0-beta.1+build", (true, false)),
            ("https://npm.example.com/download/@s/ms/2.0.0/0123", "@s/ms", "2.0.0", (true, false)),
            ("https://npm.example.com/ms/-/ms-2.0.1.tgz", "ms", "2.0.0", (true, true)),
            ("https://npm.example.com/mss/-/ms-2.0.0.tgz", "ms", "2.0.0", (true, true)),
            ("https://npm.example.com/ms/-/mss-2.0.0.tgz", "ms", "2.0.0", (true, true)),
            ("https://npm.example.com/@evil/ms/-/ms-2.0.0.tgz", "@s/ms", "2.0.0", (true, true)),
            ("https://files.example.com/ms.tgz", "ms", "2.0.0", (false, false)),
            ("", "", "", (false, false)),
        ] {
            let found = (is_of_registry(address, package, version), is_of_another(address, package, version));
            assert_eq!(found, expected, "{address} {package}");
        }
    }
}
