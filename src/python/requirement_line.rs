//! What a line of a requirements file asks for: a package by name, an address, or a path.

use super::name::normalize;
use super::requirements_file::Line;
use super::wheel::WheelName;
use super::{Requirement, Version};

/// What a line asks for.
#[derive(Debug, Clone)]
pub enum Target {
    /// A package by name, perhaps with an address after `@`.
    Package(Box<Requirement>),
    /// A bare address; the name where it tells one.
    Address {
        /// The package's name, normalised: of `#egg=NAME` or of a wheel's file name.
        name: Option<String>,
        /// The address.
        url: String,
    },
    /// A file or directory.
    Path(String),
    /// Neither; what is wrong.
    Invalid(String),
}

impl Target {
    /// Reads a line.
    pub fn of(line: &Line) -> Self {
        let text = line.text.as_str();
        let parsed = if line.editable { None } else { Some(Requirement::parse(text)) };
        let error = match parsed {
            Some(Ok(requirement)) => return Self::Package(Box::new(requirement)),
            Some(Err(error)) => error.message,
            None => "this is neither an address nor a path".to_owned(),
        };
        // A condition may follow an address or a path after a space.
        let bare = text.split(" ;").next().unwrap_or(text).trim();
        if bare.contains("://") {
            return Self::Address { name: address_name(bare), url: bare.to_owned() };
        }
        let is_archive = [".whl", ".zip", ".tar.gz", ".tar.bz2"].iter().any(|ending| bare.ends_with(ending));
        let is_word = !bare.contains([' ', '=', '<', '>', ';']);
        if line.editable || bare.starts_with('.') || is_archive || (bare.contains('/') && is_word) {
            // The extras of a path say what is wanted of it, not where it is.
            let place = bare.strip_suffix(']').and_then(|open| open.split_once('[')).map_or(bare, |(place, _)| place);
            return Self::Path(place.to_owned());
        }
        Self::Invalid(error)
    }

    /// The package's name, normalised, where it is known.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Package(requirement) => Some(&requirement.name),
            Self::Address { name, .. } => name.as_deref(),
            Self::Path(_) | Self::Invalid(_) => None,
        }
    }

    /// The address, where one is given.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Package(requirement) => requirement.url.as_deref(),
            Self::Address { url, .. } => Some(url),
            Self::Path(_) | Self::Invalid(_) => None,
        }
    }

    /// The version of an exact pin (`==1.2`).
    pub fn pin(&self) -> Option<&Version> {
        let Self::Package(requirement) = self else { return None };
        if !requirement.specifier.is_lone_pin() {
            return None;
        }
        requirement.specifier.clauses().first().map(pep440_rs::VersionSpecifier::version)
    }
}

/// What follows the `@` of a git address: a commit, a tag or a branch.
pub fn git_reference(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let path = &rest[rest.find('/')?..];
    let path = path.split('#').next().unwrap_or(path);
    path.rsplit_once('@').map(|(_, reference)| reference).filter(|reference| !reference.is_empty())
}

fn address_name(url: &str) -> Option<String> {
    let (path, fragment) = url.split_once('#').unwrap_or((url, ""));
    if let Some(egg) = fragment.split('&').find_map(|part| part.strip_prefix("egg=")) {
        let end = egg.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(egg.len());
        return Some(normalize(&egg[..end]));
    }
    WheelName::parse(path.rsplit('/').next()?).map(|wheel| wheel.package())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        let line = |text: &str, editable| Line {
            text: text.to_owned(),
            range: 0..text.len(),
            editable,
            hashes: Vec::new(),
            via: Vec::new(),
        };
        let cases = [
            ("idna==3.4", "package idna 3.4"),
            ("a @ https://example.com/a.zip", "package a -"),
            ("git+https://git.example.com/a/b.git@v1#egg=B_c[x]&subdirectory=y", "address b-c"),
            ("https://example.com/x/foo_bar-1.0-py3-none-any.whl", "address foo-bar"),
            ("./lib", "path"),
            ("lib/sub", "path"),
            ("wheels/a-1.tar.gz", "path"),
            ("six>>1", "invalid"),
            ("two words", "invalid"),
        ];
        for (text, expected) in cases {
            let target = Target::of(&line(text, false));
            let shown = match &target {
                Target::Package(requirement) => {
                    let pin = target.pin().map_or("-".to_owned(), Version::to_string);
                    format!("package {} {pin}", requirement.name)
                }
                Target::Address { name, .. } => format!("address {}", name.as_deref().unwrap_or("-")),
                Target::Path(_) => "path".to_owned(),
                Target::Invalid(_) => "invalid".to_owned(),
            };
            assert_eq!(shown, expected, "{text}");
        }
        assert!(matches!(Target::of(&line("lib", true)), Target::Path(_)));
        assert!(matches!(Target::of(&line("lib/sub[http,tls]", true)), Target::Path(place) if place == "lib/sub"));
        assert_eq!(git_reference("git+ssh://git@git.example.com/a.git@v1#egg=a"), Some("v1"));
        assert_eq!(git_reference("git+ssh://git@git.example.com/a.git"), None);
    }
}
