//! Reads what is installed in a virtual environment or a node_modules folder, from its files alone.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::drift::{self, Installed, InstalledRow};
use crate::facts::Facts;
use crate::python::name::normalize;

/// A package.json above this many bytes is none of an installed package.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Folders within folders that are looked into.
const DEEPEST: usize = 24;

/// The differences of an installed environment from the lockfile that answers for it.
///
/// # Errors
/// When the folder is no environment, cannot be read, or no lockfile answers for it.
pub(super) fn compare(facts: &Facts, root: &Path, given: &Path) -> anyhow::Result<Vec<InstalledRow>> {
    let folder = given.canonicalize().with_context(|| given.display().to_string())?;
    let packages = site_packages(&folder)?;
    let (ecosystem, installed) = if !packages.is_empty() {
        ("python", python(&packages)?)
    } else if folder.file_name().is_some_and(|name| name == "node_modules") {
        ("node", node(&folder)?)
    } else if folder.join("node_modules").is_dir() {
        ("node", node(&folder.join("node_modules"))?)
    } else {
        bail!(
            "{} is not an installed environment: it has neither lib/python*/site-packages nor node_modules",
            given.display()
        );
    };
    let inside = folder.strip_prefix(root).ok().and_then(Path::to_str).map(|path| path.replace('\\', "/"));
    let Some(lockfile) = drift::lockfile_for(facts, inside.as_deref(), ecosystem) else {
        bail!(
            "no lockfile answers for {}: there are several or none of {ecosystem}, and none above it",
            given.display()
        );
    };
    Ok(drift::installed_changes(facts, lockfile, &installed))
}

/// The folders that Python packages of a virtual environment are in.
fn site_packages(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let windows = folder.join("Lib").join("site-packages");
    if windows.is_dir() {
        found.push(windows);
    }
    for library in ["lib", "lib64"] {
        let library = folder.join(library);
        if library.is_symlink() || !library.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&library).with_context(|| library.display().to_string())?.flatten() {
            let packages = entry.path().join("site-packages");
            if entry.file_name().to_string_lossy().starts_with("python") && packages.is_dir() {
                found.push(packages);
            }
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn python(folders: &[PathBuf]) -> anyhow::Result<Vec<Installed>> {
    let mut installed = BTreeSet::new();
    for folder in folders {
        for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            // `name-version.dist-info`: hyphens in names are written as underscores.
            let Some((name, version)) = name.strip_suffix(".dist-info").and_then(|stem| stem.rsplit_once('-')) else {
                continue;
            };
            installed.insert(Installed { name: normalize(name), version: version.to_owned() });
        }
    }
    Ok(installed.into_iter().collect())
}

fn node(folder: &Path) -> anyhow::Result<Vec<Installed>> {
    let mut installed = BTreeSet::new();
    let mut pending = vec![(folder.to_path_buf(), 0)];
    while let Some((folder, depth)) = pending.pop() {
        let entries = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        for entry in entries.flatten() {
            // Links lead to members of the workspace, or to packages that are met elsewhere.
            if depth > DEEPEST || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == ".pnpm" {
                let stores = fs::read_dir(&path).with_context(|| path.display().to_string())?.flatten();
                pending.extend(
                    stores
                        .map(|store| store.path().join("node_modules"))
                        .filter(|at| at.is_dir())
                        .map(|at| (at, depth + 1)),
                );
            } else if name.starts_with('@') {
                pending.push((path, depth + 1));
            } else if !name.starts_with('.') {
                installed.extend(manifest(&path.join("package.json")));
                let nested = path.join("node_modules");
                if nested.is_dir() && !nested.is_symlink() {
                    pending.push((nested, depth + 1));
                }
            }
        }
    }
    Ok(installed.into_iter().collect())
}

/// Name and version of an installed package; `None` for a folder that is none.
fn manifest(file: &Path) -> Option<Installed> {
    if fs::metadata(file).ok()?.len() > LARGEST {
        return None;
    }
    let json: serde_json::Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    let text = |key: &str| json.get(key).and_then(|value| value.as_str()).map(str::to_owned);
    Some(Installed { name: text("name")?, version: text("version")? })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn shown(installed: &[Installed]) -> Vec<String> {
        installed.iter().map(|one| format!("{} {}", one.name, one.version)).collect()
    }

    #[test]
    fn packages_of_both_kinds_of_folder() {
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path();
        for folder in ["a/lib/python3.12/site-packages/Foo_Bar-1.0.dist-info", "a/lib/python3.12/site-packages/foo_bar"]
        {
            fs::create_dir_all(at.join(folder)).unwrap();
        }
        let packages = [
            ("n/node_modules/x", "x", "1.0.0"),
            ("n/node_modules/@s/y", "@s/y", "2.0.0"),
            ("n/node_modules/x/node_modules/z", "z", "3.0.0"),
            ("n/node_modules/.pnpm/p@1/node_modules/p", "p", "1.0.0"),
            ("n/node_modules/.bin", "no", "0.0.0"),
        ];
        for (folder, name, version) in packages {
            fs::create_dir_all(at.join(folder)).unwrap();
            let json = format!("{{\"name\": \"{name}\", \"version\": \"{version}\"}}");
            fs::write(at.join(folder).join("package.json"), json).unwrap();
        }
        let folders = site_packages(&at.join("a")).unwrap();
        assert_eq!(shown(&python(&folders).unwrap()), ["foo-bar 1.0"]);
        let found = node(&at.join("n/node_modules")).unwrap();
        assert_eq!(shown(&found), ["@s/y 2.0.0", "p 1.0.0", "x 1.0.0", "z 3.0.0"]);
        assert!(site_packages(&at.join("n")).unwrap().is_empty());
    }
}
