//! The keys of `[tool.uv]` as uv reads its settings from them (what releases 0.5.31 to 0.13.9 say they know, tried 2026-11).
//!
//! One key that it does not know, or that holds something else, makes it pass over all settings of that pyproject.toml
//! with a warning; at such a uv.toml it stops. What belongs to the project (sources, groups, members) is read apart.

use super::super::releases::Releases;
use super::super::shape::{Fault, Shape, Table, key};
use crate::python::name;
use crate::syntax::Node;

const TEXTS: Shape = Shape::List(&Shape::Text);
const NAMES: Shape = Shape::List(&Shape::Checked(name::is_valid, "a name"));
const PRERELEASE: Shape = Shape::Word(&["disallow", "allow", "if-necessary", "explicit", "if-necessary-or-explicit"]);

const METADATA: Table = Table {
    keys: &[
        ("name", Shape::Text),
        ("version", Shape::Text),
        ("requires-dist", TEXTS),
        ("requires-python", Shape::Text),
        ("provides-extra", TEXTS),
        ("provides-extras", TEXTS),
    ],
    needed: &["name"],
    one_of: &[],
    closed: true,
};

const OPTIONS: Shape = Shape::Table(&Table {
    keys: &[
        ("add-bounds", Shape::Word(&["lower", "major", "minor", "exact"])),
        ("allow-insecure-host", TEXTS),
        ("audit", Shape::Map(&Shape::Any)),
        ("build-backend", Shape::Any),
        ("build-constraint-dependencies", Shape::Any),
        ("cache-dir", Shape::Text),
        ("cache-keys", Shape::List(&Shape::Any)),
        ("check-url", Shape::Text),
        ("compile-bytecode", Shape::Bool),
        ("concurrent-builds", Shape::Number),
        ("concurrent-downloads", Shape::Number),
        ("concurrent-installs", Shape::Number),
        ("config-settings", Shape::Map(&Shape::Any)),
        ("config-settings-package", Shape::Map(&Shape::Any)),
        ("conflicts", Shape::Any),
        ("constraint-dependencies", Shape::Any),
        ("default-groups", Shape::Any),
        ("dependency-groups", Shape::Any),
        ("dependency-metadata", Shape::List(&Shape::Table(&METADATA))),
        ("dev-dependencies", Shape::Any),
        ("environments", Shape::Any),
        ("exclude-dependencies", Shape::Any),
        ("exclude-newer", Shape::Any),
        ("exclude-newer-package", Shape::Map(&Shape::Any)),
        ("extra-build-dependencies", Shape::Map(&Shape::List(&Shape::Any))),
        ("extra-build-variables", Shape::Map(&Shape::Map(&Shape::Any))),
        ("extra-index-url", TEXTS),
        ("find-links", TEXTS),
        ("fork-strategy", Shape::Word(&["fewest", "requires-python"])),
        ("graalpy-install-mirror", Shape::Text),
        ("http-proxy", Shape::Text),
        ("https-proxy", Shape::Text),
        ("index", Shape::List(&Shape::Map(&Shape::Any))),
        ("index-strategy", Shape::Word(&["first-index", "unsafe-first-match", "unsafe-best-match"])),
        ("index-url", Shape::Text),
        ("keyring-provider", Shape::Word(&["disabled", "subprocess"])),
        ("link-mode", Shape::Word(&["clone", "copy", "hardlink", "symlink"])),
        ("managed", Shape::Any),
        ("minimum-libc-version", Shape::Map(&Shape::Any)),
        ("native-tls", Shape::Bool),
        ("no-binary", Shape::Bool),
        ("no-binary-package", NAMES),
        ("no-build", Shape::Bool),
        ("no-build-isolation", Shape::Bool),
        ("no-build-isolation-package", NAMES),
        ("no-build-package", NAMES),
        ("no-cache", Shape::Bool),
        ("no-index", Shape::Bool),
        ("no-proxy", TEXTS),
        ("no-sources", Shape::Bool),
        ("no-sources-package", NAMES),
        ("offline", Shape::Bool),
        ("override-dependencies", Shape::Any),
        ("package", Shape::Any),
        ("pip", Shape::Map(&Shape::Any)),
        ("prerelease", Shape::Either(&[PRERELEASE, Shape::Map(&Shape::Any)], "a mode of pre-releases")),
        ("prerelease-package", Shape::Map(&PRERELEASE)),
        ("preview", Shape::Bool),
        ("preview-features", Shape::Any),
        ("publish-url", Shape::Text),
        ("pyodide-install-mirror", Shape::Text),
        ("pypy-install-mirror", Shape::Text),
        ("python-downloads", Shape::Either(&[Shape::Bool, Shape::Word(&["automatic", "manual", "never"])], "a policy")),
        ("python-downloads-json-url", Shape::Text),
        ("python-install-mirror", Shape::Text),
        ("python-preference", Shape::Word(&["only-managed", "managed", "system", "only-system"])),
        ("reinstall", Shape::Bool),
        ("reinstall-package", NAMES),
        ("require-build-hashes", Shape::Bool),
        ("required-environments", Shape::Any),
        ("required-version", Shape::Text),
        ("resolution", Shape::Word(&["highest", "lowest", "lowest-direct"])),
        ("sources", Shape::Any),
        ("system-certs", Shape::Bool),
        ("torch-backend", Shape::Text),
        ("trusted-publishing", Shape::Any),
        ("upgrade", Shape::Bool),
        ("upgrade-package", TEXTS),
        ("workspace", Shape::Any),
    ],
    needed: &[],
    one_of: &[],
    closed: true,
});

/// Keys that came late, with the release that first knew them, or the one after the last that was tried and did not.
const SINCE: [(&str, [u64; 3]); 22] = [
    ("required-environments", [0, 6, 1]),
    ("build-constraint-dependencies", [0, 6, 2]),
    ("add-bounds", [0, 7, 1]),
    ("dependency-groups", [0, 7, 14]),
    ("python-downloads-json-url", [0, 7, 1]),
    ("config-settings-package", [0, 8, 1]),
    ("exclude-newer-package", [0, 8, 4]),
    ("extra-build-dependencies", [0, 8, 1]),
    ("extra-build-variables", [0, 8, 1]),
    ("exclude-dependencies", [0, 9, 8]),
    ("http-proxy", [0, 8, 25]),
    ("https-proxy", [0, 8, 25]),
    ("no-proxy", [0, 8, 25]),
    ("no-sources-package", [0, 8, 25]),
    ("torch-backend", [0, 8, 25]),
    ("audit", [0, 10, 13]),
    ("preview-features", [0, 10, 13]),
    ("system-certs", [0, 10, 13]),
    ("prerelease-package", [0, 11, 29]),
    ("graalpy-install-mirror", [0, 12, 6]),
    ("minimum-libc-version", [0, 12, 6]),
    ("pyodide-install-mirror", [0, 12, 6]),
];

/// Whether the releases of the project may know a key.
pub(super) fn is_known(releases: &Releases, key: &str) -> bool {
    !SINCE.iter().any(|(late, since)| *late == key && releases.are_before(since))
}

/// The first key that keeps uv from reading its settings in a table.
pub(super) fn fault(releases: &Releases, table: Node<'_>, name: &str) -> Option<Fault> {
    let late = table.own_entries().find(|entry| !is_known(releases, key(*entry))).map(|entry| {
        let message = format!("the uv of this project does not know `{}` of {name} yet", key(entry));
        Fault::new(message, entry.key.span())
    });
    late.or_else(|| OPTIONS.fault(table, name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::source::SourceId;
    use crate::syntax::toml;

    #[test]
    fn one_key_keeps_uv_from_all() {
        for (text, expected) in [
            ("link-mode = 'copy'\nindex-url = 'https://index.example.com'\nmanaged = 1", None),
            ("news = 1", Some("[tool.uv] has the key `news`, which is not known there")),
            ("compile-bytecode = 'yes'", Some("[tool.uv].compile-bytecode is not true or false")),
            ("resolution = 'newest'", Some("[tool.uv].resolution is not one of highest, lowest, lowest-direct")),
            ("no-binary-package = ['a b']", Some("an item of [tool.uv].no-binary-package is not a name")),
        ] {
            let tree = toml::parse(SourceId::FIRST, &text.into()).unwrap();
            let found = fault(&Releases::default(), tree.root(), "[tool.uv]").map(|fault| fault.message);
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
