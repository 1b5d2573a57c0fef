//! Queues: how long their messages stay hidden, and where those go that fail.

use super::setting::{duration, whole};
use super::{Declaring, in_library};
use crate::facts::{Count, Header, Link, Queue, Seconds};
use crate::limits;
use crate::literal::{Call, Expression, Literal};
use crate::source::Span;

/// Whether a class of the library makes a queue.
pub(super) fn is_class(module: &str, class: &str) -> bool {
    (module, class) == ("aws_sqs", "Queue")
}

/// Properties and constructs that send failed messages on.
const SENDS_ON: &[&str] = &["deadletterqueue", "onfailure"];

impl<'s> Declaring<'_, 's> {
    /// The queue that an expression names, added when it is met first.
    pub(super) fn queue(&mut self, value: &'s Expression) -> Option<Link<Queue>> {
        self.queue_of(self.queue_call(value)?)
    }

    /// The queue that a call makes, added when it is met first.
    pub(super) fn queue_of(&mut self, call: &'s Call) -> Option<Link<Queue>> {
        self.makes_queue(call).then_some(())?;
        let span = Span::new(self.module.source, call.place.clone());
        if let Some((link, _)) = self.facts.all::<Queue>().find(|(_, queue)| queue.header.span == span) {
            return Some(link);
        }
        let queue = self.made_queue(call, span);
        Some(self.facts.add(queue))
    }

    /// The call that makes the queue which an expression names.
    fn queue_call(&self, value: &'s Expression) -> Option<&'s Call> {
        let Literal::Call(call) = &self.module.script.settled(value).literal else { return None };
        self.makes_queue(call).then_some(call)
    }

    fn makes_queue(&self, call: &Call) -> bool {
        let name = self.module.full_name(call);
        in_library(&name).is_some_and(|(module, class)| is_class(module, class))
    }

    fn made_queue(&self, call: &'s Call, span: Span) -> Queue {
        let construct = self.module.construct(call);
        let script = self.module.script;
        let name = construct.id().unwrap_or("Queue");
        let seconds = |value: &Expression| duration(script, value).map(Seconds);
        let dead = construct.within("deadLetterQueue");
        Queue {
            header: Header::new(self.module.path, format!("{}#{name}", self.module.path), span),
            logical_name: name.to_owned(),
            visibility: construct.value("visibilityTimeout", Some(Seconds(limits::VISIBILITY)), seconds),
            redrive_target: dead.target("queue"),
            max_receive: dead.value("maxReceiveCount", None, |value| whole(script, value).map(Count)),
            is_redrive_target: self.takes_failures(call.place.start),
            readers: Vec::new(),
        }
    }

    /// Whether the queue that is made at a place takes what fails elsewhere.
    fn takes_failures(&self, place: usize) -> bool {
        let calls = self.module.script.calls.iter();
        let mut pending: Vec<(&Expression, bool)> = Vec::new();
        for call in calls {
            parts(call, false, &mut pending);
        }
        while let Some((value, is_target)) = pending.pop() {
            if is_target && self.queue_call(value).is_some_and(|call| call.place.start == place) {
                return true;
            }
            match &value.literal {
                Literal::Call(call) => parts(call, is_target, &mut pending),
                Literal::List(items) => pending.extend(items.iter().map(|item| (item, is_target))),
                Literal::Map(map) => entries(&map.entries, is_target, &mut pending),
                _ => {}
            }
        }
        false
    }
}

type Entry = (Option<crate::literal::Key>, Expression);

fn parts<'s>(call: &'s Call, is_target: bool, pending: &mut Vec<(&'s Expression, bool)>) {
    pending.extend(call.arguments.iter().map(|argument| (argument, is_target)));
    entries(&call.keywords.entries, is_target, pending);
}

fn entries<'s>(entries: &'s [Entry], is_target: bool, pending: &mut Vec<(&'s Expression, bool)>) {
    for (key, value) in entries {
        let sends_on = key.as_ref().is_some_and(|key| SENDS_ON.contains(&&*key.name.replace('_', "").to_lowercase()));
        pending.push((value, is_target || sends_on));
    }
}
