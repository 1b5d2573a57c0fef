//! `find-links` of pip and uv: folders and pages that hold packages beside the indexes, or instead of them. They are
//! not asked; folders of this machine are looked through for names, so that what only they hold is not called gone.

use std::path::Path;

use super::{Home, ini};
use crate::python::name::normalize;
use crate::python::requirements_file::RequirementsFile;

/// Where packages of Python lie besides the indexes.
#[derive(Debug, Clone, Default)]
pub struct Links {
    places: Vec<String>,
    /// Places that a file of the repository names.
    named_by_file: Vec<String>,
    /// The setting that turns all indexes off.
    no_index: Option<&'static str>,
}

impl Links {
    /// What the user's own settings say.
    pub(super) fn read(home: &Home) -> Self {
        let mut links = Self::default();
        for name in ["PIP_FIND_LINKS", "UV_FIND_LINKS"] {
            links.add(home.variable(name).unwrap_or_default().split([' ', ',', '\n']));
        }
        for name in ["PIP_NO_INDEX", "UV_NO_INDEX"] {
            if home.variable(name).is_some_and(is_on) {
                links.no_index = Some(name);
            }
        }
        for (_, key, value) in home.pip_files().flat_map(|text| ini::entries(&text)) {
            match key.replace('_', "-").as_str() {
                "find-links" => links.add(value.split_whitespace()),
                "no-index" if is_on(value.trim()) => links.no_index = Some("no-index of pip's settings"),
                _ => {}
            }
        }
        for table in home.uv_files().filter_map(|text| text.parse::<toml::Table>().ok()) {
            for place in [Some(&table), table.get("pip").and_then(toml::Value::as_table)].into_iter().flatten() {
                let named = place.get("find-links").and_then(toml::Value::as_array);
                links.add(named.into_iter().flatten().filter_map(toml::Value::as_str));
                if place.get("no-index").and_then(toml::Value::as_bool) == Some(true) {
                    links.no_index = Some("no-index of uv's settings");
                }
            }
        }
        links
    }

    /// What these are for a requirements file: it may name places itself.
    pub(super) fn with_file(mut self, text: &str) -> Self {
        let options = RequirementsFile::parse(text).options;
        let named = options.into_iter().filter(|option| option.name == "find-links");
        self.named_by_file.extend(named.map(|option| option.value));
        self
    }

    fn add<'t>(&mut self, places: impl Iterator<Item = &'t str>) {
        self.places.extend(places.map(str::trim).filter(|place| !place.is_empty()).map(str::to_owned));
    }

    /// The user's setting that turns all indexes off.
    pub(in crate::upstream) fn no_index(&self) -> Option<&'static str> {
        self.no_index
    }

    /// A place that has, or may have, files of a package; without credentials.
    pub fn place_of(&self, package: &str) -> Option<String> {
        let may_hold = |place: &&String| {
            let folder = place.strip_prefix("file://").unwrap_or(place);
            folder.contains("://") || holds(Path::new(folder), &normalize(package))
        };
        // What a file of the repository names is not opened: it may be there.
        let place = self.places.iter().find(may_hold).or_else(|| self.named_by_file.first());
        place.map(|place| crate::address::without_credentials(place))
    }
}

/// Whether pip takes a word for true.
fn is_on(word: &str) -> bool {
    matches!(word.to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on" | "y" | "t")
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
