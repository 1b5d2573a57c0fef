//! A small repository and what registries say of its packages, for tests of the report.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Advisories, BATCH, Input, Updates, compute};
use crate::day::Day;
use crate::discover::Listing;
use crate::facts::{Facts, LockedPackage};
use crate::source::Sources;
use crate::tree::Tree;
use crate::upstream::{
    Answer, Ecosystem, Offered, Outcome, Package, Release, Requirement, Standing, Subject, Table, Withdrawal,
};

/// Today.
pub(crate) const TODAY: Day = Day(20_780);

const INDEX: &str = "https://index.example.com/simple";

const SHOP: &str = "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.10\"\ndependencies = [\"httpx>=0.27,<1\", \"boto3\", \"attrs\", \"certifi\", \"oldlib\", \"pydantic>=1,<2\", \"fresh\"]\n\n[dependency-groups]\ndev = [\"pytest>=8\"]\n\n[tool.uv]\nexclude-newer = \"7 days\"\n";

const OTHER: &str =
    "[project]\nname = \"other\"\nversion = \"1\"\nrequires-python = \">=3.12\"\ndependencies = [\"httpx\"]\n";

fn lock(own: &str, direct: &[&str], dev: &[&str], packages: &[(&str, &str, &[&str])]) -> String {
    let mut lock = "version = 1\nrevision = 3\nrequires-python = \">=3.10\"\n".to_owned();
    for (name, version, needs) in packages {
        let needs: String = needs.iter().map(|need| format!("    {{ name = \"{need}\" }},\n")).collect();
        let needs = if needs.is_empty() { needs } else { format!("dependencies = [\n{needs}]\n") };
        lock += &format!(
            "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = {{ registry = \"{INDEX}\" }}\n{needs}wheels = [\n    {{ url = \"https://files.example.com/{name}-{version}-py3-none-any.whl\", hash = \"sha256:{}\", size = 1 }},\n]\n",
            "a".repeat(64)
        );
    }
    let list = |names: &[&str]| names.iter().map(|name| format!("    {{ name = \"{name}\" }},\n")).collect::<String>();
    lock += &format!(
        "\n[[package]]\nname = \"{own}\"\nversion = \"1\"\nsource = {{ virtual = \".\" }}\ndependencies = [\n{}]\n",
        list(direct)
    );
    if !dev.is_empty() {
        lock += &format!("\n[package.dev-dependencies]\ndev = [\n{}]\n", list(dev));
    }
    lock
}

const CARGO: &str = "[package]\nname = \"tool\"\nversion = \"0.1.0\"\nedition = \"2024\"\nrust-version = \"1.80\"\n\n[dependencies]\nserde = \"1\"\nrand = \"0.8\"\n";

fn cargo_lock() -> String {
    let source = cargo_lock::SourceId::default().to_string();
    let mut lock = "version = 4\n".to_owned();
    for (name, version, needs) in
        [("rand", "0.8.5", "\"rand_core\""), ("rand_core", "0.6.3", ""), ("serde", "1.0.200", "")]
    {
        lock += &format!(
            "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"{source}\"\nchecksum = \"{}\"\n",
            "b".repeat(64)
        );
        if !needs.is_empty() {
            lock += &format!("dependencies = [\n {needs},\n]\n");
        }
    }
    lock + "\n[[package]]\nname = \"tool\"\nversion = \"0.1.0\"\ndependencies = [\n \"rand\",\n \"serde\",\n]\n"
}

const WORKFLOW: &str = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - uses: actions/checkout@v5\n";

/// The facts of the sample.
pub(crate) fn facts() -> Facts {
    let shop = lock(
        "shop",
        &["attrs", "boto3", "certifi", "fresh", "httpx", "oldlib", "pydantic"],
        &["pytest"],
        &[
            ("anyio", "4.0.0", &["idna"]),
            ("attrs", "23.1.0", &[]),
            ("boto3", "1.34.0", &["urllib3"]),
            ("certifi", "2024.2.2", &[]),
            ("fresh", "1.0.0", &[]),
            ("httpx", "0.27.0", &["anyio", "certifi", "idna"]),
            ("idna", "3.9", &[]),
            ("oldlib", "0.9", &[]),
            ("pydantic", "1.10.2", &[]),
            ("pytest", "8.0.0", &[]),
            ("urllib3", "1.26.4", &[]),
        ],
    );
    let other = lock(
        "other",
        &["httpx"],
        &[],
        &[("anyio", "4.9.0", &["idna"]), ("httpx", "0.28.1", &["anyio", "idna"]), ("idna", "3.10", &[])],
    );
    let files = [
        ("services/shop/pyproject.toml", SHOP.to_owned()),
        ("services/shop/uv.lock", shop),
        ("services/other/pyproject.toml", OTHER.to_owned()),
        ("services/other/uv.lock", other),
        ("tool/Cargo.toml", CARGO.to_owned()),
        ("tool/Cargo.lock", cargo_lock()),
        (".github/workflows/ci.yml", WORKFLOW.to_owned()),
    ];
    scan(files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect())
}

fn scan(files: BTreeMap<String, String>) -> Facts {
    let listing = Listing { paths: files.keys().cloned().collect(), ..Listing::default() };
    let tree = Arc::new(Tree::memory(files));
    crate::scan::scan_files(&tree, listing, TODAY, Sources::default()).facts
}

/// A document: versions with the days of their release; `!` after a version yanks it.
fn package(ecosystem: Ecosystem, name: &str, releases: &[(&str, &str)]) -> (Subject, Package) {
    let release = |(version, day): &(&str, &str)| {
        let plain = version.trim_end_matches('!');
        let withdrawal =
            if plain == *version { Withdrawal::Offered } else { Withdrawal::Yanked("broken metadata".into()) };
        let files = vec![Offered::new(&format!("{name}-{plain}-py3-none-any.whl"))];
        Release { published: Day::parse(day), withdrawal, files, ..Release::new(plain) }
    };
    let package = Package { name: name.into(), releases: releases.iter().map(release).collect(), ..Package::default() };
    (Subject { ecosystem, name: name.into(), registry: None }, package)
}

/// What registries say in the sample.
pub(crate) fn table() -> Table {
    use Ecosystem::{Python, Rust};
    let mut packages = vec![
        package(Python, "anyio", &[("4.0.0", "2023-08-30"), ("4.9.0", "2025-03-17"), ("4.11.0", "2025-09-23")]),
        package(Python, "attrs", &[("23.1.0", "2023-04-16"), ("25.4.0", "2025-10-06")]),
        package(Python, "boto3", &[("1.34.0", "2023-12-14"), ("1.42.1", "2026-11-10"), ("1.42.2", "2026-11-20")]),
        package(Python, "certifi", &[("2024.2.2", "2024-02-02"), ("2026.10.1", "2026-10-01")]),
        package(Python, "fresh", &[("1.0.0", "2026-10-30"), ("1.0.1", "2026-11-21")]),
        package(Python, "httpx", &[("0.27.0", "2024-02-21"), ("0.28.1", "2024-12-06"), ("1.0.0", "2026-09-01")]),
        package(Python, "idna", &[("3.9", "2024-09-13"), ("3.10", "2024-09-15"), ("3.11!", "2025-10-12")]),
        package(Python, "oldlib", &[("0.9", "2016-05-01")]),
        package(Python, "pydantic", &[("1.10.2", "2022-09-05"), ("1.10.24", "2025-09-25"), ("2.12.0", "2025-10-07")]),
        package(Python, "pytest", &[("8.0.0!", "2024-01-27"), ("8.4.2", "2025-09-04"), ("9.0.0", "2026-11-05")]),
        package(Rust, "rand", &[("0.8.5", "2022-02-14"), ("0.9.2", "2025-07-20")]),
        package(Rust, "rand_core", &[("0.6.3", "2021-06-15"), ("0.6.4", "2022-09-15"), ("0.9.3", "2025-02-27")]),
        package(Rust, "serde", &[("1.0.200", "2024-05-01"), ("1.0.228", "2025-09-27"), ("1.1.0", "2026-10-01")]),
    ];
    for (subject, package) in &mut packages {
        match &*subject.name {
            "oldlib" => package.standing = Some(Standing::Archived),
            "rand" => {
                let core = Requirement { package: "rand_core".into(), range: "^0.6.0".into(), is_optional: false };
                package.releases[0].requirements = Some(vec![core]);
            }
            "serde" => package.releases[2].runtime = Some("1.90".into()),
            _ => {}
        }
    }
    let answer = |package| Answer {
        package: Arc::new(package),
        registry: "https://index.example.com".into(),
        asked: 20_780 * 86_400,
        is_cached: false,
    };
    let known = packages.into_iter().map(|(subject, package)| (subject, Outcome::Known(answer(package))));
    let silent = Subject { ecosystem: Python, name: "urllib3".into(), registry: None };
    known.chain([(silent, Outcome::Unknown("index.example.com answered 503 three times".to_owned()))]).collect()
}

/// The question about a package, whatever registry it comes from.
pub(crate) fn subject(package: &LockedPackage) -> Option<Subject> {
    Some(Subject { registry: None, ..Subject::of(package)? })
}

/// The report of some facts and answers.
pub(crate) fn report(facts: &Facts, table: &Table, advisories: Option<&Advisories>) -> Updates {
    let last_changes = BTreeMap::from([("services/shop/uv.lock".to_owned(), Day(TODAY.0 - 30))]);
    compute(&Input {
        facts,
        subject: &subject,
        table,
        today: TODAY,
        advisories,
        batch: BATCH,
        is_reported: &|_| true,
        beside: &|_| None,
        last_changes: &last_changes,
    })
}

/// The report of the sample.
pub(crate) fn week() -> Updates {
    let mut advisories = Advisories::default();
    let text = r#"{"id": "X-2026-1", "summary": "reads too much", "modified": "2026-11-20T00:00:00Z", "database_specific": {"severity": "HIGH"},
        "affected": [{"package": {"ecosystem": "PyPI", "name": "anyio"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "4.9.0"}]}]}]}"#;
    advisories.add(text).expect("an advisory");
    report(&facts(), &table(), Some(&advisories))
}

/// The report of an npm project, two places of which hold the same version. `outer` lists the releases of the package
/// that holds `inner`: version, day, and the range of `inner` that it requires.
pub(crate) fn node(outer: &[(&str, &str, &str)]) -> Updates {
    let manifest = r#"{"name": "web", "version": "1.0.0", "dependencies": {"outer": "^1.0.0"}}"#;
    let entry = |name: &str| {
        format!(
            r#"{{"version": "1.0.0", "resolved": "https://npm.example.com/{name}/-/{name}-1.0.0.tgz", "integrity": "sha512-{}=="}}"#,
            "A".repeat(86)
        )
    };
    let lock = format!(
        r#"{{"name": "web", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {{
            "": {manifest}, "node_modules/inner": {}, "node_modules/outer": {}, "node_modules/outer/node_modules/inner": {}}}}}"#,
        entry("inner"),
        entry("outer"),
        entry("inner")
    );
    let files = [("package.json".to_owned(), manifest.to_owned()), ("package-lock.json".to_owned(), lock)];
    let releases = [("1.0.0", "2024-01-01"), ("1.2.0", "2025-01-01"), ("2.0.0", "2025-12-01")];
    let (inner, inner_package) = package(Ecosystem::Node, "inner", &releases);
    let days: Vec<(&str, &str)> = outer.iter().map(|(version, day, _)| (*version, *day)).collect();
    let (leader, mut outer_package) = package(Ecosystem::Node, "outer", &days);
    for (release, (.., range)) in outer_package.releases.iter_mut().zip(outer) {
        let needs = Requirement { package: "inner".into(), range: (*range).into(), is_optional: false };
        release.requirements = Some(vec![needs]);
    }
    let mut inner_package = inner_package;
    inner_package.releases.iter_mut().for_each(|release| release.requirements = Some(Vec::new()));
    let answers = [(inner, inner_package), (leader, outer_package)];
    let table = answers.into_iter().map(|(subject, package)| {
        let registry = "https://npm.example.com".into();
        (subject, Outcome::Known(Answer { package: Arc::new(package), registry, asked: 0, is_cached: false }))
    });
    report(&scan(files.into_iter().collect()), &table.collect(), None)
}

/// A report with so many packages that are behind.
pub(crate) fn many(count: usize) -> Updates {
    let mut updates = week();
    let row = updates.rows[1].clone();
    for index in 0..count {
        updates.rows.push(super::Row { name: format!("package-{index}"), ..row.clone() });
    }
    updates.overview.advisories_from = "not checked".to_owned();
    updates
}
