//! Where the code of a function comes from, class by class.

use super::construct::{Construct, Stated, worked_out};
use super::{Class, Module};
use crate::facts::Lambda;
use crate::literal::{Expression, Literal};
use crate::path;
use crate::source::Span;
use crate::value::{State, Value};

impl Module<'_> {
    pub(super) fn add_code(&self, class: Class, construct: &Construct<'_>, lambda: &mut Lambda) {
        match class {
            Class::Plain => self.add_plain(construct, lambda),
            Class::Python => self.add_python(construct, lambda),
            Class::Node => self.add_node(construct, lambda),
            Class::Compiled => lambda.handler_doubt = Some("its code is compiled".to_owned()),
            Class::Image => as_image(lambda),
        }
    }

    /// `handler` and `code`, which says how it is packed.
    fn add_plain(&self, construct: &Construct<'_>, lambda: &mut Lambda) {
        lambda.handler = construct.text("handler", None);
        let value = match construct.stated("code") {
            Stated::Value(value) => value,
            Stated::Absent | Stated::Hidden(_) => {
                lambda.code = Value::unknown("its code is chosen when the app runs", None);
                return;
            }
        };
        lambda.code = Value::unknown(worked_out(value), Some(self.span(value)));
        let Literal::Call(call) = &value.literal else { return };
        let maker = call.callee.rsplit('.').next().unwrap_or_default().replace('_', "").to_ascii_lowercase();
        match maker.as_str() {
            "fromasset" | "asset" | "assetcode" => {
                let (named, options): (Vec<_>, Vec<_>) = call
                    .keywords
                    .entries
                    .iter()
                    .partition(|(key, _)| key.as_ref().is_some_and(|key| key.name == "path"));
                if let Some(path) = call.arguments.first().or(named.first().map(|(_, path)| path)) {
                    lambda.code = self.path_value(path);
                }
                if call.arguments.len() > 1 || !options.is_empty() {
                    let doubt = "what is packed of its code is chosen in the app";
                    lambda.handler_doubt = Some(doubt.to_owned());
                    lambda.left_out = Value::unknown(doubt, None);
                }
            }
            "frominline" | "inline" | "inlinecode" => {
                lambda.code = Value::absent();
                lambda.package_type = "inline".to_owned();
                lambda.handler_doubt = Some("its code is in the app".to_owned());
            }
            "frombucket" | "bucket" | "s3code" => {
                lambda.code = Value::unknown("its code is in S3", None);
                lambda.stored = true;
            }
            "fromassetimage" | "fromecrimage" | "assetimagecode" | "ecrimagecode" => as_image(lambda),
            _ => {}
        }
    }

    /// `entry` is the directory, `index` the file in it, `handler` the name in that.
    fn add_python(&self, construct: &Construct<'_>, lambda: &mut Lambda) {
        lambda.code = self.entry(construct);
        let index = construct.text("index", Some("index.py"));
        let module = index.try_map(|file| Ok(file.strip_suffix(".py").unwrap_or(&file).replace('/', ".")));
        lambda.handler = in_module(&module, construct.text("handler", Some("handler")));
    }

    /// `entry` is the file, `handler` the name in it.
    fn add_node(&self, construct: &Construct<'_>, lambda: &mut Lambda) {
        if matches!(construct.stated("entry"), Stated::Absent) {
            lambda.code = Value::unknown("its entry is the file that is named after it", None);
            lambda.handler_doubt = Some("its entry is the file that is named after it".to_owned());
            return;
        }
        lambda.left_out = Value::unknown("esbuild bundles its code", None);
        let entry = self.entry(construct);
        let module = entry.clone().try_map(|file| {
            let stem = path::file_name(&file).rsplit_once('.').map(|(stem, _)| stem.to_owned());
            stem.filter(|stem| !stem.contains('.')).ok_or_else(|| format!("{file} is no name of a module"))
        });
        lambda.handler = in_module(&module, construct.text("handler", Some("handler")));
        lambda.code = entry.try_map(|file| Ok(path::directory(&file).to_owned()));
    }

    fn entry(&self, construct: &Construct<'_>) -> Value<String> {
        match construct.stated("entry") {
            Stated::Value(value) => self.path_value(value),
            Stated::Hidden(by) => Value::unknown(worked_out(by), Some(self.span(by))),
            Stated::Absent => Value::absent(),
        }
    }

    fn path_value(&self, value: &Expression) -> Value<String> {
        let span = self.span(value);
        self.path_of(value).map_or_else(|reason| Value::unknown(reason, Some(span)), |path| Value::written(path, span))
    }

    fn span(&self, value: &Expression) -> Span {
        Span::new(self.source, value.place.clone())
    }
}

fn as_image(lambda: &mut Lambda) {
    lambda.package_type = "image".to_owned();
    lambda.runtime = Value::absent();
    lambda.handler_doubt = Some("its code is in an image".to_owned());
}

/// `module.name`, at the place of the name.
fn in_module(module: &Value<String>, name: Value<String>) -> Value<String> {
    let span = name.span.or(module.span);
    match &module.state {
        State::Known(module) => {
            let whole = name.try_map(|name| match name.contains('.') {
                true => Err(format!("{name} names a file of the bundle")),
                false => Ok(format!("{module}.{name}")),
            });
            Value { span, ..whole }
        }
        State::Unknown(reason) => Value::unknown(reason.clone(), span),
        State::Absent | State::OneOf(_) => Value::unknown("its module is chosen when the app runs", span),
    }
}
