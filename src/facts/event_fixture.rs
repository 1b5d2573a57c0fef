//! Sample events that a repository keeps to try its functions with.

use super::table::fact;
use super::{Lambda, Link, Template};
use crate::value::Value;

fact! {
    /// A file of the directory `events` beside a template: an event to invoke a function with.
    EventFixture {
        /// What is wrong with its JSON. Absent when it can be read.
        fault: Value<String>,
        /// The kind of source whose events look like it: sqs, s3, rest, http and so on. Unknown for an event of no known shape.
        source: Value<String>,
        /// The template it lies beside. Absent when there is none near.
        template: Option<Link<Template>>,
        /// The function it is meant for: the one that its name or directory tells, or the only one when they tell of nothing. Absent when that is open.
        lambda: Option<Link<Lambda>>,
        /// The kinds of source that call this function, sorted.
        callers: Vec<String>,
        /// Whether such a source calls this function. Unknown when the function is not certain, may be called by other things too, or reads its event as one of this kind.
        fits: Value<bool>,
    }
    carried {
        /// Kinds of source that send events of its shape.
        senders: Vec<&'static str>,
        /// Keys at the top of the event.
        keys: Vec<String>,
    }
}
