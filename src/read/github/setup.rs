//! Actions that install a toolchain, and how they are told which, from their `action.yml`
//! files in mid 2026.

/// How an action learns the version of one tool.
#[derive(Debug)]
pub(super) struct Setup {
    /// The tool.
    pub(super) tool: &'static str,
    /// Inputs that state the version, the first one wins.
    pub(super) version: &'static [&'static str],
    /// The input that names a version file.
    pub(super) file: Option<&'static str>,
    /// Files that the version input may name instead of a version.
    pub(super) named: &'static [&'static str],
    /// What happens without either.
    pub(super) absent: Absent,
}

/// What an action does when nobody states a version.
#[derive(Debug)]
pub(super) enum Absent {
    /// It leaves the tool alone, or what it does is not known.
    Nothing,
    /// It leaves what the machine has.
    Machine,
    /// It installs the newest.
    Newest,
    /// It takes the first of these files that exists, else what the machine has.
    Files(&'static [&'static str]),
    /// Its own reference names the version.
    Reference,
}

type Table = &'static [(&'static str, &'static [Setup])];

const fn setup(
    tool: &'static str,
    version: &'static [&'static str],
    file: Option<&'static str>,
    absent: Absent,
) -> Setup {
    Setup { tool, version, file, named: &[], absent }
}

/// Files that `ruby/setup-ruby` reads.
const RUBY_FILES: &[&str] = &[".ruby-version", ".tool-versions", "mise.toml"];

const RUBY: Setup =
    Setup { tool: "ruby", version: &["ruby-version"], file: None, named: RUBY_FILES, absent: Absent::Files(RUBY_FILES) };

const SETUPS: Table = &[
    (
        "actions/setup-python",
        &[setup("python", &["python-version"], Some("python-version-file"), Absent::Files(&[".python-version"]))],
    ),
    ("actions/setup-node", &[setup("node", &["node-version"], Some("node-version-file"), Absent::Machine)]),
    ("actions/setup-go", &[setup("go", &["go-version"], Some("go-version-file"), Absent::Machine)]),
    ("actions/setup-java", &[setup("java", &["java-version"], Some("java-version-file"), Absent::Nothing)]),
    ("actions/setup-dotnet", &[setup("dotnet", &["dotnet-version"], Some("global-json-file"), Absent::Nothing)]),
    ("ruby/setup-ruby", &[RUBY]),
    ("hashicorp/setup-terraform", &[setup("terraform", &["terraform_version"], None, Absent::Newest)]),
    ("opentofu/setup-opentofu", &[setup("opentofu", &["tofu_version"], Some("tofu_version_file"), Absent::Newest)]),
    (
        "astral-sh/setup-uv",
        &[
            setup("uv", &["version"], Some("version-file"), Absent::Files(&["uv.toml", "pyproject.toml"])),
            setup("python", &["python-version"], None, Absent::Nothing),
        ],
    ),
    (
        "pnpm/action-setup",
        &[setup("pnpm", &["version"], Some("package_json_file"), Absent::Files(&["package.json"]))],
    ),
    (
        "oven-sh/setup-bun",
        &[setup("bun", &["bun-version"], Some("bun-version-file"), Absent::Files(&["package.json", ".bun-version"]))],
    ),
    ("denoland/setup-deno", &[setup("deno", &["deno-version"], Some("deno-version-file"), Absent::Newest)]),
    ("dtolnay/rust-toolchain", &[setup("rust", &["toolchain"], None, Absent::Reference)]),
    (
        "actions-rust-lang/setup-rust-toolchain",
        &[setup("rust", &["toolchain"], None, Absent::Files(&["rust-toolchain.toml", "rust-toolchain"]))],
    ),
    ("actions-rs/toolchain", &[setup("rust", &["toolchain"], None, Absent::Files(&["rust-toolchain", "rust-toolchain.toml"]))]),
    ("abatilo/actions-poetry", &[setup("poetry", &["poetry-version"], None, Absent::Newest)]),
    ("snok/install-poetry", &[setup("poetry", &["version"], None, Absent::Newest)]),
    (
        "pdm-project/setup-pdm",
        &[
            setup("python", &["python-version"], Some("python-version-file"), Absent::Nothing),
            setup("pdm", &["version"], None, Absent::Newest),
        ],
    ),
    ("shivammathur/setup-php", &[setup("php", &["php-version"], Some("php-version-file"), Absent::Nothing)]),
    ("aws-actions/setup-sam", &[setup("sam", &["version"], None, Absent::Newest)]),
    ("jdx/mise-action", &[setup("mise", &["version"], None, Absent::Newest)]),
    (
        "volta-cli/action",
        &[
            setup("node", &["node-version"], None, Absent::Files(&["package.json"])),
            setup("yarn", &["yarn-version"], None, Absent::Nothing),
        ],
    ),
    ("prefix-dev/setup-pixi", &[setup("pixi", &["pixi-version"], None, Absent::Newest)]),
    ("terraform-linters/setup-tflint", &[setup("tflint", &["tflint_version"], None, Absent::Newest)]),
    ("google-github-actions/setup-gcloud", &[setup("gcloud", &["version"], None, Absent::Newest)]),
    ("extractions/setup-just", &[setup("just", &["just-version"], None, Absent::Newest)]),
    ("dart-lang/setup-dart", &[setup("dart", &["sdk"], None, Absent::Newest)]),
    ("golangci/golangci-lint-action", &[setup("golangci-lint", &["version"], Some("version-file"), Absent::Newest)]),
    ("azure/setup-helm", &[setup("helm", &["version"], None, Absent::Newest)]),
    ("azure/setup-kubectl", &[setup("kubectl", &["version"], None, Absent::Newest)]),
];

/// What an action installs; `None` when it is not known to install a toolchain.
pub(super) fn of(action: &str) -> Option<&'static [Setup]> {
    SETUPS.iter().find(|(name, _)| name.eq_ignore_ascii_case(action)).map(|(_, setups)| *setups)
}
