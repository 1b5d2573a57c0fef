//! No reader panics on any text; the first byte chooses the name of the file.
#![no_main]

use reproof::read::{READERS, read_alone};

/// A name for every reader that knows its files by their name.
const NAMES: &[&str] = &[
    ".bundle/config",
    ".cargo/config.toml",
    ".chalice/config.json",
    ".circleci/config.yml",
    ".devcontainer/devcontainer.json",
    ".github/dependabot.yml",
    ".github/workflows/ci.yml",
    ".gitignore",
    ".gitlab-ci.yml",
    ".npmrc",
    ".nvmrc",
    ".pre-commit-config.yaml",
    ".python-version",
    ".terraform.lock.hcl",
    ".tool-versions",
    ".yarnrc.yml",
    "Cargo.lock",
    "Cargo.toml",
    "Chart.yaml",
    "Dockerfile",
    "Gemfile",
    "Gemfile.lock",
    "Makefile",
    "Pipfile",
    "Pipfile.lock",
    "README.md",
    "action.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "build.sh",
    "bun.lock",
    "composer.json",
    "composer.lock",
    "conda-lock.yml",
    "docker-compose.yml",
    "environment.yml",
    "events/event.json",
    "flake.lock",
    "go.mod",
    "go.sum",
    "justfile",
    "main.tf",
    "mise.toml",
    "package-lock.json",
    "package.json",
    "pdm.lock",
    "pixi.lock",
    "pixi.toml",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "poetry.lock",
    "pylock.toml",
    "pyproject.toml",
    "renovate.json",
    "requirements.in",
    "requirements.txt",
    "requirements.yml",
    "rust-toolchain.toml",
    "samconfig.toml",
    "serverless.yml",
    "template.json",
    "template.yaml",
    "tox.ini",
    "uv.lock",
    "uv.toml",
    "vendor/modules.txt",
    "yarn.lock",
    "zappa_settings.json",
];

libfuzzer_sys::fuzz_target!(|input: (u8, &str)| {
    let (choice, text) = (usize::from(input.0), input.1);
    match NAMES.get(choice) {
        Some(name) => {
            for reader in READERS.iter().filter(|reader| (reader.claims)(name).holds(text)) {
                let _facts = read_alone(reader, name, text);
            }
        }
        // Some are asked for by other files only.
        None => {
            let _facts = read_alone(READERS[choice % READERS.len()], "folder/file", text);
        }
    }
});
