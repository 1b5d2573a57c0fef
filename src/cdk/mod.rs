//! Functions that the source of a CDK app makes, and what calls them, as far as its text decides it: hints, never the whole.
//!
//! A construct's properties are known where they are literal, or names that are bound once in the same module;
//! all else is unknown with the expression as the reason. Classes, properties and their defaults are those of
//! the aws-lambda modules (aws-cdk-lib 2.275, read 2026-11-24). What the app makes of it when it runs
//! (aspects, subclasses with defaults of their own) is seen only in `cdk.out`.

mod asset;
mod caller;
mod code;
mod construct;
mod queue;
mod setting;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::construct::Construct;
use crate::facts::{Facts, Header, Lambda, Link};
use crate::literal::{Call, Script};
use crate::source::{SourceId, Span};

/// The kind of template that such functions have.
pub const SURFACE: &str = "cdk-source";

/// The classes that make functions, by their modules, without the ending of those that are in trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Python,
    Node,
    Compiled,
    Image,
}

impl Class {
    /// The class of a full name: `aws_cdk.aws_lambda.Function`, `@aws_cdk.aws_lambda_python_alpha.PythonFunction`.
    fn of(name: &str) -> Option<Self> {
        Some(match in_library(name)? {
            ("aws_lambda", "Function" | "SingletonFunction") => Self::Plain,
            ("aws_lambda_python", "PythonFunction") => Self::Python,
            ("aws_lambda_nodejs", "NodejsFunction") => Self::Node,
            ("aws_lambda_go", "GoFunction") => Self::Compiled,
            ("aws_lambda", "DockerImageFunction") => Self::Image,
            _ => return None,
        })
    }
}

/// Methods of classes that make one of their kind, with the arguments of its constructor.
const MAKERS: &[&str] = &["jsonPath", "jsonata", "json_path"];

/// The module and the class of a full name of the library, old or new.
fn in_library(name: &str) -> Option<(&str, &str)> {
    let mut parts = name.split('.');
    let is_library = matches!(parts.next(), Some("aws_cdk" | "aws_cdk_lib" | "@aws_cdk"));
    let module = parts.next()?.trim_end_matches("_alpha");
    let class = parts.next()?;
    let is_made = parts.next().is_none_or(|maker| MAKERS.contains(&maker)) && parts.next().is_none();
    (is_library && is_made).then_some((module, class))
}

/// Whether the text of a module may make functions, or lead to modules that do.
pub fn is_part_of_app(text: &str) -> bool {
    ["aws-cdk", "aws_cdk", "export * from"].iter().any(|sign| text.contains(sign))
}

/// Whether a full name is that of a class or of a method that makes a function, a queue, or something that calls functions.
pub fn is_told(name: &str) -> bool {
    match in_library(name) {
        Some((module, class)) => {
            Class::of(name).is_some() || caller::is_class(module, class) || queue::is_class(module, class)
        }
        None => name.rsplit_once('.').is_some_and(|(_, method)| caller::is_method(method)),
    }
}

/// A module of an app.
#[derive(Debug)]
pub struct Module<'s> {
    /// Its path from the root.
    pub path: &'s Arc<str>,
    /// Its source.
    pub source: SourceId,
    /// What it shows.
    pub script: &'s Script,
    /// The directory of the app's `cdk.json`, which paths start from; `None` when it is not known.
    pub home: Option<&'s str>,
}

impl<'s> Module<'s> {
    /// The functions that the module makes, in the order of the text.
    pub fn functions(&self) -> Vec<Lambda> {
        self.made().into_iter().map(|(_, lambda)| lambda).collect()
    }

    /// The functions that are wanted, what calls them, and the queues that they read from.
    pub fn declared(&self, is_wanted: &dyn Fn(&Lambda) -> bool) -> Facts {
        let mut declaring = Declaring { module: self, facts: Facts::default(), lambdas: BTreeMap::new() };
        for (call, lambda) in self.made().into_iter().filter(|(_, lambda)| is_wanted(lambda)) {
            let link = declaring.facts.add(lambda);
            declaring.lambdas.insert(call.place.start, (link, call));
        }
        if !declaring.lambdas.is_empty() {
            declaring.add_callers();
        }
        declaring.facts
    }

    /// The calls that make functions, with what they make.
    fn made(&self) -> Vec<(&'s Call, Lambda)> {
        let classes = self.script.calls.iter().filter_map(|call| Some((Class::of(&self.full_name(call))?, call)));
        classes.enumerate().map(|(index, (class, call))| (call, self.function(class, index + 1, call))).collect()
    }

    fn full_name(&self, call: &Call) -> String {
        self.script.full_name(&call.callee)
    }

    fn construct(&self, call: &'s Call) -> Construct<'s> {
        Construct::new(self.script, self.source, call)
    }

    fn function(&self, class: Class, number: usize, call: &'s Call) -> Lambda {
        let construct = self.construct(call);
        let id = construct.id();
        let name = id.map_or_else(|| format!("{} {number}", path_end(&call.callee)), str::to_owned);
        let header =
            Header::new(self.path, format!("{}#{name}", self.path), Span::new(self.source, call.place.clone()));
        let mut lambda = Lambda::new(header, SURFACE, &name);
        lambda.construct = id.map(str::to_owned);
        self.add_settings(&construct, &mut lambda);
        self.add_code(class, &construct, &mut lambda);
        lambda
    }
}

/// What a module declares, while it is put together.
struct Declaring<'m, 's> {
    module: &'m Module<'s>,
    facts: Facts,
    /// The functions by the place where they are made.
    lambdas: BTreeMap<usize, (Link<Lambda>, &'s Call)>,
}

fn path_end(callee: &str) -> &str {
    callee.rsplit('.').next().unwrap_or(callee)
}
