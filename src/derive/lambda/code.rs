//! What the code of a function does, as its handler module and the local modules behind it show.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::import;
use super::made::Made;
use crate::discover::Listing;
use crate::facts::{Facts, Lambda, Link, Seconds, SourceModule};
use crate::handler::{Handler, Language, imported_files, language};
use crate::pysource::Function;
use crate::source::Span;
use crate::value::{State, Value};

/// More local modules than this are not followed.
const REACH: usize = 400;

/// Environment variables that tell which version runs.
const VERSION_NAMES: &[&str] =
    &["GIT_SHA", "GIT_COMMIT", "COMMIT", "COMMIT_SHA", "VERSION", "APP_VERSION", "DD_VERSION", "RELEASE"];

/// Fills in what the code tells, for Python functions whose handler module is known.
pub(super) fn look_into(facts: &mut Facts, files: &Listing) {
    // Taken out, so that each can be changed while the modules are read.
    let mut lambdas = std::mem::take(&mut facts.lambdas);
    let paths: BTreeMap<&str, Link<SourceModule>> =
        facts.all::<SourceModule>().map(|(link, module)| (&*module.header.path, link)).collect();
    let made = Made::new(facts);
    let shipped = import::Shipped::new(facts, &made);
    lambdas.par_iter_mut().for_each(|lambda| {
        let file = lambda.handler_file.known().filter(|file| file.ends_with(".py"));
        let Some(own) = file.and_then(|file| paths.get(file.as_str())) else { return leave_open(lambda) };
        let code = lambda.code.known().cloned().unwrap_or_default();
        let modules = reach(facts, &paths, *own, &code);
        let modules: Vec<&SourceModule> = modules.iter().map(|link| &facts[*link]).collect();
        let (unshipped, sdk) = shipped.judge(lambda, &code, &modules, files);
        lambda.unshipped_import = unshipped;
        lambda.runtime_sdk = sdk;
        let mut seen = Seen { lambda, own: &facts[*own], modules };
        seen.signature();
        seen.deeds();
        seen.signs();
    });
    facts.lambdas = lambdas;
}

/// Says of a Python function whose module cannot be found out that its code was not looked into.
fn leave_open(lambda: &mut Lambda) {
    let is_python = lambda.runtime.possible().iter().any(|runtime| language(runtime) == Some(Language::Python));
    let State::Unknown(reason) = &lambda.handler_file.state else { return };
    if !is_python {
        return;
    }
    let reason = reason.to_string();
    lambda.unshipped_import = Value::unknown(reason.clone(), None);
    lambda.runtime_sdk = Value::unknown(reason.clone(), None);
    lambda.reports_failed_records = Value::unknown(reason.clone(), None);
    lambda.client_per_call = Value::unknown(reason.clone(), None);
    lambda.endless_call = Value::unknown(reason.clone(), None);
    lambda.longest_call = Value::unknown(reason.clone(), None);
    lambda.writes = Value::unknown(reason.clone(), None);
    lambda.guards_repeats = Value::unknown(reason.clone(), None);
    lambda.growing_global = Value::unknown(reason.clone(), None);
    lambda.swallowed_failure = Value::unknown(reason.clone(), None);
    lambda.watches_deadline = Value::unknown(reason.clone(), None);
    lambda.names_version = or_unknown(names_version(lambda), &reason);
    lambda.structured_logs = or_unknown(logs_json(lambda), &reason);
}

/// Yes, or not known.
fn or_unknown(is_so: bool, reason: &str) -> Value<bool> {
    if is_so { Value::derived(true) } else { Value::unknown(reason, None) }
}

/// Whether the environment of a function names the version that runs.
fn names_version(lambda: &Lambda) -> bool {
    lambda.environment.iter().any(|name| VERSION_NAMES.contains(&name.as_str()))
}

/// Whether Lambda itself writes the logs of a function as JSON.
fn logs_json(lambda: &Lambda) -> bool {
    lambda.log_format.known().is_some_and(|format| format == "JSON")
}

/// The module of a handler and the local modules that it imports, directly or not.
fn reach(
    facts: &Facts,
    paths: &BTreeMap<&str, Link<SourceModule>>,
    own: Link<SourceModule>,
    code: &str,
) -> Vec<Link<SourceModule>> {
    let mut known: BTreeSet<Link<SourceModule>> = BTreeSet::from([own]);
    let mut order = vec![own];
    let mut next = 0;
    while next < order.len() && order.len() < REACH {
        let module = &facts[order[next]];
        next += 1;
        for import in &module.imported {
            let candidates =
                imported_files(&module.header.path, Some(code), import.level, &import.module, &import.names);
            for link in candidates.iter().filter_map(|path| paths.get(path.as_str())) {
                if known.insert(*link) {
                    order.push(*link);
                }
            }
        }
    }
    order
}

struct Seen<'f> {
    lambda: &'f mut Lambda,
    own: &'f SourceModule,
    modules: Vec<&'f SourceModule>,
}

impl Seen<'_> {
    fn name(&self) -> Option<String> {
        let text = self.lambda.handler.known()?;
        Handler::parse(text, Language::Python).map(|handler| handler.function)
    }

    fn handler(&self) -> Option<&Function> {
        let name = self.name()?;
        self.own.functions.iter().rev().find(|function| function.name == name)
    }

    fn signature(&mut self) {
        let Some(function) = self.handler().cloned() else { return };
        let span = Some(Span::new(self.own.header.span.source, function.place.clone()));
        if !function.decorators.is_empty() {
            let doubt = "a decorator may change what it takes";
            self.lambda.handler_takes_two = Value::unknown(doubt, span);
            self.lambda.handler_async = Value::unknown(doubt, span);
            return;
        }
        let (least, most) = function.positional;
        let takes_two = least <= 2 && most.is_none_or(|most| most >= 2);
        self.lambda.handler_takes_two = Value { span, ..Value::derived(takes_two) };
        self.lambda.handler_async = Value { span, ..Value::derived(function.is_async) };
    }

    fn deeds(&mut self) {
        let handler = self.name();
        let own = &self.own.deeds;
        let place = |module: &SourceModule, range: &std::ops::Range<usize>| {
            Some(Span::new(module.header.span.source, range.clone()))
        };
        let client = own.calls.clients.iter().find(|client| Some(&*client.within) == handler.as_deref());
        let growing = own
            .mutations
            .iter()
            .find(|change| Some(&change.within) == handler.as_ref() && !change.name.to_lowercase().contains("cache"));
        let reads = own.reads.iter().filter(|read| Some(&*read.within) == handler.as_deref());
        let event_keys = reads.map(|read| read.key.to_string()).collect();
        let swallow = own.swallows.iter().find(|swallow| Some(&swallow.within) == handler.as_ref());
        let placed = |text: &str, range: &std::ops::Range<usize>| Value {
            span: place(self.own, range),
            ..Value::derived(text.to_owned())
        };
        let client = client.map_or_else(Value::absent, |client| placed(&client.callee, &client.place));
        let growing = growing.map_or_else(Value::absent, |change| placed(&change.name, &change.place));
        let swallow = swallow.map_or_else(Value::absent, |swallow| placed("kept", &swallow.place));
        let mut endless = Value::absent();
        let mut longest: Value<Seconds> = Value::absent();
        let mut writes = false;
        for module in &self.modules {
            let calls = &module.deeds.calls;
            writes |= calls.writes;
            if let Some((callee, range)) = calls.endless.as_ref().filter(|_| endless.is_absent()) {
                endless = Value { span: place(module, range), ..Value::derived(callee.to_string()) };
            }
            if let Some((seconds, range)) = &calls.longest
                && longest.known().is_none_or(|Seconds(known)| seconds > known)
            {
                longest = Value { span: place(module, range), ..Value::derived(Seconds(*seconds)) };
            }
        }
        let lambda = &mut *self.lambda;
        lambda.event_keys = event_keys;
        lambda.client_per_call = client;
        lambda.growing_global = growing;
        lambda.swallowed_failure = swallow;
        lambda.endless_call = endless;
        lambda.longest_call = longest;
        lambda.writes = Value::derived(writes);
    }

    fn signs(&mut self) {
        let has = |sign: &str| self.modules.iter().any(|module| module.signs.iter().any(|known| known == sign));
        let is_open = self.own.opaque || self.handler().is_none_or(|function| !function.decorators.is_empty());
        let doubtful = |shown: bool| match shown {
            false if is_open => Value::unknown("what wraps the handler may do it", None),
            shown => Value::derived(shown),
        };
        let reports = doubtful(has("batch-failures"));
        let guards = doubtful(has("idempotency"));
        let names_version = Value::derived(has("version") || names_version(self.lambda));
        let structured = Value::derived(has("structured-logs") || logs_json(self.lambda));
        let watches = Value::derived(has("deadline"));
        let lambda = &mut *self.lambda;
        lambda.reports_failed_records = reports;
        lambda.guards_repeats = guards;
        lambda.names_version = names_version;
        lambda.structured_logs = structured;
        lambda.watches_deadline = watches;
    }
}
