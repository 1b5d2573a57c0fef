//! State machines of the plugin `serverless-step-functions`: `stepFunctions.stateMachines`.

use super::Service;
use crate::cloudformation::term::Term;
use crate::facts::{EventSource, Header, Lambda, Link};

impl Service<'_> {
    /// The functions that the definitions of the service's state machines name.
    pub(super) fn state_machines(&self) -> Vec<(EventSource, Link<Lambda>)> {
        let Some(machines) = self.root.at(&["stepFunctions", "stateMachines"]) else { return Vec::new() };
        let Term::Node(machines) = self.variables.term(machines) else { return Vec::new() };
        let mut found = Vec::new();
        for entry in machines.entries() {
            let Some(name) = entry.key.scalar() else { continue };
            let Term::Node(machine) = self.variables.term(entry.value) else { continue };
            let definition = machine.get("definition").map(|definition| self.variables.term(definition));
            let Some(Term::Node(definition)) = definition else { continue };
            for (function, span) in self.stack.functions_in(vec![definition]) {
                let name = format!("{name}/{}", self.stack.function(function).logical_name);
                let header = Header::new(&self.stack.path, format!("{}#{name}", self.stack.path), span);
                found.push((EventSource::new(header, &name, "sfn", "sync"), function));
            }
        }
        found
    }
}
