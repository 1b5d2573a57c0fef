//! Which rules run where, at which severity and with which parameters.
//!
//! Built from the rules, the profile, the configuration and the command line, in this
//! order; everything that names a rule or a parameter that does not exist is reported.

use std::collections::BTreeMap;

use globset::GlobSet;

use crate::config::{Config, ConfigProblem, Level, ParamValue, Profile, RuleSetting};
use crate::rule::params::Params;
use crate::rule::{Rule, RuleSet};
use crate::severity::Severity;
use crate::source::Span;

/// What the command line asks for.
#[derive(Debug, Default)]
pub struct Wish<'a> {
    /// Rules and groups that alone are to run; all when empty.
    pub only: &'a [String],
    /// Rules and groups that are left out.
    pub skip: &'a [String],
    /// Parameters, as `RULE.PARAM=VALUE`.
    pub set: &'a [String],
}

/// How every rule is run.
#[derive(Debug)]
pub struct Settings {
    plans: BTreeMap<String, Plan>,
    scopes: Vec<GlobSet>,
}

/// How one rule is run.
#[derive(Debug)]
struct Plan {
    /// `None` when it is off.
    severity: Option<Severity>,
    params: Params,
    /// What differs in scopes, in their order.
    scoped: Vec<(usize, Change)>,
}

/// What is said of a rule; the rest stays.
#[derive(Debug)]
struct Change {
    severity: Option<Option<Severity>>,
    /// Names and types are those of the rule.
    params: Vec<(String, ParamValue)>,
}

impl Change {
    fn apply(&self, severity: &mut Option<Severity>, params: &mut Params) {
        *severity = self.severity.unwrap_or(*severity);
        for (name, value) in &self.params {
            params.set(name, value.clone()).expect("name and type were checked when the change was read");
        }
    }
}

impl Settings {
    /// The rules' own severities and parameters.
    pub fn new(rules: &RuleSet, profile: Profile) -> Self {
        let plan = |rule: &Rule| {
            let runs = profile == Profile::Strict || rule.profile == Profile::Default;
            let severity = rule.severity.filter(|_| runs);
            (rule.id.clone(), Plan { severity, params: rule.params.clone(), scoped: Vec::new() })
        };
        Self { plans: rules.rules().iter().map(plan).collect(), scopes: Vec::new() }
    }

    /// One rule alone, switched on, with the given parameters: for its examples.
    pub fn alone(rule: &Rule, params: Params) -> Self {
        let plan = Plan { severity: Some(own_severity(rule)), params, scoped: Vec::new() };
        Self { plans: BTreeMap::from([(rule.id.clone(), plan)]), scopes: Vec::new() }
    }

    /// Takes in a configuration; gives what is wrong with it. A severity that is said switches a rule on.
    pub fn configure(&mut self, rules: &RuleSet, config: &Config) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        for (rule, change) in changes(rules, &config.rules, &mut problems) {
            let plan = self.plan(rule);
            change.apply(&mut plan.severity, &mut plan.params);
        }
        for scope in &config.scopes {
            let number = self.scopes.len();
            self.scopes.push(scope.paths.clone());
            for (rule, change) in changes(rules, &scope.rules, &mut problems) {
                self.plan(rule).scoped.push((number, change));
            }
        }
        let ignored = config.ignores.iter().filter(|ignore| !rules.knows(&ignore.rule));
        problems.extend(ignored.map(|ignore| unknown(rules, &ignore.rule, ignore.span)));
        problems
    }

    /// Takes in what the command line asks for; it wins over the configuration.
    ///
    /// # Errors
    /// The first thing that means nothing.
    pub fn wish(&mut self, rules: &RuleSet, wish: &Wish<'_>) -> Result<(), String> {
        if let Some(name) = wish.only.iter().chain(wish.skip).find(|name| !rules.knows(name)) {
            return Err(rules.unknown(name));
        }
        for rule in rules.rules() {
            let named = |names: &[String]| names.iter().any(|name| rule.answers_to(name));
            let by_id = wish.only.iter().any(|name| *name == rule.id || rule.aliases.contains(name));
            let plan = self.plan(rule);
            if by_id && plan.severity.is_none() {
                plan.severity = Some(own_severity(rule));
            }
            if (!wish.only.is_empty() && !named(wish.only)) || named(wish.skip) {
                plan.severity = None;
                plan.scoped.clear();
            }
        }
        wish.set.iter().try_for_each(|text| self.set(rules, text))
    }

    fn set(&mut self, rules: &RuleSet, text: &str) -> Result<(), String> {
        let parts = text.split_once('=').and_then(|(name, value)| Some((name.rsplit_once('.')?, value)));
        let Some(((rule, name), value)) = parts else {
            return Err(format!("--set takes RULE.PARAM=VALUE, not `{text}`"));
        };
        let rule = rules.rule(rule.trim_end_matches(".params")).ok_or_else(|| rules.unknown(rule))?;
        let Some(own) = rule.params.get(name) else {
            let known: Vec<&str> = rule.params.iter().map(|(known, _)| known).collect();
            let known =
                if known.is_empty() { "it has none".to_owned() } else { format!("it has: {}", known.join(", ")) };
            return Err(format!("the rule {} has no parameter `{name}`; {known}", rule.id));
        };
        let value = own
            .read_like(value)
            .ok_or_else(|| format!("the parameter `{name}` of {} is {}, not `{value}`", rule.id, own.type_words()))?;
        let plan = self.plan(rule);
        plan.params.set(name, value).map_err(|error| error.to_string())?;
        for (_, change) in &mut plan.scoped {
            change.params.retain(|(changed, _)| changed != name);
        }
        Ok(())
    }

    /// Whether a rule runs anywhere.
    pub fn runs(&self, rule: &Rule) -> bool {
        self.plans.get(&rule.id).is_some_and(|plan| {
            plan.severity.is_some() || plan.scoped.iter().any(|(_, change)| matches!(change.severity, Some(Some(_))))
        })
    }

    /// Severity and parameters of a rule outside all scopes; `None` where it does not run.
    pub fn everywhere(&self, rule: &Rule) -> Option<(Severity, Params)> {
        let plan = self.plans.get(&rule.id)?;
        Some((plan.severity?, plan.params.clone()))
    }

    /// Whether the answer of [`Settings::at`] may differ from path to path.
    pub fn depends_on_path(&self, rule: &Rule) -> bool {
        self.plans.get(&rule.id).is_some_and(|plan| !plan.scoped.is_empty())
    }

    /// Severity and parameters of a rule for a path: the last scope that matches wins, key by key.
    pub fn at(&self, rule: &Rule, path: &str) -> Option<(Severity, Params)> {
        let plan = self.plans.get(&rule.id)?;
        let (mut severity, mut params) = (plan.severity, plan.params.clone());
        for (_, change) in plan.scoped.iter().filter(|(scope, _)| self.scopes[*scope].is_match(path)) {
            change.apply(&mut severity, &mut params);
        }
        Some((severity?, params))
    }

    fn plan(&mut self, rule: &Rule) -> &mut Plan {
        self.plans.get_mut(&rule.id).expect("every rule of the set has a plan")
    }
}

/// What settings say of rules. Groups come first, so that what is said of a rule by name wins.
fn changes<'r>(
    rules: &'r RuleSet,
    settings: &[RuleSetting],
    problems: &mut Vec<ConfigProblem>,
) -> Vec<(&'r Rule, Change)> {
    let (single, groups): (Vec<_>, Vec<_>) = settings.iter().partition(|setting| rules.rule(&setting.rule).is_some());
    let mut changes = Vec::new();
    for setting in groups {
        let severity = setting.severity.map(severity);
        let members = group(rules, setting, problems);
        changes.extend(members.into_iter().map(|rule| (rule, Change { severity, params: Vec::new() })));
    }
    for setting in single {
        let Some(rule) = rules.rule(&setting.rule) else { continue };
        let mut change = Change { severity: setting.severity.map(severity), params: Vec::new() };
        for (name, value, span) in &setting.params {
            match rule.params.clone().set(name, value.clone()) {
                Ok(()) => change.params.push((name.clone(), value.clone())),
                Err(error) => {
                    problems.push(ConfigProblem { span: *span, message: error.to_string(), help: error.help() });
                }
            }
        }
        changes.push((rule, change));
    }
    changes
}

/// The fault of a name that means nothing.
fn unknown(rules: &RuleSet, name: &str, span: Span) -> ConfigProblem {
    let help = match rules.nearest(name) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`reproof rules list` shows them all".to_owned(),
    };
    ConfigProblem { span, message: format!("there is no rule called `{name}`"), help: Some(help) }
}

/// The rules of the group that a setting names.
fn group<'r>(rules: &'r RuleSet, setting: &RuleSetting, problems: &mut Vec<ConfigProblem>) -> Vec<&'r Rule> {
    let group: Vec<&Rule> = rules.rules().iter().filter(|rule| rule.group == setting.rule).collect();
    if group.is_empty() {
        problems.push(unknown(rules, &setting.rule, setting.span));
    } else if let Some((_, _, span)) = setting.params.first() {
        let message = format!("`{}` is a group; only rules have parameters", setting.rule);
        problems.push(ConfigProblem { span: *span, message, help: None });
    }
    group
}

fn own_severity(rule: &Rule) -> Severity {
    rule.severity.unwrap_or(Severity::Warning)
}

fn severity(level: Level) -> Option<Severity> {
    match level {
        Level::Off => None,
        Level::Note => Some(Severity::Note),
        Level::Warning => Some(Severity::Warning),
        Level::Error => Some(Severity::Error),
    }
}
