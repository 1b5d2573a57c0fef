//! Edits of a small workspace, and what uv says of each.

use crate::derive::lock::tests::judged;

const ROOT: &str = "[project]
name = \"shop\"
version = \"1.0\"
requires-python = \">=3.12\"
dependencies = []

[tool.uv]
resolution = \"lowest\"

[tool.uv.workspace]
members = [\"examples\", \"examples/one\"]

[tool.uv.sources]
shop = { workspace = true }
";
const EXAMPLES: &str = "[project]\nname = \"examples\"\nversion = \"1.0\"\nrequires-python = \">=3.12\"\n";
const ONE: &str =
    "[project]\nname = \"one\"\nversion = \"1.0\"\nrequires-python = \">=3.12\"\ndependencies = [\"shop\"]\n";
const LOCK: &str = "version = 1
revision = 3
requires-python = \">=3.12\"

[options]
resolution-mode = \"lowest\"

[manifest]
members = [
    \"examples\",
    \"one\",
    \"shop\",
]

[[package]]
name = \"examples\"
version = \"1.0\"
source = { virtual = \"examples\" }

[[package]]
name = \"one\"
version = \"1.0\"
source = { virtual = \"examples/one\" }
dependencies = [
    { name = \"shop\" },
]

[package.metadata]
requires-dist = [{ name = \"shop\" }]

[[package]]
name = \"shop\"
version = \"1.0\"
source = { virtual = \".\" }
";

fn told(old: &str, new: &str) -> String {
    let files = [
        ("uv.lock", LOCK),
        ("pyproject.toml", ROOT),
        ("examples/pyproject.toml", EXAMPLES),
        ("examples/one/pyproject.toml", ONE),
    ];
    judged(&files, "pyproject.toml", old, new)
}

#[test]
fn settings_and_members() {
    let cases = [
        ("[tool.uv]", "[tool.uv]", "fresh"),
        (
            "[tool.uv]",
            "[tool.uv]\nnews = 1",
            "stale\npyproject.toml:8 resolution is highest (uv passes over all settings, as [tool.uv] has the key `news`, which is not known there), the lockfile was made with lowest",
        ),
        (
            "[tool.uv]",
            "[tool.uv]\nrequired-version = \"<0.9\"\nexclude-dependencies = []",
            "stale\npyproject.toml:9 resolution is highest (uv passes over all settings, as the uv of this project does not know `exclude-dependencies` of [tool.uv] yet), the lockfile was made with lowest",
        ),
        (
            "[tool.uv]",
            "[tool.uv]\nprerelease-package = { six = \"allow\" }",
            "stale\npyproject.toml:8 prerelease-package is six allow, the lockfile was made with not set",
        ),
    ];
    for (old, new, expected) in cases {
        assert_eq!(told(old, new), expected, "{new}");
    }
}
