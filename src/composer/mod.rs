//! Composer's own arithmetic: the digest of a manifest, versions, constraints.
//!
//! As Composer 2.5 and its semver library compute them; read and run in November 2026.

pub mod constraint;
pub mod digest;
pub mod version;

/// Whether a requirement is met by the machine and not by a package: `php`, `ext-json`, `composer-plugin-api`.
pub fn is_platform(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_part = |prefix: &str| name.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && !rest.contains('/'));
    matches!(
        &*name,
        "php"
            | "php-64bit"
            | "php-ipv6"
            | "php-zts"
            | "php-debug"
            | "hhvm"
            | "composer"
            | "composer-plugin-api"
            | "composer-runtime-api"
    ) || is_part("ext-")
        || is_part("lib-")
}
