//! A manifest and a lockfile of any text go through the whole pipeline; the first byte chooses the tool.
#![no_main]

use std::sync::Arc;

use reproof::day::Day;
use reproof::discover::Listing;
use reproof::scan::scan_files;
use reproof::source::Sources;
use reproof::tree::Tree;

const PAIRS: &[(&str, &str)] = &[
    ("pyproject.toml", "uv.lock"),
    ("pyproject.toml", "poetry.lock"),
    ("pyproject.toml", "pdm.lock"),
    ("pyproject.toml", "pylock.toml"),
    ("Pipfile", "Pipfile.lock"),
    ("requirements.in", "requirements.txt"),
    ("Cargo.toml", "Cargo.lock"),
    ("package.json", "package-lock.json"),
    ("package.json", "pnpm-lock.yaml"),
    ("package.json", "yarn.lock"),
    ("package.json", "bun.lock"),
    ("composer.json", "composer.lock"),
    ("Gemfile", "Gemfile.lock"),
    ("go.mod", "go.sum"),
    ("main.tf", ".terraform.lock.hcl"),
    ("template.yaml", "app.py"),
];

libfuzzer_sys::fuzz_target!(|input: (u8, &str, &str)| {
    let (manifest, lock) = PAIRS[usize::from(input.0) % PAIRS.len()];
    let tree = Arc::new(Tree::memory([(manifest, input.1), (lock, input.2)]));
    let mut paths = vec![manifest.to_owned(), lock.to_owned()];
    paths.sort_unstable();
    let files = Listing { paths, ..Listing::default() };
    let _inventory = scan_files(&tree, files, Day::parse("2026-11-23").unwrap(), Sources::default());
});
