//! Facts made by hand, for the tests of the rule engine; those of readers come from their readers.

use std::sync::Arc;

use crate::facts::{Count, EventSource, Facts, Header, Lambda, Link, Queue};
use crate::source::{SourceId, Span};
use crate::value::Value;

/// A place in the one text of these samples.
pub(crate) fn place(start: u32, end: u32) -> Span {
    Span { source: SourceId::FIRST, start, end }
}

fn header(part: &str, at: u32) -> Header {
    let path: Arc<str> = "template.yaml".into();
    Header::new(&path, format!("template.yaml#{part}"), place(at, at + 1))
}

/// A function about which nothing is set.
pub(crate) fn lambda(name: &str, at: u32) -> Lambda {
    Lambda::new(header(name, at), "sam", name)
}

/// An event source about which nothing is set.
pub(crate) fn event_source(name: &str, source: &str, at: u32) -> EventSource {
    EventSource::new(header(name, at), name, source, "sync")
}

/// A queue about which nothing is set.
pub(crate) fn queue(name: &str, at: u32) -> Queue {
    Queue {
        header: header(name, at),
        logical_name: name.to_owned(),
        visibility: Value::absent(),
        redrive_target: Value::absent(),
        max_receive: Value::absent(),
        is_redrive_target: false,
        readers: Vec::new(),
    }
}

/// A function, the queue that feeds it, and the event source between them.
pub(crate) struct Sample {
    pub(crate) facts: Facts,
    pub(crate) lambda: Link<Lambda>,
    pub(crate) queue: Link<Queue>,
    pub(crate) event_source: Link<EventSource>,
}

/// `Consume` is fed by `Jobs` in batches of 10; no times are set.
pub(crate) fn queue_and_function() -> Sample {
    let mut facts = Facts::default();
    let lambda = facts.add(lambda("Consume", 10));
    let queue = facts.add(queue("Jobs", 20));
    let mut source = event_source("Consume/Jobs", "sqs", 30);
    source.lambda = Some(lambda);
    source.queue = Some(queue);
    source.batch_size = Value::derived(Count(10));
    let event_source = facts.add(source);
    facts[lambda].event_sources = vec![event_source];
    facts[queue].readers = vec![lambda];
    Sample { facts, lambda, queue, event_source }
}
