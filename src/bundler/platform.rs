//! Which of the platforms of a lockfile a gem is for.
//!
//! As `Bundler::Dependency#gem_platforms` of Bundler 2.3 chooses them: each word of the Gemfile stands for one kind of
//! platform (its `PLATFORM_MAP`), and a platform that is no Java and no Windows is Ruby's own (`GemHelpers.generic`).
//! `windows` is of Bundler 2.4, where it stands for all kinds of Windows. Read 2026-12-01.

/// Whether a gem that is limited to these words of a Gemfile is for any of the platforms; a gem without words is for all.
pub fn is_for(words: &[String], platforms: &[&str]) -> bool {
    words.is_empty() || platforms.iter().any(|platform| words.iter().any(|word| stands_for(word, kind(platform))))
}

/// A word, which may end in a release of Ruby: `mri_27`.
fn stands_for(word: &str, kind: &str) -> bool {
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix('_').unwrap_or(word);
    match word {
        "ruby" | "mri" | "rbx" | "truffleruby" | "maglev" => kind == "ruby",
        "jruby" => kind == "java",
        "windows" => matches!(kind, "mswin" | "mswin64" | "mingw" | "x64_mingw"),
        other => other == kind,
    }
}

/// The kind of a platform: `x86_64-linux`.
fn kind(platform: &str) -> &'static str {
    let has = |part: &str| platform.contains(part);
    match () {
        () if has("java") || has("jruby") => "java",
        () if has("mswin64") => "mswin64",
        () if has("mswin") => "mswin",
        () if has("mingw") && has("x64") => "x64_mingw",
        () if has("mingw") => "mingw",
        () => "ruby",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_platforms() {
        for (words, platforms, expected) in [
            ("", "x86_64-linux", true),
            ("mri", "x86_64-linux arm64-darwin-22", true),
            ("mri_27", "ruby", true),
            ("ruby", "java x64-mingw32", false),
            ("mingw mswin x64_mingw jruby", "x86_64-linux", false),
            ("windows jruby", "ruby x86_64-linux-musl", false),
            ("windows jruby", "ruby universal-java-11", true),
            ("windows", "x64-mingw-ucrt", true),
            ("mswin", "x64-mingw32", false),
            ("x64_mingw_31", "x64-mingw32", true),
            ("mswin64", "x64-mswin64-140", true),
            ("mingw", "x86-mingw32", true),
            ("jruby", "", false),
        ] {
            let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
            let platforms: Vec<&str> = platforms.split_whitespace().collect();
            assert_eq!(is_for(&words, &platforms), expected, "{words:?} {platforms:?}");
        }
    }
}
