//! The digest that conda-lock records of what its sources ask for, with the virtual packages of a platform.
//!
//! The packages that conda-lock takes for granted are those of its releases 2 to 4 (their tables, read 2026-11).

use super::environment_file::Asked;
use crate::python::canonical_json::{Json, Separators};

/// When all virtual packages were made, in milliseconds: the first day of 2020.
const MADE: &str = "1577854800000";

/// Releases of glibc: the one taken for granted now, and the one before.
const GLIBC: &[&str] = &["2.28", "2.17"];

/// Releases of CUDA that `--with-cuda` may name; the first is the usual one, an empty one stands for none.
const CUDA: &[&str] = &[
    "11.4", "", "10.2", "11.0", "11.1", "11.2", "11.3", "11.5", "11.6", "11.7", "11.8", "12.0", "12.1", "12.2", "12.3",
    "12.4", "12.5", "12.6", "12.7", "12.8", "12.9", "13.0",
];

/// Whether a digest is that of what is asked for, with any of the virtual packages that conda-lock may have used.
pub(super) fn is_of(recorded: &str, platform: &str, channels: &[&str], asked: &[&Asked<'_>]) -> bool {
    let mut sorted = asked.to_vec();
    sorted.sort_by(|one, other| (one.is_python, &one.name).cmp(&(other.is_python, &other.name)));
    let channels: Vec<Json> = channels
        .iter()
        .map(|url| Json::map([("url", Json::text(url)), ("used_env_vars", Json::List(Vec::new()))]))
        .map(|channel| Json::text(&channel.write(Separators::Compact)))
        .collect();
    let fits = |nulls: bool, packages: Vec<[String; 3]>, spurious: bool| {
        let specs = sorted.iter().map(|one| with_nulls(one.hashed(), nulls)).collect();
        let content = Json::map([
            ("channels", Json::List(channels.clone())),
            ("specs", Json::List(specs)),
            ("virtual_package_hash", virtual_packages(platform, &packages, spurious)),
        ]);
        content.digest(Separators::Spaced) == recorded
    };
    // The first form is that of most lockfiles; the others are tried only where it does not fit.
    let (is_linux, has_cuda) = (platform.starts_with("linux-"), !platform.starts_with("osx-"));
    for glibc in GLIBC.iter().take(if is_linux { 2 } else { 1 }) {
        for cuda in CUDA.iter().take(if has_cuda { CUDA.len() } else { 1 }) {
            for old in [true, false] {
                let found = machine(platform, glibc, cuda, old);
                let ways = [(false, true), (true, true), (false, false), (true, false)];
                if ways.into_iter().any(|(nulls, spurious)| fits(nulls, found.clone(), spurious)) {
                    return true;
                }
                if platform != "osx-64" {
                    break;
                }
            }
        }
    }
    false
}

/// Release 3 began to write a key for conditions that are not there.
fn with_nulls(mut hashed: Json, nulls: bool) -> Json {
    if let Json::Map(entries) = &mut hashed
        && nulls
    {
        entries.entry("markers".into()).or_insert(Json::Null);
    }
    hashed
}

/// Name, version and build of what a machine is taken to have.
fn machine(platform: &str, glibc: &str, cuda: &str, has_old_macos: bool) -> Vec<[String; 3]> {
    let (system, processor) = platform.split_once('-').unwrap_or((platform, ""));
    let spec = match (system, processor) {
        (_, "64") => "x86_64",
        (_, other) => other,
    };
    let one = |name: &str, version: &str, build: &str| [name.to_owned(), version.to_owned(), build.to_owned()];
    let mut all = vec![one("__archspec", "1", spec)];
    match system {
        "linux" => all.extend([one("__unix", "0", ""), one("__linux", "5.10", ""), one("__glibc", glibc, "")]),
        "osx" => all.extend([one("__unix", "0", ""), one("__osx", "11.0", "")]),
        _ => all.push(one("__win", "0", "")),
    }
    if platform == "osx-64" && has_old_macos {
        all.push(one("__osx", "10.15", ""));
    }
    if system != "osx" && !cuda.is_empty() {
        all.push(one("__cuda", cuda, ""));
    }
    all
}

/// The package index that conda-lock makes up of them. Its releases up to 2 put a number after each build.
fn virtual_packages(platform: &str, packages: &[[String; 3]], spurious: bool) -> Json {
    let entry = |[name, version, build]: &[String; 3]| {
        let shown = match (build.is_empty(), spurious) {
            (true, _) => "0".to_owned(),
            (false, true) => format!("{build}_0"),
            (false, false) => build.clone(),
        };
        let package = Json::map([
            ("name", Json::text(name)),
            ("version", Json::text(version)),
            ("build_string", Json::text(build)),
            ("build_number", Json::Number("0".into())),
            ("build", Json::text(&shown)),
            ("noarch", Json::text("")),
            ("depends", Json::List(Vec::new())),
            ("timestamp", Json::Number(MADE.into())),
            ("package_type", Json::text("virtual_system")),
            ("subdir", Json::text(platform)),
        ]);
        (format!("{name}-{version}-{shown}.tar.bz2"), package)
    };
    let index = |subdir: &str, packages: Json| {
        Json::map([("info", Json::map([("subdir", Json::text(subdir))])), ("packages", packages)])
    };
    Json::map([
        ("noarch", index("noarch", Json::map::<String>([]))),
        (platform, index(platform, Json::map(packages.iter().map(entry)))),
    ])
}
