//! State machines of Step Functions: the functions that their definitions name.

use std::collections::BTreeSet;

use super::declare::Declaring;
use super::event::Source;
use super::expand::Copy;
use super::term::{Shape, Term};
use crate::facts::{Lambda, Link};

/// The functions that an `aws_sfn_state_machine` calls, as expressions of its definition or what its template file is given.
pub(super) fn calls<'d>(declaring: &Declaring<'d>, copy: &Copy<'d>) -> Vec<Source> {
    let definition = declaring.get(copy, "definition").term;
    let named = definition.references().into_iter().cloned();
    let functions: BTreeSet<_> =
        named.filter_map(|reference| declaring.function_of(&Term::new(Shape::Reference(reference)))).collect();
    let call = |function: Link<Lambda>| {
        let part = format!("/{}", declaring.facts[function].logical_name);
        (declaring.event(copy, &part, "sfn", "sync"), Some(function))
    };
    functions.into_iter().map(call).collect()
}
