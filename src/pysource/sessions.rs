//! The sessions of a noxfile: the interpreters they are for, and the commands they run.

use std::ops::Range;

use ruff_python_ast::{Expr, ExprCall, Stmt, StmtFunctionDef};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

use super::name::dotted;
use super::walk::{calls, range};
use super::{SIZE_LIMIT, release};

/// A session.
#[derive(Debug, PartialEq, Eq)]
pub struct Session {
    /// Its name.
    pub name: String,
    /// Bytes of the function's name.
    pub place: Range<usize>,
    /// The interpreters it is for, as written, with their bytes.
    pub pythons: Vec<(String, Range<usize>)>,
    /// What it runs, in the order of the text.
    pub commands: Vec<Command>,
}

/// A call of `session.run` or `session.install`.
#[derive(Debug, PartialEq, Eq)]
pub struct Command {
    /// Whether it installs packages with pip.
    pub installs: bool,
    /// Its words; `None` for those that are worked out when it runs.
    pub words: Vec<Option<String>>,
    /// Bytes of the call.
    pub place: Range<usize>,
}

/// Methods of a session that run a program, and those that install packages.
const RUNNING: &[&str] = &["run", "run_always", "run_install"];
const INSTALLING: &str = "install";

/// The sessions of a noxfile; none of a text that is not Python.
pub fn sessions(text: &str) -> Vec<Session> {
    if text.len() > SIZE_LIMIT {
        return Vec::new();
    }
    let Some(parsed) = parse_unchecked(text, ParseOptions::from(Mode::Module)).try_into_module() else {
        return Vec::new();
    };
    let functions = parsed.syntax().body.iter().filter_map(Stmt::as_function_def_stmt);
    let found = functions.filter_map(session).collect();
    release(parsed);
    found
}

fn session(def: &StmtFunctionDef) -> Option<Session> {
    let is_session = |name: Option<String>| name.is_some_and(|name| name == "nox.session" || name == "session");
    let decorator =
        def.decorator_list.iter().map(|decorator| &decorator.expression).find(|expression| match expression {
            Expr::Call(call) => is_session(dotted(&call.func)),
            other => is_session(dotted(other)),
        })?;
    let keyword = |name: &str| {
        let keywords = decorator.as_call_expr().map_or(&[][..], |call| &call.arguments.keywords);
        keywords
            .iter()
            .find(|keyword| keyword.arg.as_ref().is_some_and(|own| own == name))
            .map(|keyword| &keyword.value)
    };
    let parameter = def.parameters.iter_non_variadic_params().next().map_or("session", |first| first.name().as_str());
    let mut commands: Vec<Command> = Vec::new();
    calls(&def.body, |call| commands.extend(command(call, parameter)));
    commands.sort_by_key(|command| command.place.start);
    Some(Session {
        name: keyword("name").and_then(literal).map_or_else(|| def.name.to_string(), |(text, _)| text),
        place: def.name.range.start().to_usize()..def.name.range.end().to_usize(),
        pythons: keyword("python").map(literals).unwrap_or_default(),
        commands,
    })
}

fn command(call: &ExprCall, session: &str) -> Option<Command> {
    let name = dotted(&call.func)?;
    let method = name.strip_prefix(session)?.strip_prefix('.')?;
    let installs = method == INSTALLING;
    if !installs && !RUNNING.contains(&method) {
        return None;
    }
    let words = call.arguments.args.iter().map(|argument| literal(argument).map(|(text, _)| text)).collect();
    Some(Command { installs, words, place: range(&call.func).start..call.arguments.range.end().to_usize() })
}

fn literal(expression: &Expr) -> Option<(String, Range<usize>)> {
    let text = expression.as_string_literal_expr()?;
    Some((text.value.to_str().to_owned(), text.range.start().to_usize()..text.range.end().to_usize()))
}

/// A text, or the texts of a list.
fn literals(expression: &Expr) -> Vec<(String, Range<usize>)> {
    let items = match expression {
        Expr::List(list) => list.elts.as_slice(),
        Expr::Tuple(tuple) => tuple.elts.as_slice(),
        one => std::slice::from_ref(one),
    };
    items.iter().filter_map(literal).collect()
}
