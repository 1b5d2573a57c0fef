//! Functions that the source of a CDK app makes, as far as its text decides it: hints, never the whole.
//!
//! A construct's properties are known where they are literal, or names that are bound once in the same module;
//! all else is unknown with the expression as the reason. Classes, properties and their defaults are those of
//! the aws-lambda modules (aws-cdk-lib 2.275, read 2026-11-24). What the app makes of it when it runs
//! (aspects, subclasses with defaults of their own) is seen only in `cdk.out`.

mod asset;
mod code;
mod construct;
mod setting;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::construct::Construct;
use crate::facts::{Header, Lambda};
use crate::literal::{Call, Script};
use crate::source::{SourceId, Span};

/// The kind of template that such functions have.
pub const SURFACE: &str = "cdk-source";

/// The modules of the library that make functions, without the ending of those that are in trial.
const MODULES: &[&str] = &["aws_lambda", "aws_lambda_nodejs", "aws_lambda_python", "aws_lambda_go"];

/// The classes that make functions.
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
        let mut parts = name.split('.');
        let is_library = matches!(parts.next(), Some("aws_cdk" | "aws_cdk_lib" | "@aws_cdk"));
        let module = parts.next().map(|module| module.trim_end_matches("_alpha"));
        let is_own = module.is_some_and(|module| MODULES.contains(&module));
        let class = match parts.next()? {
            "Function" | "SingletonFunction" => Self::Plain,
            "PythonFunction" => Self::Python,
            "NodejsFunction" => Self::Node,
            "GoFunction" => Self::Compiled,
            "DockerImageFunction" => Self::Image,
            _ => return None,
        };
        (is_library && is_own && parts.next().is_none()).then_some(class)
    }
}

/// Whether the text of a module may make functions, or lead to modules that do.
pub fn is_part_of_app(text: &str) -> bool {
    ["aws-cdk", "aws_cdk", "export * from"].iter().any(|sign| text.contains(sign))
}

/// Whether a full name is that of a class that makes a function.
pub fn is_function(name: &str) -> bool {
    Class::of(name).is_some()
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

impl Module<'_> {
    /// The functions that the module makes, in the order of the text.
    pub fn functions(&self) -> Vec<Lambda> {
        let made = self.script.calls.iter().enumerate();
        made.filter_map(|(index, call)| {
            let class = Class::of(&self.script.full_name(&call.callee))?;
            Some(self.function(class, index + 1, call))
        })
        .collect()
    }

    fn function(&self, class: Class, number: usize, call: &Call) -> Lambda {
        let construct = Construct::new(self.script, self.source, call);
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

fn path_end(callee: &str) -> &str {
    callee.rsplit('.').next().unwrap_or(callee)
}
