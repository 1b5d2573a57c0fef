//! Edits of a Gemfile and its lockfile, and what Bundler 2.3.27 says of each when frozen.

use crate::derive::lock::tests::verdict_and_lines;

const GEMFILE: &str = "source \"https://gems.example.com\"\n\ngem \"amber\", \"~> 2.0\"\ngem \"birch\"\ngem \"own\", path: \"own\"\n\
    group :test do\n  gem \"cedar\", \">= 1\", \"< 3\"\nend\n";

const LOCK: &str = "PATH\n  remote: own\n  specs:\n    own (0.1.0)\n\n\
    GEM\n  remote: https://gems.example.com/\n  specs:\n    amber (2.1)\n      dill (~> 1.0)\n    birch (1.2)\n    cedar (2.0)\n    dill (1.5)\n\n\
    PLATFORMS\n  ruby\n\nDEPENDENCIES\n  amber (~> 2.0)\n  birch\n  cedar (< 3, >= 1)\n  own!\n\nBUNDLED WITH\n   2.3.27\n";

fn verdict(gemfile: &str, lock: &str) -> (&'static str, String) {
    verdict_and_lines(&[("Gemfile", gemfile), ("Gemfile.lock", lock)])
}

#[test]
fn edits_of_the_gemfile() {
    let cases = [
        ("", "", "fresh", ""),
        ("gem \"birch\"", "gem \"birch\", require: false", "fresh", ""),
        ("\"~> 2.0\"", "\"~>2.0\"", "fresh", ""),
        ("\">= 1\", \"< 3\"", "\"< 3.0\", \">= 1.0\"", "fresh", ""),
        ("group :test", "group :development, :test", "fresh", ""),
        ("\"~> 2.0\"", "\"~> 2.1\"", "stale", "3 amber ~> 2.1 is asked for, amber ~> 2.0 was when it was locked"),
        (
            "gem \"birch\"",
            "gem \"birch\", \">= 1\"",
            "stale",
            "4 birch >= 1 is asked for, birch was when it was locked",
        ),
        ("gem \"birch\"\n", "", "stale", "3 birch was asked for when it was locked, and is not any more"),
        ("gem \"birch\"", "gem \"birch\"\ngem \"elder\"", "stale", "5 elder is not in the lockfile"),
        (", path: \"own\"", "", "stale", "5 own is asked for from the Gemfile's own source, it was locked from own"),
        ("path: \"own\"", "path: \"./own/\"", "fresh", ""),
        (
            "gem \"birch\"",
            "gem \"birch\", git: \"https://git.example.com/birch.git\"",
            "stale",
            "4 birch is asked for from https://git.example.com/birch.git at its default branch, it was locked from https://gems.example.com/",
        ),
        (
            "https://gems.example.com",
            "https://other.example.com/",
            "stale",
            "1 gems were locked from https://gems.example.com/, the Gemfile names https://other.example.com/",
        ),
        (
            "gem \"birch\"\n",
            "gem \"birch\" if ENV[\"X\"]\n",
            "undecidable",
            "the Gemfile works out what it asks of birch",
        ),
        (
            "  gem \"cedar\", \">= 1\", \"< 3\"",
            "  gem \"cedar\", \">= 1\", \"< 3\", platforms: %i[windows jruby]",
            "fresh",
            "",
        ),
        ("gem \"birch\"\n", "gemspec\n", "undecidable", "a gemspec says what else is asked for, and it is a program"),
    ];
    for (old, new, expected, words) in cases {
        assert_eq!(verdict(&GEMFILE.replacen(old, new, 1), LOCK), (expected, words.to_owned()), "{old} -> {new}");
    }
}

#[test]
fn edits_of_the_lockfile() {
    let cases = [
        ("  birch\n", "", "stale", "4 birch is not in the lockfile"),
        ("    birch (1.2)\n", "", "stale", "4 birch is asked for, and no version of it is locked"),
        (
            "  cedar (< 3, >= 1)",
            "  cedar (>= 1)",
            "stale",
            "7 cedar >= 1, < 3 is asked for, cedar >= 1 was when it was locked",
        ),
        ("amber (2.1)", "amber (2.9)", "fresh", ""),
        ("BUNDLED WITH\n   2.3.27\n", "", "fresh", ""),
        ("PLATFORMS\n  ruby\n\n", "", "stale", "1 the lockfile names no platform"),
        (
            "  remote: https://gems.example.com/\n",
            "",
            "stale",
            "1 the lockfile does not say where gems come from, the Gemfile names https://gems.example.com",
        ),
        ("GEM\n  remote: https://gems.example.com/\n  specs:\n", "GEM\n", "error", "a gem stands before `specs:`"),
    ];
    for (old, new, expected, words) in cases {
        assert_eq!(verdict(GEMFILE, &LOCK.replacen(old, new, 1)), (expected, words.to_owned()), "{old} -> {new}");
    }
}

/// A gem for some platforms, of which no version is locked.
#[test]
fn gems_of_other_platforms() {
    let told = "4 birch is asked for, and no version of it is locked";
    let worked_out = "the Gemfile works out for which platforms birch is";
    let lock = LOCK.replacen("    birch (1.2)\n", "", 1);
    let cases = [
        ("gem \"birch\", platforms: [:mingw, :jruby]", "ruby", "fresh", ""),
        ("gem \"birch\", platforms: %i[windows jruby]", "x86_64-linux", "fresh", ""),
        ("gem \"birch\", platforms: %i[windows jruby]", "x86_64-linux\n  java", "stale", told),
        ("gem \"birch\", platforms: :mri", "x86_64-linux", "stale", told),
        ("gem \"birch\", platforms: OTHERS", "ruby", "undecidable", worked_out),
        (
            "gem \"birch\", platform: :jruby\ngem \"birch\", platform: :mri",
            "ruby",
            "stale",
            "5 birch is asked for, and no version of it is locked",
        ),
    ];
    for (gem, platforms, expected, words) in cases {
        let gemfile = GEMFILE.replacen("gem \"birch\"", gem, 1);
        let lock = lock.replacen("  ruby\n", &format!("  {platforms}\n"), 1);
        assert_eq!(verdict(&gemfile, &lock), (expected, words.to_owned()), "{gem} {platforms}");
    }
}

/// What is followed of a git repository, against what was followed when it was locked.
#[test]
fn branch_tag_and_ref() {
    let cases = [
        ("branch: \"main\", ref: \"a99b03c\"", "ref: a99b03c\n  branch: main", "fresh"),
        ("ref: \"a99b03c\", branch: \"main\"", "branch: main", "stale"),
        ("ref: \"a99b03c\"", "ref: a99b03c\n  branch: main", "stale"),
        ("ref: \"v1\"", "tag: v1", "fresh"),
        ("branch: \"v1\"", "tag: v1", "stale"),
        ("tag: \"v1\"", "tag: v2", "stale"),
    ];
    for (asked, locked, expected) in cases {
        let gemfile = GEMFILE.replacen(
            "gem \"birch\"",
            &format!("gem \"birch\", git: \"https://git.example.com/birch.git\", {asked}"),
            1,
        );
        let section = format!(
            "GIT\n  remote: https://git.example.com/birch.git\n  revision: {}\n  {locked}\n  specs:\n    birch (1.2)\n\n",
            "0".repeat(40)
        );
        let lock =
            format!("{section}{}", LOCK.replacen("    birch (1.2)\n", "", 1).replacen("  birch\n", "  birch!\n", 1));
        assert_eq!(verdict(&gemfile, &lock).0, expected, "{asked} against {locked}");
    }
}
