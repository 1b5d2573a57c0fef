//! What an invocation does besides what it does with a lockfile.

use super::fetch::{self, Fetch};
use super::purpose;
use super::puts::{self, Whereabouts};
use crate::facts::{Count, Put, Step};
use crate::lock_use::{self, Images, Invocation, Selection};
use crate::shell::Command;
use crate::value::Value;

/// What an invocation does besides what it does with a lockfile.
pub(super) struct Noted {
    checks: &'static str,
    selects: Vec<Selection>,
    images: Images,
    pub(super) releases: bool,
    pub(super) sends: bool,
    pub(super) rehearses: bool,
    fetch: Option<Fetch>,
    puts: Vec<Put>,
    finds_changes: bool,
}

impl Noted {
    /// What an invocation of the command at an index does.
    pub(super) fn of(commands: &[Command], at: usize, invocation: &Invocation, whereabouts: &Whereabouts) -> Self {
        Self {
            checks: lock_use::checks(invocation),
            selects: lock_use::selects(invocation),
            images: lock_use::images(invocation),
            releases: lock_use::releases(invocation),
            fetch: fetch::found(commands, at, invocation),
            sends: lock_use::sends(invocation),
            rehearses: lock_use::rehearses(invocation),
            puts: puts::puts(invocation, whereabouts),
            finds_changes: purpose::looks_for_changes(commands, at, invocation),
        }
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.checks.is_empty()
            && self.selects.is_empty()
            && self.images == Images::default()
            && !self.releases
            && self.fetch.is_none()
            && self.puts.is_empty()
            && !self.finds_changes
    }

    /// A step with what is noted.
    pub(super) fn written(self, step: Step) -> Step {
        let place = Some(step.header.span);
        let (fetches, fetch_level) = match self.fetch {
            Some(fetch) => {
                let level = Count(fetch.level.number());
                (Value { span: place, ..Value::derived(fetch.address) }, Value { span: place, ..Value::derived(level) })
            }
            None => (Value::absent(), Value::absent()),
        };
        Step {
            checks: self.checks.to_owned(),
            selects: self.selects,
            images: self.images,
            releases: self.releases,
            puts: self.puts,
            finds_changes: self.finds_changes,
            fetches,
            fetch_level,
            ..step
        }
    }
}
