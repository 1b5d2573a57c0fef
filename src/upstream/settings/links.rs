//! `find-links` of pip and uv: folders and pages that hold packages beside the indexes. They are not asked; folders of
//! this machine are looked through for names, so that what only they hold is not called gone.

use std::path::Path;

use super::{Home, ini};
use crate::python::name::normalize;

/// The places that the user's own settings name.
#[derive(Debug, Clone, Default)]
pub(in crate::upstream) struct Links(Vec<String>);

impl Links {
    pub(super) fn read(home: &Home) -> Self {
        let mut links = Self::default();
        for name in ["PIP_FIND_LINKS", "UV_FIND_LINKS"] {
            links.add(home.variable(name).unwrap_or_default().split([' ', ',', '\n']));
        }
        for text in home.pip_files() {
            let entries = ini::entries(&text);
            let named = entries.iter().filter(|(_, key, _)| key.replace('_', "-") == "find-links");
            named.for_each(|(_, _, value)| links.add(value.split_whitespace()));
        }
        for table in home.uv_files().filter_map(|text| text.parse::<toml::Table>().ok()) {
            for place in [Some(&table), table.get("pip").and_then(toml::Value::as_table)].into_iter().flatten() {
                let named = place.get("find-links").and_then(toml::Value::as_array);
                links.add(named.into_iter().flatten().filter_map(toml::Value::as_str));
            }
        }
        links
    }

    fn add<'t>(&mut self, places: impl Iterator<Item = &'t str>) {
        self.0.extend(places.map(str::trim).filter(|place| !place.is_empty()).map(str::to_owned));
    }

    /// A place that has, or may have, files of a package; without credentials.
    pub(in crate::upstream) fn place_of(&self, package: &str) -> Option<String> {
        let may_hold = |place: &&String| {
            let folder = place.strip_prefix("file://").unwrap_or(place);
            folder.contains("://") || holds(Path::new(folder), &normalize(package))
        };
        self.0.iter().find(may_hold).map(|place| crate::address::without_credentials(place))
    }
}

/// Whether a folder has a wheel or an archive of a package.
fn holds(folder: &Path, package: &str) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let name = normalize(&entry.file_name().to_string_lossy());
        // Another package's name may begin with this one; a version begins with a digit.
        let version = name.strip_prefix(package).and_then(|rest| rest.strip_prefix('-'));
        version.is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
    })
}
