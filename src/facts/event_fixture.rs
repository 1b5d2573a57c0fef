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
        /// The functions it is meant for: the one it is named after, else all of the template.
        lambdas: Vec<Link<Lambda>>,
        /// Whether one of these functions is called by such a source. Unknown when a function may be called by other things too.
        fits: Value<bool>,
    }
    carried {
        /// Kinds of source that send events of its shape.
        senders: Vec<&'static str>,
    }
}
