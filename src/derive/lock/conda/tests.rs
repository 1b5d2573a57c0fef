//! Edits of small workspaces and environments, and what is told of each. The digest is one that conda-lock 4.0.3 made.

use crate::derive::lock::tests::judged;

const PIXI: &str = r#"[workspace]
name = "x"
channels = ["conda-forge"]
platforms = ["linux-64"]

[dependencies]
amber = ">=1"
python = "3.12.*"

[pypi-dependencies]
"Birch.Tree" = "*"
own = { path = ".", editable = true }

[feature.test.dependencies]
cedar = "*"

[environments]
test = ["test"]
"#;
const LOCK: &str = "version: 6
environments:
  default:
    channels:
    - url: https://conda.example.com/conda-forge/
    packages:
      linux-64:
      - conda: https://conda.example.com/conda-forge/linux-64/amber-1.2-h0_0.conda
      - conda: https://conda.example.com/conda-forge/linux-64/python-3.12.3-h0_0.conda
      - pypi: https://files.example.com/birch_tree-1.0-py3-none-any.whl
      - pypi: ./
  test:
    channels:
    - url: https://conda.example.com/conda-forge/
    packages:
      linux-64:
      - conda: https://conda.example.com/conda-forge/linux-64/amber-1.2-h0_0.conda
      - conda: https://conda.example.com/conda-forge/linux-64/cedar-2.0-h0_0.conda
      - conda: https://conda.example.com/conda-forge/linux-64/python-3.12.3-h0_0.conda
      - pypi: https://files.example.com/birch_tree-1.0-py3-none-any.whl
      - pypi: ./
packages:
- conda: https://conda.example.com/conda-forge/linux-64/amber-1.2-h0_0.conda
  depends:
  - __glibc >=2.17
  purls: []
- conda: https://conda.example.com/conda-forge/linux-64/cedar-2.0-h0_0.conda
  depends:
  - amber >=1.2,<2.0a0
  purls: []
- conda: https://conda.example.com/conda-forge/linux-64/python-3.12.3-h0_0.conda
  purls: []
- pypi: https://files.example.com/birch_tree-1.0-py3-none-any.whl
  name: birch-tree
  version: '1.0'
  requires_dist:
  - dogwood ; python_version < '3.8'
  - elm ; extra == 'fast'
  requires_python: '>=3.8'
- pypi: ./
  name: own
  version: 0.1.0
  requires_dist:
  - birch-tree>=1
";
const OWN: &str = "[project]\nname = \"own\"\nversion = \"0.1.0\"\ndependencies = [\"Birch-Tree >=1\"]\n";

/// A file, what is replaced in it, by what, and what is told then.
const PIXI_EDITS: &[(&str, &str, &str, &str)] = &[
    ("pixi.toml", "\"x\"", "\"y\"", "fresh"),
    ("pixi.toml", "amber = \">=1\"", "amber = \"1.2.*\"", "fresh"),
    (
        "pixi.toml",
        "amber = \">=1\"",
        "amber = \">=2\"",
        "stale\npixi.toml:7 amber >=2 is asked for, 1.2 h0_0 is locked",
    ),
    (
        "pixi.toml",
        "\">=1\"",
        "{ version = \">=1\", build = \"cuda*\" }",
        "stale\npixi.toml:7 amber >=1 is asked for, 1.2 h0_0 is locked",
    ),
    (
        "pixi.toml",
        "\">=1\"",
        "{ version = \">=1\", channel = \"other\" }",
        "stale\npixi.toml:7 amber >=1 is locked from another channel",
    ),
    ("pixi.toml", "cedar = \"*\"", "fir = \"*\"", "stale\npixi.toml:15 fir is not in the lockfile for linux-64"),
    ("pixi.toml", "cedar = \"*\"\n", "", "stale\npixi.toml:17 nothing asks for cedar, which the lockfile has"),
    ("pixi.toml", "[dependencies]", "[target.linux.dependencies]", "fresh"),
    ("pixi.toml", "[dependencies]", "[target.osx.dependencies]\nfir = \"*\"\n\n[dependencies]", "fresh"),
    (
        "pixi.toml",
        "\"Birch.Tree\" = \"*\"",
        "birch_tree = \"<1\"",
        "stale\npixi.toml:11 birch-tree <1 is asked for, 1.0 is locked",
    ),
    (
        "pixi.toml",
        "= \"*\"\nown",
        "= { version = \"*\", extras = [\"fast\"] }\nown",
        "stale\npixi.toml:1 elm, which birch-tree asks for, is not in the lockfile for linux-64",
    ),
    ("pixi.toml", "\"3.12.*\"", "\"3.13.*\"", "stale\npixi.toml:8 python 3.13.* is asked for, 3.12.3 h0_0 is locked"),
    (
        "pixi.toml",
        "\"conda-forge\"",
        "\"bioconda\"",
        "stale\npixi.toml:3 the channels are bioconda, they were others when it was locked",
    ),
    (
        "pixi.toml",
        "\"linux-64\"]",
        "\"osx-64\"]",
        "stale\npixi.toml:4 the lockfile has the platform linux-64, which is not asked for any more\npixi.toml:7 amber >=1 is not in the lockfile for osx-64\npixi.toml:8 python 3.12.* is not in the lockfile for osx-64\npixi.toml:11 birch-tree is not in the lockfile for osx-64\npixi.toml:12 own is not in the lockfile for osx-64\npixi.toml:15 cedar is not in the lockfile for osx-64",
    ),
    (
        "pixi.toml",
        "name = \"x\"",
        "name = \"x\"\nchannel-priority = \"disabled\"",
        "stale\npixi.toml:3 channel-priority is disabled, it was strict when it was locked",
    ),
    (
        "pixi.toml",
        "test = [\"test\"]\n",
        "",
        "stale\npixi.toml:17 the lockfile has the environment test, which is not asked for any more",
    ),
    (
        "pixi.toml",
        "[\"test\"]",
        "[\"test\"]\nlint = []",
        "stale\npixi.toml:19 the environment lint is not in the lockfile",
    ),
    (
        "pixi.toml",
        "[\"test\"]",
        "[\"tests\"]",
        "error\nthe environment test names the feature tests, which is not there",
    ),
    (
        "pixi.toml",
        "path = \".\", editable = true",
        "git = \"https://git.example.com/own\"",
        "stale\npixi.toml:12 own is asked for from https://git.example.com/own, ./ is locked",
    ),
    (
        "pyproject.toml",
        ">=1",
        ">=2",
        "stale\npyproject.toml:4 own asks for Birch-Tree >=2, it did not when it was locked",
    ),
    ("pyproject.toml", "version = \"0.1.0\"", "dynamic = [\"version\"]", "fresh"),
    (
        "pyproject.toml",
        "dependencies = [\"Birch-Tree >=1\"]",
        "dynamic = [\"dependencies\"]",
        "undecidable\nwhat own asks for is only known when it is built",
    ),
    (
        "pixi.lock",
        "  - amber >=1.2,<2.0a0\n",
        "  - amber >=1.3,<2.0a0\n",
        "stale\npixi.toml:18 amber >=1.3,<2.0a0, which cedar asks for, is asked for, 1.2 h0_0 is locked",
    ),
    (
        "pixi.lock",
        "- conda: https://conda.example.com/conda-forge/linux-64/cedar-2.0-h0_0.conda\n  depends",
        "- conda: https://conda.example.com/x\n  depends",
        "error\nthe environment test lists https://conda.example.com/conda-forge/linux-64/cedar-2.0-h0_0.conda, of which the lockfile says no more\npixi.toml:15 cedar is not in the lockfile for linux-64",
    ),
    ("pixi.lock", "version: 6", "version: 3", "undecidable\nits format is not read"),
];

#[test]
fn pixi_asks_whether_the_packages_are_still_what_is_asked_for() {
    let files = [("pixi.lock", LOCK), ("pixi.toml", PIXI), ("pyproject.toml", OWN)];
    for (path, old, new, expected) in PIXI_EDITS {
        assert_eq!(judged(&files, path, old, new), *expected, "{path}: {old} -> {new}");
    }
}

const ENVIRONMENT: &str = "name: x
channels: [conda-forge]
platforms: [linux-64]
dependencies:
  - conda-forge::amber >=1
  - birch=2.0  # [linux]
  - cedar  # [osx]
  - pip:
    - Dogwood[x]>=1,<2 ; sys_platform == \"linux\"
";
const CONDA: &str = "version: 1
metadata:
  content_hash:
    linux-64: 8223eff51fa0701501592a307cac5672cebeb9e429d4e019554aaf98f11b9e58
  channels:
  - url: conda-forge
  platforms:
  - linux-64
  sources:
  - environment.yml
package:
- {name: amber, version: '1.2', manager: conda, platform: linux-64, url: 'https://conda.example.com/amber-1.2-h0_0.conda', hash: {md5: aa}}
- {name: birch, version: 2.0.1, manager: conda, platform: linux-64, url: 'https://conda.example.com/birch-2.0.1-h0_0.conda', hash: {md5: aa}}
- {name: pip, version: '25', manager: conda, platform: linux-64, url: 'https://conda.example.com/pip-25-h0_0.conda', hash: {md5: aa}}
- {name: dogwood, version: '1.5', manager: pip, platform: linux-64, url: 'https://files.example.com/dogwood-1.5.tar.gz', hash: {sha256: aa}}
";

/// A file, what is replaced in it, by what, and what is told then.
const CONDA_EDITS: &[(&str, &str, &str, &str)] = &[
    ("environment.yml", "name: x", "# why\nname: y", "fresh"),
    ("environment.yml", "amber >=1", "amber>=1  # why", "fresh"),
    ("environment.yml", "  - cedar  # [osx]\n", "", "fresh"),
    ("environment.yml", "[conda-forge]", "[conda-forge, nodefaults]", "fresh"),
    (
        "environment.yml",
        "amber >=1",
        "amber >=1.1",
        "stale\nenvironment.yml:4 what its sources ask for on linux-64 is not what the recorded digest is of",
    ),
    ("environment.yml", "amber >=1", "amber >=2", "stale\nenvironment.yml:5 amber >=2 is asked for, 1.2 is locked"),
    (
        "environment.yml",
        "birch=2.0 ",
        "birch=2.1 ",
        "stale\nenvironment.yml:6 birch 2.1.* is asked for, 2.0.1 is locked",
    ),
    (
        "environment.yml",
        "cedar  # [osx]",
        "cedar",
        "stale\nenvironment.yml:7 cedar is not in the lockfile for linux-64",
    ),
    ("environment.yml", ">=1,<2", ">=2", "stale\nenvironment.yml:9 dogwood >=2 is asked for, 1.5 is locked"),
    (
        "environment.yml",
        "[linux-64]",
        "[linux-64, osx-64]",
        "stale\nenvironment.yml:3 the platform osx-64 is not in the lockfile",
    ),
    (
        "environment.yml",
        "[conda-forge]",
        "[defaults]",
        "stale\nenvironment.yml:2 the channels are defaults, they were others when it was locked",
    ),
    (
        "environment.yml",
        "Dogwood[x]>=1,<2",
        "dogwood @ https://files.example.com/dogwood-1.5.tar.gz",
        "undecidable\n`dogwood @ https://files.example.com/dogwood-1.5.tar.gz ; sys_platform == \"linux\"` is not read, so that the digest cannot be made",
    ),
    ("conda-lock.yml", "environment.yml", "other.yml", "undecidable\nthere is no manifest that it answers for"),
    (
        "conda-lock.yml",
        "  content_hash:\n    linux-64: 8223eff51fa0701501592a307cac5672cebeb9e429d4e019554aaf98f11b9e58\n",
        "",
        "undecidable\nit records no digest for linux-64",
    ),
];

#[test]
fn conda_lock_compares_a_digest_of_what_is_asked_for() {
    let files = [("conda-lock.yml", CONDA), ("environment.yml", ENVIRONMENT)];
    for (path, old, new, expected) in CONDA_EDITS {
        assert_eq!(judged(&files, path, old, new), *expected, "{path}: {old} -> {new}");
    }
    let machines = [
        files[0],
        ("environment.yml", &ENVIRONMENT.replace(">=1\n", ">=1.1\n")),
        ("virtual-packages.yml", "subdirs: {}\n"),
    ];
    let expected = "undecidable\nthe digest depends on virtual-packages.yml, which is not followed";
    assert_eq!(judged(&machines, "virtual-packages.yml", "{}", "{ }"), expected);
}
