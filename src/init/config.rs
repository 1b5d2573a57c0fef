//! The text of a first `reproof.toml`. Sentences begin with `# `, settings that are off with `#` alone.

use std::fmt::Write as _;

use crate::rows::{LambdaRow, LockfileRow, ServiceRow};
use crate::severity::Severity;
use crate::words::counted;

/// What was seen of a repository on its first day.
#[derive(Debug, Default)]
pub struct Seen<'a> {
    /// Its services, with what was found in them.
    pub services: &'a [ServiceRow],
    /// Its lockfiles.
    pub lockfiles: &'a [LockfileRow],
    /// Its functions.
    pub lambdas: &'a [LambdaRow],
    /// Folders that are passed over although files lie in them.
    pub passed_over: Vec<String>,
    /// The rules that found something, the most frequent first.
    pub rules: Vec<RuleSeen<'a>>,
    /// Whether a baseline accepts what was found.
    pub has_baseline: bool,
    /// Half a year from now, as `YYYY-MM-DD`: the end of the sample of a suppression.
    pub later: String,
}

/// A rule that found something.
#[derive(Debug)]
pub struct RuleSeen<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its fault in a few words.
    pub title: &'a str,
    /// How it is reported now.
    pub severity: Severity,
    /// How often.
    pub count: usize,
    /// A file with such a fault.
    pub path: &'a str,
}

/// With more errors and warnings than this on its first day a repository is observed at first.
const MANY: usize = 20;

/// How many rules and folders are named.
const NAMED: usize = 5;

impl Seen<'_> {
    fn faults(&self) -> usize {
        let of = |wanted: fn(Severity) -> bool| {
            self.rules.iter().filter(|rule| wanted(rule.severity)).map(|rule| rule.count).sum::<usize>()
        };
        of(|severity| severity != Severity::Note)
    }

    /// Whether everything is to be observed at first: there is much to mend and nothing that accepts it.
    pub fn is_observed(&self) -> bool {
        !self.has_baseline && self.faults() > MANY
    }

    /// What there is, in words: `2 services (node, python), 3 lockfiles`.
    pub fn words(&self) -> String {
        let mut ecosystems: Vec<&str> =
            self.services.iter().flat_map(|service| service.ecosystems.iter().map(String::as_str)).collect();
        ecosystems.sort_unstable();
        ecosystems.dedup();
        let mut parts = vec![counted(self.services.len(), "service")];
        if !ecosystems.is_empty() {
            parts = vec![format!("{} ({})", parts[0], ecosystems.join(", "))];
        }
        let others = [(self.lockfiles.len(), "lockfile"), (self.lambdas.len(), "Lambda function")];
        parts.extend(others.iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(*count, what)));
        parts.join(", ")
    }
}

/// Writes the configuration.
pub fn config(seen: &Seen<'_>) -> String {
    let mut text = format!(
        "# Can this team recreate the previous environment exactly?\n\
         # Written by `reproof init` for {}.\n\
         # Every key is optional. `reproof schema config` prints them all, `reproof rules list` the rules.\n\n\
         # The release that this repository is checked with; another one stops, so that a verdict changes only with a commit.\n\
         #version = \"{}\"\n\n\
         # The strict profile adds what few repositories pass on their first day.\n\
         #profile = \"strict\"\n\n",
        seen.words(),
        env!("CARGO_PKG_VERSION")
    );
    paths(&mut text, seen);
    rules(&mut text, seen);
    stages(&mut text, seen);
    suppressions(&mut text, seen);
    registries(&mut text, seen);
    text
}

/// Adds a line; writing to a text cannot fail.
fn line(text: &mut String, words: std::fmt::Arguments<'_>) {
    let _infallible = writeln!(text, "{words}");
}

fn paths(text: &mut String, seen: &Seen<'_>) {
    line(
        text,
        format_args!(
            "# What is not looked at, and what is although it lies where samples or other people's code usually do."
        ),
    );
    line(text, format_args!("#exclude = [\"legacy/**\"]"));
    if seen.passed_over.is_empty() {
        line(text, format_args!("#include = [\"tests/fixtures/app/**\"]\n"));
        return;
    }
    let folders: Vec<String> =
        seen.passed_over.iter().take(NAMED).map(|folder| quoted(&format!("{}/**", escaped(folder)))).collect();
    let more = seen.passed_over.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" # and {more} more") } else { String::new() };
    line(text, format_args!("#include = [{}]{more}\n", folders.join(", ")));
}

fn rules(text: &mut String, seen: &Seen<'_>) {
    if seen.rules.is_empty() {
        return;
    }
    line(text, format_args!("# What was found most on the first day. A severity is error, warning, note or off."));
    for rule in seen.rules.iter().take(NAMED) {
        let times = counted(rule.count, "time");
        line(text, format_args!("#[rules.{}] # {times}: {}", rule.id, rule.title));
        line(text, format_args!("#severity = \"{}\"", rule.severity.word()));
    }
    text.push('\n');
}

fn stages(text: &mut String, seen: &Seen<'_>) {
    line(
        text,
        format_args!(
            "# How far a service has come: observe (counted in reports only), warn (shown, never fails), enforce (fails).\n\
             # The last scope that matches wins, key by key; `reproof check --stats` shows every service with its stage."
        ),
    );
    let off = if seen.is_observed() { "" } else { "#" };
    if seen.is_observed() {
        let faults = counted(seen.faults(), "error and warning").replace("error and warnings", "errors and warnings");
        line(text, format_args!("# {faults} on the first day: everything is observed at first, so nothing fails yet."));
        line(text, format_args!("{off}[[scope]]\n{off}paths = [\"**\"]\n{off}stage = \"observe\"\n"));
    }
    let others = seen.services.iter().filter(|service| service.path != ".");
    let Some(pilot) = others.min_by_key(|service| (service.errors, service.warnings, &service.path)) else {
        if !seen.is_observed() {
            line(text, format_args!("#[[scope]]\n#paths = [\"**\"]\n#stage = \"warn\"\n"));
        }
        return;
    };
    line(text, format_args!("#[[scope]] # a good first one: {} has the least to mend", comment(&pilot.path)));
    line(text, format_args!("#paths = [{}]\n#stage = \"enforce\"\n", quoted(&format!("{}/**", escaped(&pilot.path)))));
}

fn suppressions(text: &mut String, seen: &Seen<'_>) {
    let Some(rule) = seen.rules.first() else { return };
    line(text, format_args!("# What is overlooked, and why. After its day the entry itself is a finding."));
    line(text, format_args!("#[[ignore]]\n#rule = \"{}\"\n#paths = [{}]", rule.id, quoted(&escaped(rule.path))));
    line(text, format_args!("#reason = \"moves with the migration\"\n#until = {}\n", seen.later));
}

fn registries(text: &mut String, seen: &Seen<'_>) {
    let known = ["python", "node", "rust"];
    let has = |name: &&&str| seen.services.iter().any(|service| service.ecosystems.iter().any(|own| own == **name));
    let used: Vec<&&str> = known.iter().filter(has).collect();
    if used.is_empty() {
        return;
    }
    line(
        text,
        format_args!(
            "# Only when neither client settings nor lockfiles say where packages come from. `check` opens no socket either way."
        ),
    );
    line(text, format_args!("#[registry]"));
    for name in used {
        line(text, format_args!("#{name} = \"https://packages.example.com/{name}\""));
    }
}

/// A text as TOML.
fn quoted(text: &str) -> String {
    // A JSON string is a basic string of TOML, on one line whatever is in it.
    serde_json::Value::from(text).to_string()
}

/// A path as a pattern that fits it alone.
fn escaped(path: &str) -> String {
    globset::escape(path)
}

/// A text inside a comment.
fn comment(text: &str) -> String {
    crate::printable::printable(text).into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::config::{Stage, read};
    use crate::source::SourceId;
    use crate::syntax::toml;

    fn service(path: &str, ecosystems: &[&str], errors: usize) -> ServiceRow {
        let ecosystems = ecosystems.iter().map(|name| (*name).to_owned()).collect();
        ServiceRow { path: path.to_owned(), ecosystems, errors, ..ServiceRow::default() }
    }

    fn parsed(text: &str) -> crate::config::Config {
        let document = toml::parse(SourceId::FIRST, &text.into()).unwrap();
        let (config, problems) = read("reproof.toml", document.root());
        assert_eq!(problems, [], "{text}");
        config
    }

    /// The text with every setting that is off switched on.
    fn switched_on(text: &str) -> String {
        let on = |line: &str| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with(' ') => setting.to_owned(),
            _ => line.to_owned(),
        };
        text.lines().map(on).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn it_is_a_configuration_as_it_is_and_with_everything_switched_on() {
        let services =
            [service(".", &["node"], 3), service("services/a [1]", &["python", "aws"], 2), service("b\"\n", &[], 1)];
        let rule =
            RuleSeen { id: "a-rule", title: "A fault", severity: Severity::Error, count: 30, path: "x/y [z].yml" };
        let seen = Seen {
            services: &services,
            passed_over: vec!["vendor".to_owned(), "a\"b/testdata".to_owned()],
            rules: vec![rule],
            later: "2027-05-22".to_owned(),
            ..Seen::default()
        };
        for seen in [Seen::default(), seen] {
            let text = config(&seen);
            let stage = parsed(&text).stage("services/x");
            assert_eq!(stage, if seen.is_observed() { Stage::Observe } else { Stage::Enforce });
            let all = parsed(&switched_on(&text));
            assert_eq!(all.scopes.len(), 1 + usize::from(seen.is_observed()));
            if seen.is_observed() {
                assert_eq!(all.stage("b\"\n/uv.lock"), Stage::Enforce, "{text}");
                assert!(all.ignores[0].paths.is_match("x/y [z].yml"));
            }
        }
    }

    #[test]
    fn a_baseline_or_little_to_mend_leaves_everything_enforced() {
        let rule = |count| RuleSeen { id: "a", title: "A", severity: Severity::Warning, count, path: "x" };
        for (count, has_baseline, observed) in [(21, false, true), (20, false, false), (500, true, false)] {
            let seen = Seen { rules: vec![rule(count)], has_baseline, ..Seen::default() };
            assert_eq!(seen.is_observed(), observed, "{count}");
        }
    }
}
