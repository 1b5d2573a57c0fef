//! Which directories the patterns of `workspaces` take in.
//!
//! A pattern with `!` takes out wherever it stands, unless it takes out a later pattern itself:
//! then that pattern counts again. As the tools do, `*` passes over names that begin with a dot.
//! Follows `@npmcli/map-workspaces` 5.

use globset::{GlobBuilder, GlobMatcher};

/// More patterns than this are not looked at.
const MOST_PATTERNS: usize = 1000;

/// The patterns of a workspace.
#[derive(Debug)]
pub struct Patterns {
    taken_in: Vec<Pattern>,
    taken_out: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    text: String,
    takes_out: bool,
    matcher: GlobMatcher,
    sees_dots: bool,
}

impl Patterns {
    /// Reads patterns, as seen from the root of the workspace. What is no pattern is passed over.
    pub fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut patterns = Self { taken_in: Vec::new(), taken_out: Vec::new() };
        for pattern in texts.into_iter().take(MOST_PATTERNS).filter_map(pattern) {
            if pattern.takes_out {
                patterns.taken_out.push(pattern);
            } else {
                patterns.taken_out.retain(|out| !out.matcher.is_match(&pattern.text));
                patterns.taken_in.push(pattern);
            }
        }
        patterns
    }

    /// Whether they take a directory in, given as seen from the root of the workspace.
    pub fn hold(&self, directory: &str) -> bool {
        let has_dots = directory.split('/').any(|part| part.starts_with('.'));
        let is_in = |one: &Pattern| (one.sees_dots || !has_dots) && one.matcher.is_match(directory);
        self.taken_in.iter().any(is_in) && !self.taken_out.iter().any(|one| one.matcher.is_match(directory))
    }
}

fn pattern(text: &str) -> Option<Pattern> {
    let bare = text.trim_start_matches('!');
    let takes_out = (text.len() - bare.len()) % 2 == 1;
    let mut bare = bare.trim_end_matches('/');
    while let Some(rest) = bare.strip_prefix("./").or_else(|| bare.strip_prefix('/')) {
        bare = rest;
    }
    let bare = bare.strip_suffix("/package.json").unwrap_or(bare);
    let sees_dots = bare.split('/').any(|part| part.starts_with('.'));
    let matcher = GlobBuilder::new(bare).literal_separator(true).build().ok()?.compile_matcher();
    Some(Pattern { text: bare.to_owned(), takes_out, matcher, sees_dots })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_hold_directories() {
        let cases: &[(&[&str], &str, bool)] = &[
            (&["packages/*"], "packages/a", true),
            (&["packages/*"], "packages/a/b", false),
            (&["packages/**"], "packages/a/b", true),
            (&["./packages/*/"], "packages/a", true),
            (&["packages/*"], "packages/.hidden", false),
            (&["packages/.hidden"], "packages/.hidden", true),
            (&["packages/*", "!packages/b"], "packages/b", false),
            (&["!packages/b", "packages/*"], "packages/b", false),
            (&["packages/*", "!packages/*", "packages/b"], "packages/b", true),
            (&["{apps,libs}/*"], "libs/a", true),
            (&["web"], "web", true),
            (&["web"], "webs", false),
            (&["[packages/*"], "packages/a", false),
            (&[], "packages/a", false),
        ];
        for (patterns, directory, expected) in cases {
            let held = Patterns::new(patterns.iter().copied()).hold(directory);
            assert_eq!(held, *expected, "{patterns:?} {directory}");
        }
    }
}
