//! Where the path of an asset leads: from the module it stands in, or from where the app is run.

use super::Module;
use super::construct::worked_out;
use crate::literal::{Call, Expression, Literal};
use crate::path;

/// What a relative path starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    /// The directory of the module.
    Module,
    /// The directory of `cdk.json`.
    App,
}

/// Stands for the module itself, until a directory of it is taken.
const ITSELF: &str = "\0";

impl Module<'_> {
    /// The path from the root that an expression comes to.
    pub(super) fn path_of(&self, value: &Expression) -> Result<String, String> {
        let (base, relative) = self.parts(value, 0).ok_or_else(|| worked_out(value))?;
        let from = match (base, self.home) {
            (Base::Module, _) => path::directory(self.path),
            (Base::App, Some(home)) => home,
            (Base::App, None) => return Err("it starts where the app is run, which no cdk.json tells".to_owned()),
        };
        path::join(from, &relative).ok_or_else(|| format!("{relative} leads out of the repository"))
    }

    fn parts(&self, value: &Expression, depth: u8) -> Option<(Base, String)> {
        const DEPTH: u8 = 8;
        let value = self.script.settled(value);
        match &value.literal {
            _ if depth > DEPTH => None,
            Literal::Text(text) if text.starts_with('/') => None,
            Literal::Text(text) => Some((Base::App, text.clone())),
            Literal::Name(name) => match name.as_str() {
                "__dirname" | "import.meta.dirname" => Some((Base::Module, String::new())),
                "__file__" => Some((Base::Module, ITSELF.to_owned())),
                _ => None,
            },
            Literal::Joined(pieces) => {
                let (first, rest) = pieces.split_first()?;
                let (first, rest) = match first.text() {
                    // A template begins with a text, if only an empty one.
                    Some("") => rest.split_first()?,
                    _ => (first, rest),
                };
                let (base, mut relative) = self.parts(first, depth + 1)?;
                for piece in rest {
                    relative.push_str(self.script.settled(piece).text()?);
                }
                Some((base, relative.trim_start_matches('/').to_owned()))
            }
            Literal::Call(call) => self.called(call, depth),
            _ => None,
        }
    }

    fn called(&self, call: &Call, depth: u8) -> Option<(Base, String)> {
        let name = call.callee.rsplit('.').next().unwrap_or_default();
        match (name, call.arguments.split_first()) {
            ("join" | "resolve", Some((first, rest))) => {
                let (base, mut relative) = self.parts(first, depth + 1)?;
                for piece in rest {
                    relative.push('/');
                    relative.push_str(self.script.settled(piece).text()?);
                }
                Some((base, relative.trim_start_matches('/').to_owned()))
            }
            ("dirname", Some((inner, []))) => {
                let (base, relative) = self.parts(inner, depth + 1)?;
                let above = if relative == ITSELF { String::new() } else { format!("{relative}/..") };
                Some((base, above.trim_start_matches('/').to_owned()))
            }
            ("abspath" | "realpath" | "normpath", Some((inner, []))) => self.parts(inner, depth + 1),
            ("cwd" | "getcwd", None) => Some((Base::App, String::new())),
            _ => None,
        }
    }
}
