//! Requirements of packages: `python >=3.9,<3.10.0a0`, `libblas 3.9.* *openblas`, `numpy[version=">=1", build=py3*]`.

use super::version::Version;
use super::version_spec::VersionSpec;

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatchSpec {
    /// The name of the package in small letters.
    pub name: String,
    /// The range of versions; `None` for any.
    pub version: Option<VersionSpec>,
    /// The build that is asked for.
    pub build: Option<Build>,
    /// The channel before `::` or in the brackets.
    pub channel: Option<String>,
    /// The extras that are asked for.
    pub extras: Vec<String>,
    /// The condition under which it is asked for.
    pub when: Option<String>,
    /// Whether it says more than is read here: a number of the build, a digest, a licence.
    pub says_more: bool,
}

/// A pattern of build strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Build {
    /// With `*` for any text.
    Glob(String),
    /// A regular expression, which is not followed.
    Regex,
}

impl Build {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Self {
        if text.starts_with('^') { Self::Regex } else { Self::Glob(text.to_ascii_lowercase()) }
    }

    /// Whether a build string fits; `None` where that is not known.
    pub fn fits(&self, build: &str) -> Option<bool> {
        match self {
            Self::Glob(pattern) => Some(fits(pattern, &build.to_ascii_lowercase())),
            Self::Regex => None,
        }
    }
}

impl MatchSpec {
    /// Reads a requirement as packages and command lines write it; `None` for what is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.split(" #").next().unwrap_or(text).trim();
        let (text, brackets) = brackets(text)?;
        let (channel, text) = text.rsplit_once("::").map_or((None, text), |(channel, rest)| (Some(channel), rest));
        let text = text.trim();
        let end = text.find([' ', '=', '<', '>', '!', '~']).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
        if name.is_empty() || !name.chars().all(is_name) {
            return None;
        }
        let mut spec = Self { name: name.to_ascii_lowercase(), channel: channel.map(str::to_owned), ..Self::default() };
        spec.read_rest(rest.trim())?;
        for (key, value) in brackets {
            spec.read_key(&key, &value)?;
        }
        Some(spec)
    }

    /// A version and a build, separated by a blank or, as in `=1.2=py_0`, by a second sign.
    fn read_rest(&mut self, rest: &str) -> Option<()> {
        if rest.is_empty() {
            return Some(());
        }
        let bare = rest.strip_prefix('=').filter(|bare| !bare.starts_with('='));
        if let Some((version, build)) = bare.and_then(|bare| bare.split_once('=')) {
            let is_exact = !version.ends_with('*');
            self.version =
                Some(VersionSpec::parse(&if is_exact { format!("=={version}") } else { version.to_owned() })?);
            self.build = Some(Build::parse(build.trim()));
            return Some(());
        }
        let (version, build) = split_build(rest);
        self.version = Some(VersionSpec::parse(version)?);
        self.build = build.map(Build::parse);
        Some(())
    }

    /// A key of the brackets.
    fn read_key(&mut self, key: &str, value: &str) -> Option<()> {
        match key {
            "version" => self.version = Some(VersionSpec::parse(value)?),
            "build" => self.build = Some(Build::parse(value)),
            "channel" => self.channel = Some(value.to_owned()),
            "extras" => {
                let names = value.trim_matches(['[', ']']).split(',').map(|name| name.trim().to_owned());
                self.extras = names.filter(|name| !name.is_empty()).collect();
            }
            "when" => self.when = Some(value.to_owned()),
            _ => self.says_more = true,
        }
        Some(())
    }

    /// Whether a package of this name is what is asked for; `None` where that is not known.
    pub fn fits(&self, version: &str, build: &str) -> Option<bool> {
        let version = match &self.version {
            Some(spec) => spec.admits(&Version::parse(version)?),
            None => true,
        };
        let build = self.build.as_ref().map_or(Some(true), |pattern| pattern.fits(build));
        match (version, build) {
            (false, _) | (_, Some(false)) => Some(false),
            (true, Some(true)) if !self.says_more => Some(true),
            _ => None,
        }
    }
}

/// The text before `[`, and the keys and values in the brackets.
fn brackets(text: &str) -> Option<(&str, Vec<(String, String)>)> {
    let Some((before, inner)) = text.split_once('[') else { return Some((text, Vec::new())) };
    let inner = inner.trim_end().strip_suffix(']')?;
    let mut pairs = Vec::new();
    let mut rest = inner;
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let quote = after.chars().next().filter(|letter| matches!(letter, '"' | '\''));
        let (value, next) = match quote {
            Some(quote) => after[1..].split_once(quote)?,
            None if after.starts_with('[') => after.split_at(after.find(']')? + 1),
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        pairs.push((key.trim().to_owned(), value.trim().to_owned()));
        rest = next.trim_start().trim_start_matches(',');
    }
    Some((before.trim_end(), pairs))
}

/// A range, in which blanks may stand after a comma or an operator, and the build after it.
fn split_build(text: &str) -> (&str, Option<&str>) {
    for (at, _) in text.match_indices(' ') {
        let (before, after) = (text[..at].trim_end(), text[at..].trim_start());
        let goes_on = before.ends_with([',', '|', '=', '<', '>', '~', '(']) || after.starts_with([',', '|', ')']);
        if !goes_on && !before.is_empty() && !after.is_empty() {
            return (before, Some(after));
        }
    }
    (text, None)
}

/// Whether a text fits a pattern in which `*` stands for any text.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|start| text.strip_prefix(start)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
