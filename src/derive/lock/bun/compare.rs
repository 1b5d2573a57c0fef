//! The order in which the parts are compared, and how a difference is told.

use std::collections::BTreeMap;

use super::super::{Difference, Outcome, Seen};
use super::REMEDY;
use super::project::{Asked, Project, release};
use crate::bun::lock::{Lock, Noted};
use crate::facts::{Link, Lockfile, Manifest};
use crate::path;
use crate::source::Span;
use crate::value::Value;

/// What a comparison works with.
pub(super) struct Checking<'a> {
    pub(super) seen: Seen<'a>,
    pub(super) lock: &'a Lock,
    pub(super) projects: Vec<Project>,
    pub(super) overrides: BTreeMap<String, String>,
    pub(super) catalogs: BTreeMap<(Box<str>, Box<str>), Noted>,
    /// Whether the release compares texts, if that is known.
    pub(super) compares_text: Option<bool>,
    pub(super) outcome: Outcome,
}

pub(super) fn compare(seen: Seen<'_>, link: Link<Lockfile>, lock: &Lock) -> Outcome {
    let root = path::directory(&seen.facts[link].header.path);
    let read = |link: &Link<Manifest>| Project::new(seen, *link, root);
    let projects: Vec<Project> = seen.facts[link].manifests.iter().filter_map(read).collect();
    let mut checking = Checking {
        seen,
        lock,
        projects,
        overrides: BTreeMap::new(),
        catalogs: BTreeMap::new(),
        compares_text: None,
        outcome: Outcome::default(),
    };
    if checking.projects.is_empty() {
        return checking.outcome;
    }
    checking.compares_text = release(&checking.projects[0], lock).map(|release| release < (1, 4));
    checking.torn();
    checking.not_there();
    checking.tables();
    checking.members();
    let asked: Vec<Vec<Asked>> = checking.projects.iter().map(Project::asked).collect();
    for (at, asked) in asked.iter().enumerate() {
        for one in asked {
            checking.requirement(at, one);
        }
    }
    checking.needless(&asked);
    checking.finish(link, &asked)
}

impl Checking<'_> {
    pub(super) fn refuse(&mut self, message: String, span: Span) {
        self.outcome.refusal.get_or_insert_with(|| Value::written(message, span));
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of a difference")]
    pub(super) fn differ(
        &mut self,
        project: usize,
        aspect: &'static str,
        subject: &str,
        asked: Option<String>,
        span: Option<Span>,
        recorded: Option<&Noted>,
        explanation: String,
    ) {
        let asked = match asked {
            Some(text) => Value { span, ..Value::derived(text) },
            None => Value { span, ..Value::absent() },
        };
        self.outcome.differences.push(Difference {
            manifest: Some(self.projects[project].manifest),
            asked,
            recorded: recorded.map_or_else(Value::absent, |one| Value::written(one.text.to_string(), one.span)),
            ..Difference::of(aspect, subject, explanation, REMEDY)
        });
    }
}
