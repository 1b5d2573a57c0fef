//! package-lock.json and npm-shrinkwrap.json, without keeping what is not compared.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Locked, Pin};

#[derive(Deserialize)]
struct Lock {
    packages: Option<BTreeMap<String, Package>>,
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
}

#[derive(Deserialize)]
struct Package {
    name: Option<String>,
    version: Option<String>,
    resolved: Option<String>,
    #[serde(default)]
    link: bool,
}

#[derive(Deserialize)]
struct Dependency {
    version: Option<String>,
    #[serde(default)]
    dependencies: BTreeMap<String, Self>,
}

/// Reads a lockfile of npm.
///
/// # Errors
/// When it is no JSON of that shape.
pub(super) fn npm(text: &str) -> Result<Locked, String> {
    let text = text.trim_start_matches('\u{feff}');
    let lock: Lock = serde_json::from_str(text).map_err(|error| format!("it is not a package-lock: {error}"))?;
    let mut pins = Vec::new();
    let Some(packages) = lock.packages else {
        nested(&lock.dependencies, &mut pins);
        return Ok(Locked::new("npm-1", pins));
    };
    for (path, package) in packages {
        // Folders outside of node_modules are the project's own.
        let Some((_, name)) = path.rsplit_once("node_modules/").filter(|_| !package.link) else { continue };
        let Some(version) = package.version else { continue };
        let name = package.name.as_deref().unwrap_or(name);
        let source = package.resolved.filter(|from| from.starts_with("git")).unwrap_or_else(|| "registry".to_owned());
        pins.push(Pin { name: name.into(), version: version.into(), source: source.into() });
    }
    Ok(Locked::new("npm", pins))
}

fn nested(dependencies: &BTreeMap<String, Dependency>, pins: &mut Vec<Pin>) {
    for (name, dependency) in dependencies {
        if let Some(version) = &dependency.version {
            let is_release = version.starts_with(|c: char| c.is_ascii_digit());
            if !version.starts_with("file:") {
                let source = if is_release { "registry" } else { version };
                pins.push(Pin { name: (**name).into(), version: (**version).into(), source: source.into() });
            }
        }
        nested(&dependency.dependencies, pins);
    }
}
