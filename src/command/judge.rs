//! Loads the rules of a run, shows what is wrong with them, and lets the engine judge.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context, anyhow};

use super::repository::Repository;
use super::terminal;
use crate::cli::{Profile as ProfileArgument, RuleChoice};
use crate::config::{Config, ConfigProblem, Profile};
use crate::day::Day;
use crate::engine::{Judgement, Settings, Wish, judge as ask};
use crate::facts::{Kind, Link, Lockfile};
use crate::finding::Finding;
use crate::history::outcome::{Options, Outcome, measure};
use crate::history::row::OutcomeRow;
use crate::history::{History, Store, fact, memory, series};
use crate::inventory::Inventory;
use crate::report::RulePage;
use crate::rule::{Rule, RuleFile, RuleSet, comes_with_reproof};
use crate::source::Sources;
use crate::suppress;

/// The rules of a run and how each is run.
pub(super) struct Rules {
    set: RuleSet,
    scope: Scope,
    settings: Settings,
    /// What is wrong with what the configuration says of rules.
    problems: Vec<ConfigProblem>,
}

impl Rules {
    /// What rules say of their faults, for those that found something.
    pub(super) fn pages(&self, findings: &[Finding]) -> BTreeMap<String, RulePage> {
        let found: BTreeSet<&str> = findings.iter().map(|finding| &*finding.rule).collect();
        let page = |rule: &Rule| RulePage {
            group: rule.group.clone(),
            title: rule.title.clone(),
            why: rule.why.trim().to_owned(),
            fix: rule.fix.trim().to_owned(),
        };
        let rules = self.set.rules().iter().filter(|rule| found.contains(&*rule.id));
        rules.map(|rule| (rule.id.clone(), page(rule))).collect()
    }

    /// Whether what a rule finds no more is mended: it runs, or there is no such rule any longer.
    pub(super) fn could_find(&self, id: &str) -> bool {
        match self.set.rules().iter().find(|rule| rule.id == id) {
            Some(rule) => self.settings.runs(rule),
            None => self.set.problems().is_empty(),
        }
    }

    /// How many rules run anywhere.
    pub(super) fn enabled(&self) -> usize {
        self.set.rules().iter().filter(|rule| self.scope.holds(rule) && self.settings.runs(rule)).count()
    }
}

/// What a verb has read: rules over anything else have nothing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// A tree.
    Tree,
    /// History.
    History,
}

impl Scope {
    fn holds(self, rule: &Rule) -> bool {
        (rule.kind == Kind::LockHistory) == (self == Self::History)
    }
}

/// A way to load the built-in rules and those that the configuration names.
pub(super) type Load = fn(&mut Repository) -> anyhow::Result<RuleSet>;

/// Loads them without the examples of the built-in ones.
pub(super) fn heads(repository: &mut Repository) -> anyhow::Result<RuleSet> {
    let own = own_files(repository)?;
    Ok(RuleSet::load_for_run(&own, &mut repository.texts))
}

/// Loads them with all examples.
pub(super) fn load(repository: &mut Repository) -> anyhow::Result<RuleSet> {
    let own = own_files(repository)?;
    Ok(RuleSet::load(&own, &mut repository.texts))
}

/// Loads the rules and works out how each is run.
pub(super) fn rules(repository: &mut Repository, choice: &RuleChoice, scope: Scope) -> anyhow::Result<Rules> {
    let set = heads(repository)?;
    let profile = match choice.profile {
        Some(ProfileArgument::Strict) => Profile::Strict,
        Some(ProfileArgument::Default) => Profile::Default,
        None => repository.config.profile,
    };
    let mut settings = Settings::new(&set, profile);
    let problems = settings.configure(&set, &repository.config);
    let wish = Wish { only: &choice.only, skip: &choice.skip, set: &choice.set };
    settings.wish(&set, &wish).map_err(|message| anyhow!(message))?;
    Ok(Rules { set, scope, settings, problems })
}

/// The rule files that the configuration names, read from disk.
fn own_files(repository: &Repository) -> anyhow::Result<Vec<RuleFile>> {
    let patterns = &repository.config.rule_files;
    if patterns.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = crate::config::globs(patterns)?;
    let tree = crate::tree::Tree::working(&repository.root);
    let names =
        crate::discover::list(&tree, crate::discover::Names::Walked, &crate::discover::Choice::default(), None)?;
    let mut files = Vec::new();
    for path in names.paths.into_iter().filter(|path| wanted.is_match(path)) {
        let text = tree.text(&path).with_context(|| format!("the rule file {path} cannot be read"))?;
        files.push(RuleFile { path, text: text.to_string() });
    }
    if files.is_empty() {
        return Err(anyhow!("no rule file matches {} (`rules` in {})", patterns.join(", "), config_name(repository)));
    }
    Ok(files)
}

fn config_name(repository: &Repository) -> &str {
    repository.config.path.as_deref().unwrap_or(crate::config::FILE_NAME)
}

/// Shows what is wrong with the configuration and with rule files, all of it.
pub(super) fn show_faults(repository: &Repository, rules: &Rules, color: bool) -> Faults {
    let texts = &repository.texts;
    repository.show_problems(color);
    for problem in &rules.problems {
        terminal::show_problem(&problem.message, problem.span, problem.help.as_deref(), texts, color);
    }
    show_rule_problems(&rules.set, texts, color);
    let wrong_config = !repository.problems.is_empty() || !rules.problems.is_empty();
    Faults { any: wrong_config || !rules.set.problems().is_empty(), stops: wrong_config }
}

/// Shows what is wrong with rule files.
pub(super) fn show_rule_problems(set: &RuleSet, texts: &Sources, color: bool) {
    for problem in set.problems() {
        terminal::show_problem(&problem.message, problem.span, problem.help.as_deref(), texts, color);
    }
}

/// Whether the configuration or a rule is wrong.
pub(super) struct Faults {
    /// Anything is.
    pub(super) any: bool,
    /// The configuration is, so that nothing can be judged as it was meant.
    pub(super) stops: bool,
}

/// Lets the rules judge what is to be reported on, and marks what is to be overlooked.
///
/// Rules about suppressions are asked last: what a suppression hides is known only then.
pub(super) fn judge(
    inventory: &mut Inventory,
    repository: &Repository,
    rules: &Rules,
    choice: &RuleChoice,
    today: Day,
) -> Judgement {
    let (last, first): (Vec<&Rule>, Vec<&Rule>) = rules
        .set
        .rules()
        .iter()
        .filter(|rule| rules.scope.holds(rule))
        .partition(|rule| rule.kind == Kind::Suppression);
    if choice.no_ignore {
        inventory.facts.suppressions.clear();
    } else {
        suppress::add_entries(&mut inventory.facts, &repository.config, today);
        // A suppression of a rule that is not asked here is neither used nor unused.
        let is_asked = |id: &str| rules.set.rules().iter().all(|rule| rule.id != id || rules.scope.holds(rule));
        inventory.facts.suppressions.retain(|suppression| is_asked(&suppression.rule));
    }
    for suppression in &mut inventory.facts.suppressions {
        suppression.known = rules.set.knows(&suppression.rule);
    }
    let mut judged = ask(&first, &rules.settings, &inventory.facts, &inventory.sources);
    suppress::apply(&mut judged.findings, &mut inventory.facts, &inventory.sources, &repository.config);
    let about = ask(&last, &rules.settings, &inventory.facts, &inventory.sources);
    judged.findings.extend(about.findings);
    judged.undecided.extend(about.undecided);
    let sources = &inventory.sources;
    let reported = |finding: &Finding| {
        let mut places = std::iter::once(&finding.primary).chain(&finding.related);
        places.any(|label| repository.is_reported(sources.path(label.span.source)))
    };
    judged.findings.retain(reported);
    judged.undecided.retain(|open| repository.is_reported(sources.path(open.span.source)));
    judged.findings.sort_by_cached_key(|finding| order(finding, sources));
    judged
}

fn order(finding: &Finding, sources: &Sources) -> (String, u32, u32, String, String) {
    let span = finding.primary.span;
    (sources.path(span.source).to_owned(), span.start, span.end, finding.rule.clone(), finding.subject.clone())
}

/// Judges an example of a rule by that rule alone, through the whole pipeline.
pub(super) fn example(rule: &Rule, example: &crate::rule::example::Example) -> (Judgement, Sources) {
    let (inventory, _) = example_inventory(example);
    let settings = Settings::alone(rule, example.params.clone());
    let judged = ask(&[rule], &settings, &inventory.facts, &inventory.sources);
    (judged, inventory.sources)
}

/// The facts of an example, and its configuration.
fn example_inventory(example: &crate::rule::example::Example) -> (Inventory, Config) {
    let files = example.files.iter().map(|file| (file.path.clone(), file.text.clone()));
    let tree = Arc::new(crate::tree::Tree::memory(files));
    let mut listing = crate::discover::Listing {
        paths: example.files.iter().filter(|file| !file.ignored).map(|file| file.path.clone()).collect(),
        ignored: example.files.iter().filter(|file| file.ignored).map(|file| file.path.clone()).collect(),
        ..crate::discover::Listing::default()
    };
    listing.paths.sort();
    if example.files.iter().any(|file| file.untracked) {
        let tracked = example.files.iter().filter(|file| !file.untracked && !file.ignored);
        listing.tracked = Some(tracked.map(|file| file.path.clone()).collect());
    }
    let today = example.today.unwrap_or(EXAMPLE_DAY);
    let (config, sources) = example_config(&tree);
    let mut inventory = crate::scan::scan_files(&tree, listing, today, sources);
    if !example.before.is_empty() {
        past(example, &mut inventory, today);
    }
    suppress::add_entries(&mut inventory.facts, &config, today);
    for suppression in &mut inventory.facts.suppressions {
        suppression.known = comes_with_reproof(&suppression.rule);
    }
    (inventory, config)
}

/// Adds what the history of an example tells of its lockfiles.
fn past(example: &crate::rule::example::Example, inventory: &mut Inventory, today: Day) {
    fn state<'a>(day: Day, message: &'a str, files: &'a [crate::rule::example::ExampleFile]) -> memory::State<'a> {
        let files = files.iter().map(|file| (&*file.path, &*file.text)).collect();
        memory::State { day, message, files }
    }
    let mut states: Vec<memory::State<'_>> =
        example.before.iter().map(|before| state(before.day, &before.message, &before.files)).collect();
    states.push(state(example.changed.unwrap_or(today), "", &example.files));
    let (history, store) = memory::of(&states);
    let options = Options { replay: 0, ..Options::default() };
    for link in inventory.facts.links::<Lockfile>() {
        let measured = measured(inventory, link, &history, &series::files(&history), &store, options);
        if let Ok((outcome, row)) = measured {
            fact::add(&mut inventory.facts, link, &outcome, &row, &history, today);
        }
    }
}

/// Measures the history of a lockfile.
///
/// # Errors
/// Why it cannot be measured, as a phrase.
pub(super) fn measured(
    inventory: &Inventory,
    link: Link<Lockfile>,
    history: &History,
    files: &series::Files<'_>,
    store: &Store,
    options: Options,
) -> Result<(Outcome, OutcomeRow), &'static str> {
    let lock = &inventory.facts[link];
    if lock.tool == "go" {
        return Err("go.sum records sums of all that was ever looked at, not a choice");
    }
    let series = series::trace(&lock.header.path, &lock.tool, &lock.ecosystem, history, files, store);
    if series.versions.is_empty() {
        return Err("it is in no commit");
    }
    let manifests: Vec<String> =
        lock.manifests.iter().map(|link| inventory.facts[*link].header.path.to_string()).collect();
    let outcome = measure(series, &manifests, history, files, store, options);
    let service = lock.header.service.map(|service| &*inventory.facts[service].directory);
    let service = service.filter(|directory| !directory.is_empty()).unwrap_or(".");
    let row = outcome.row(service, history, options);
    Ok((outcome, row))
}

/// The day on which examples are judged that name none: 2026-11-23.
const EXAMPLE_DAY: Day = Day(20_780);

fn example_config(tree: &crate::tree::Tree) -> (Config, Sources) {
    let mut sources = Sources::default();
    let Ok(text) = tree.text(crate::config::FILE_NAME) else { return (Config::default(), sources) };
    let source = sources.add_whole(crate::config::FILE_NAME, Arc::clone(&text));
    let config = crate::syntax::toml::parse(source, &text)
        .map(|document| crate::config::read(crate::config::FILE_NAME, document.root()).0)
        .unwrap_or_default();
    (config, sources)
}

#[cfg(test)]
mod tests;
