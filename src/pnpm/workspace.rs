//! Which directories the patterns of pnpm-workspace.yaml take in.
//!
//! As pnpm 10 finds them: a pattern with `!` takes out wherever it stands, `*` passes over
//! names that begin with a dot, and the root always belongs to the workspace.

use globset::{GlobBuilder, GlobMatcher};

/// What pnpm puts behind each pattern.
const MANIFEST: &str = "package.json";

/// More patterns than this are not looked at.
const MOST_PATTERNS: usize = 1000;

/// The patterns of a workspace.
#[derive(Debug)]
pub struct Patterns {
    taken_in: Vec<(GlobMatcher, bool)>,
    taken_out: Vec<GlobMatcher>,
}

impl Patterns {
    /// Reads patterns. What is no pattern is passed over.
    pub fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut patterns = Self { taken_in: Vec::new(), taken_out: Vec::new() };
        for text in texts.into_iter().take(MOST_PATTERNS) {
            let bare = text.strip_prefix('!');
            let shown = bare.unwrap_or(text).trim_end_matches('/');
            let shown = shown.strip_prefix("./").unwrap_or(shown);
            let shown = format!("{shown}/{MANIFEST}");
            let Ok(glob) = GlobBuilder::new(&shown).literal_separator(true).build() else { continue };
            if bare.is_some() {
                patterns.taken_out.push(glob.compile_matcher());
            } else {
                let sees_dots = shown.split('/').any(|part| part.starts_with('.'));
                patterns.taken_in.push((glob.compile_matcher(), sees_dots));
            }
        }
        patterns
    }

    /// Whether a directory, as seen from the root of the workspace, is a member.
    pub fn hold(&self, directory: &str) -> bool {
        if directory.is_empty() {
            return true;
        }
        if directory.split('/').any(|part| matches!(part, "node_modules" | "bower_components")) {
            return false;
        }
        let has_dots = directory.split('/').any(|part| part.starts_with('.'));
        let directory = &format!("{directory}/{MANIFEST}");
        let is_in = |(glob, sees_dots): &(GlobMatcher, bool)| (*sees_dots || !has_dots) && glob.is_match(directory);
        self.taken_in.iter().any(is_in) && !self.taken_out.iter().any(|glob| glob.is_match(directory))
    }
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
            (&["packages/**"], "packages", true),
            (&["**"], "a/b/c", true),
            (&["packages/*"], "", true),
            (&["!packages/b", "packages/*"], "packages/b", false),
            (&["./web/"], "web", true),
            (&["packages/*"], "packages/.hidden", false),
            (&["packages/**"], "packages/node_modules/x", false),
            (&["[packages"], "packages", false),
        ];
        for (patterns, directory, expected) in cases {
            let held = Patterns::new(patterns.iter().copied()).hold(directory);
            assert_eq!(held, *expected, "{patterns:?} {directory}");
        }
    }
}
