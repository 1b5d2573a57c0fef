//! All rules of a run: those that come with reproof and those of the user.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::nearest::nearest;
use crate::source::{SourceId, Sources, Span};

use super::load::{self, Part};
use super::{Rule, RuleProblem};

/// The rules that come with reproof: path and text of each file below `rules/`.
const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// Whether a name means a rule or a group that comes with reproof.
pub fn comes_with_reproof(name: &str) -> bool {
    BUILT_IN.iter().any(|(path, _)| {
        let mut parts = path.trim_end_matches(".toml").rsplit('/');
        parts.next() == Some(name) || parts.next() == Some(name)
    })
}

/// A rule file of a user.
#[derive(Debug, Clone)]
pub struct RuleFile {
    /// Its path, as reports name it.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Rules, and what is wrong with the files that are none.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    problems: Vec<RuleProblem>,
}

impl RuleSet {
    /// Loads the built-in rules and the user's own. A file that is wrong keeps no other from being used.
    ///
    /// The files become sources, so that problems and examples have places.
    pub fn load(own: &[RuleFile], sources: &mut Sources) -> Self {
        Self::with_built_in(Part::Whole, own, sources)
    }

    /// The same for a run, which needs no examples: the built-in rules come without theirs.
    pub fn load_for_run(own: &[RuleFile], sources: &mut Sources) -> Self {
        Self::with_built_in(Part::Head, own, sources)
    }

    fn with_built_in(part: Part, own: &[RuleFile], sources: &mut Sources) -> Self {
        let mut set = Self::default();
        let mut taken = BTreeMap::new();
        for mut rule in set.read(BUILT_IN.iter().copied(), part, sources) {
            rule.built_in = true;
            set.add(rule, &mut taken);
        }
        set.with_own(own, taken, sources)
    }

    /// Loads the given files only.
    pub fn load_own(own: &[RuleFile], sources: &mut Sources) -> Self {
        Self::default().with_own(own, BTreeMap::new(), sources)
    }

    fn with_own(mut self, own: &[RuleFile], mut taken: BTreeMap<String, String>, sources: &mut Sources) -> Self {
        let files = own.iter().map(|file| (file.path.as_str(), file.text.as_str()));
        for rule in self.read(files, Part::Whole, sources) {
            self.add(rule, &mut taken);
        }
        self.rules.sort_by(|a, b| (&a.group, &a.id).cmp(&(&b.group, &b.id)));
        self
    }

    /// The rules of some files; problems are noted.
    fn read<'f>(
        &mut self,
        files: impl Iterator<Item = (&'f str, &'f str)>,
        part: Part,
        sources: &mut Sources,
    ) -> Vec<Rule> {
        let add = |(path, text)| {
            let text: Arc<str> = part.of(text).into();
            (sources.add_whole(path, Arc::clone(&text)), path, text)
        };
        let files: Vec<(SourceId, &str, Arc<str>)> = files.map(add).collect();
        let load = |(source, path, text): &(SourceId, &str, Arc<str>)| load::load(path, text, part, *source);
        let loaded: Vec<_> = files.par_iter().map(load).collect();
        let mut rules = Vec::new();
        for outcome in loaded {
            match outcome {
                Ok(rule) => rules.push(rule),
                Err(problems) => self.problems.extend(problems),
            }
        }
        rules
    }

    fn add(&mut self, rule: Rule, taken: &mut BTreeMap<String, String>) {
        let names = || std::iter::once(&rule.id).chain(&rule.aliases);
        let clash = names().find_map(|name| taken.get(name).map(|other| (name.clone(), other.clone())));
        if let Some((name, other)) = clash {
            self.problems.push(RuleProblem {
                path: rule.path.clone(),
                span: Span::top(rule.source),
                message: format!("there is already a rule called `{name}`, in {other}"),
                help: Some("give the file another name".to_owned()),
            });
            return;
        }
        taken.extend(names().map(|name| (name.clone(), rule.path.clone())));
        self.rules.push(rule);
    }

    /// The rules, by group and id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What is wrong with files that are no rules, in the order of the files.
    pub fn problems(&self) -> &[RuleProblem] {
        &self.problems
    }

    /// The rule of an id, or of one that it had before.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        let by_id = self.rules.iter().find(|rule| rule.id == name);
        by_id.or_else(|| self.rules.iter().find(|rule| rule.aliases.iter().any(|alias| alias == name)))
    }

    /// Whether a name means a rule or a group.
    pub fn knows(&self, name: &str) -> bool {
        self.rules.iter().any(|rule| rule.answers_to(name))
    }

    /// The id, alias or group nearest to a name that means nothing.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let ids = self.rules.iter().flat_map(|rule| rule.aliases.iter().chain([&rule.id, &rule.group]));
        nearest(name, ids.map(String::as_str))
    }

    /// What is said of a name that means nothing.
    pub fn unknown(&self, name: &str) -> String {
        match self.nearest(name) {
            Some(near) => format!("there is no rule called `{name}`; did you mean `{near}`?"),
            None => format!("there is no rule called `{name}`; `reproof rules list` shows them all"),
        }
    }
}
