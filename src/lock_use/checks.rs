//! What a command checks: style, behaviour, or that the built thing starts.

use super::{Invocation, call};

/// Programs that lint or format, whatever their words are.
const LINTERS: &[&str] = &[
    "ruff",
    "flake8",
    "pylint",
    "mypy",
    "pyright",
    "basedpyright",
    "ty",
    "black",
    "isort",
    "bandit",
    "pyflakes",
    "eslint",
    "prettier",
    "biome",
    "tsc",
    "oxlint",
    "oxfmt",
    "stylelint",
    "xo",
    "standard",
    "svelte-check",
    "vue-tsc",
    "golangci-lint",
    "gofmt",
    "gofumpt",
    "staticcheck",
    "rubocop",
    "standardrb",
    "reek",
    "phpstan",
    "psalm",
    "phpcs",
    "php-cs-fixer",
    "pint",
    "shellcheck",
    "shfmt",
    "hadolint",
    "actionlint",
    "zizmor",
    "yamllint",
    "cfn-lint",
    "reproof",
    "tflint",
    "pre-commit",
    "prek",
    "semgrep",
    "markdownlint",
    "markdownlint-cli2",
    "typos",
    "codespell",
    "vale",
    "checkov",
    "ktlint",
];

/// Programs that run tests, whatever their words are.
const TESTERS: &[&str] = &[
    "pytest",
    "py.test",
    "unittest",
    "jest",
    "vitest",
    "mocha",
    "ava",
    "tap",
    "rspec",
    "phpunit",
    "pest",
    "ctest",
    "bats",
    "playwright",
    "cypress",
    "cargo-nextest",
    "gotestsum",
    "nox",
    "tox",
];

/// Programs with the words that make them lint, test or try out.
const WORDS: &[(&str, &[&str], &str)] = &[
    ("cargo", &["clippy", "fmt", "deny", "audit", "check"], "lint"),
    ("cargo", &["test", "t", "nextest", "llvm-cov", "tarpaulin", "insta"], "test"),
    ("go", &["vet", "fmt"], "lint"),
    ("go", &["test"], "test"),
    ("deno", &["lint", "fmt"], "lint"),
    ("deno", &["test"], "test"),
    ("npm", &["test", "t"], "test"),
    ("yarn", &["test"], "test"),
    ("pnpm", &["test", "t"], "test"),
    ("bun", &["test"], "test"),
    ("rake", &["test", "spec"], "test"),
    ("rails", &["test"], "test"),
    ("mvn", &["test", "verify", "package", "install"], "test"),
    ("mvnw", &["test", "verify", "package", "install"], "test"),
    ("gradle", &["test", "check", "build"], "test"),
    ("gradlew", &["test", "check", "build"], "test"),
    ("dotnet", &["test"], "test"),
    ("dotnet", &["format"], "lint"),
    ("mix", &["test"], "test"),
    ("mix", &["format", "credo"], "lint"),
    ("terraform", &["fmt", "validate"], "lint"),
    ("terraform", &["test"], "test"),
    ("tofu", &["fmt", "validate"], "lint"),
    ("sam", &["validate"], "lint"),
    ("docker", &["run"], "smoke"),
    ("podman", &["run"], "smoke"),
    ("helm", &["lint"], "lint"),
    ("helm", &["test"], "smoke"),
    ("hatch", &["test"], "test"),
    ("hatch", &["fmt"], "lint"),
];

/// What an invocation checks: `lint`, `test`, `smoke`, or nothing that is known.
pub fn checks(invocation: &Invocation) -> &'static str {
    let program = invocation.program.as_str();
    let mut words =
        invocation.arguments.iter().map(|word| word.text.as_str()).filter(|word| !word.starts_with(['-', '+']));
    let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    if matches!((program, first), ("sam", "local") | ("serverless" | "sls", "invoke"))
        || (program == "docker" && first == "compose" && second == "up")
    {
        return "smoke";
    }
    if matches!(program, "npx" | "bunx" | "pnpx" | "uvx" | "pipx") {
        let name = if first == "run" { second } else { first };
        return by_program(name.split(['@', '=']).next().unwrap_or(name));
    }
    let by_words = WORDS.iter().find(|(name, forms, _)| *name == program && forms.contains(&first));
    if let Some((.., kind)) = by_words {
        return kind;
    }
    match by_program(program) {
        "" => call(invocation).map_or("", |call| call.names.first().map_or("", |name| by_name(name))),
        kind => kind,
    }
}

fn by_program(program: &str) -> &'static str {
    match () {
        () if LINTERS.contains(&program) => "lint",
        () if TESTERS.contains(&program) => "test",
        () => "",
    }
}

/// What the name of a recipe says that it checks.
pub fn by_name(name: &str) -> &'static str {
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let kind = |word: &str| match word {
        "lint" | "linter" | "fmt" | "format" | "style" | "typecheck" | "types" | "mypy" | "eslint" | "prettier"
        | "clippy" => "lint",
        "test" | "tests" | "unit" | "spec" | "e2e" | "coverage" | "pytest" | "jest" => "test",
        "smoke" => "smoke",
        _ => "",
    };
    words.find_map(|word| Some(kind(word)).filter(|kind| !kind.is_empty())).unwrap_or("")
}
