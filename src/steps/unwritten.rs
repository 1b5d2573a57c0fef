//! Steps of a job that are no commands of a script: actions, and what has to be run before.

use super::{Job, Script};
use crate::facts::Step;
use crate::lock_use::{ACTION, Call, Images, LockUse};
use crate::shell::Command;
use crate::source::Span;
use crate::syntax::places::Places;
use crate::value::Value;

impl Job {
    /// Notes an action of the repository, by its directory: its commands run here.
    pub fn runs_action(&mut self, directory: &str, span: Span) {
        let call = Call { runner: ACTION, names: Vec::new(), directory: directory.to_owned(), file: None };
        self.after(call, "", span);
    }

    /// Notes an action that makes images.
    pub fn builds(&mut self, action: &str, images: Images, span: Span) {
        let step = self.unwritten(action, "", span);
        self.steps.push(Step { images, ..step });
    }

    /// Notes an action that installs what a lockfile of one of these tools has, and fails when that is out of step.
    pub fn installs(&mut self, action: &str, tools: &[&str], directory: &str, is_optional: bool, span: Span) {
        for tool in tools {
            let step = self.unwritten(action, directory, span);
            let lock_use = Value::derived(LockUse::Proves.word().to_owned());
            self.steps.push(Step { tool: (*tool).to_owned(), lock_use, optional: is_optional, adapts: true, ..step });
        }
    }

    /// Names what has to be run before, as a target names others.
    pub fn after(&mut self, call: Call, directory: &str, span: Span) {
        let named = if call.names.is_empty() { call.directory.clone() } else { call.names.join(" ") };
        let step = self.unwritten(&format!("{} {named}", call.runner), directory, span);
        self.steps.push(Step { tool: call.runner.to_owned(), call: Some(call), ..step });
    }

    /// A step that no command of a script is.
    fn unwritten(&mut self, line: &str, directory: &str, span: Span) -> Step {
        let places = Places::verbatim(span, 0, 0);
        let script = Script::plain("", &places, Ok(directory.to_owned()));
        let command = Command {
            words: Vec::new(),
            assignments: Vec::new(),
            span: 0..0,
            directory: Some(directory.to_owned()),
            among: None,
            conditional: false,
            branch: None,
            forgiven: false,
            feeds: Vec::new(),
            writes: Vec::new(),
        };
        let header = self.header(line, span);
        let step = self.step(&script, &command, header, line);
        Step { directory: Value { span: Some(span), ..Value::derived(directory.to_owned()) }, ..step }
    }
}
