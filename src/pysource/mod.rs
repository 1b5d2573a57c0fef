//! What a Python module binds and imports at its top level, read without running it.
//!
//! The only code that knows the parser's crates; they are pinned exactly.

mod calls;
mod name;
mod script;
pub mod sessions;
mod walk;

use std::collections::BTreeSet;
use std::ops::Range;

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{ExceptHandler, Expr, ModModule, Parameters, Stmt};
use ruff_python_parser::{ParseOptions, Parsed, parse_unchecked};

pub use self::calls::{Calls, Client};
pub use self::script::script;
pub use self::walk::{Deeds, Mutation, Read, Swallow};

/// Modules above this many bytes are not read: no handler comes near it.
pub const SIZE_LIMIT: usize = 1024 * 1024;

/// Logical lines with more tokens than this may nest too deeply for the tree to be freed.
const LINE_TOKENS: usize = 5_000;

/// What the top level of a module shows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Names it binds, under whatever condition.
    pub defines: BTreeSet<String>,
    /// Modules it imports, as written; relative ones with their dots.
    pub imports: BTreeSet<String>,
    /// Its imports one by one.
    pub imported: Vec<Import>,
    /// Functions it defines with `def`.
    pub functions: Vec<Function>,
    /// What its functions call and change.
    pub deeds: Deeds,
    /// What its text mentions, sorted: see [`SIGNS`].
    pub signs: Vec<&'static str>,
    /// Whether it may bind names that the text does not show.
    pub opaque: bool,
    /// The first place that is not Python 3, and what is wrong there.
    pub error: Option<(Range<usize>, String)>,
}

/// An import statement of the top level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The module, without dots before it: `orders.store`.
    pub module: String,
    /// How many dots stand before it.
    pub level: u32,
    /// What is taken from it, for `from` imports.
    pub names: Vec<String>,
    /// Bytes of the statement's module.
    pub place: Range<usize>,
    /// Whether it may fail, or does not happen at run time: in a `try`, or under a condition.
    pub is_guarded: bool,
}

/// Words of a text and what they are a sign of.
pub const SIGNS: &[(&str, &[&str])] = &[
    ("batch-failures", &["batchItemFailures", "batch_item_failures", "process_partial_response", "BatchProcessor"]),
    ("deadline", &["get_remaining_time_in_millis"]),
    (
        "idempotency",
        &[
            "idempoten",
            "Idempoten",
            "attribute_not_exists",
            "ConditionExpression",
            "MessageDeduplicationId",
            "IfNoneMatch",
        ],
    ),
    ("print", &["print("]),
    (
        "structured-logs",
        &["aws_lambda_powertools", "structlog", "jsonlogger", "json_log_formatter", "python_json_logger", "loguru"],
    ),
    (
        "version",
        &[
            "AWS_LAMBDA_FUNCTION_VERSION",
            "function_version",
            "__version__",
            "importlib.metadata",
            "GIT_SHA",
            "COMMIT",
            "DD_VERSION",
        ],
    ),
];

/// A function as its `def` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Bytes of its name.
    pub place: Range<usize>,
    /// Whether it is an `async def`.
    pub is_async: bool,
    /// Its decorators, which may change it.
    pub decorators: Vec<Decorator>,
    /// How many positional arguments it takes: at least, and at most (`None` for any number).
    pub positional: (usize, Option<usize>),
}

/// A decorator: `@app.schedule("rate(1 hour)", name="tick")`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decorator {
    /// What decorates, as far as it is a dotted name.
    pub name: String,
    /// Its arguments: keyword and text, where both are literal.
    pub keywords: Vec<(String, String)>,
}

impl Decorator {
    /// The literal text of a keyword argument.
    pub fn keyword(&self, name: &str) -> Option<&str> {
        self.keywords.iter().find(|(keyword, _)| keyword == name).map(|(_, text)| text.as_str())
    }
}

/// Reads a module.
pub fn outline(text: &str) -> Outline {
    if text.len() > SIZE_LIMIT {
        return Outline { opaque: true, ..Outline::default() };
    }
    let Some(parsed) = parse_unchecked(text, ParseOptions::from(ruff_python_parser::Mode::Module)).try_into_module()
    else {
        return Outline { opaque: true, ..Outline::default() };
    };
    let mut outline = Outline::default();
    for statement in &parsed.syntax().body {
        outline.statement(statement, false);
    }
    outline.deeds = walk::deeds(&parsed.syntax().body, &outline.imports);
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    outline.signs = SIGNS.iter().filter(|(_, words)| has(words)).map(|(sign, _)| *sign).collect();
    outline.opaque |= ["globals()", "exec(", "setattr("].iter().any(|sign| text.contains(sign));
    outline.opaque |= outline.defines.contains("__getattr__");
    if let Some(error) = parsed.errors().first() {
        outline.opaque = true;
        let place = error.location.start().to_usize()..error.location.end().to_usize();
        outline.error = Some((place, lowered(&error.error.to_string())));
    }
    release(parsed);
    outline
}

/// Frees the tree, unless it may be so deep that freeing it would exhaust the stack: then it is left.
fn release(parsed: Parsed<ModModule>) {
    let mut length = 0;
    let mut longest = 0;
    for token in parsed.tokens().iter() {
        length = if token.kind() == TokenKind::Newline { 0 } else { length + 1 };
        longest = longest.max(length);
    }
    if longest > LINE_TOKENS {
        std::mem::forget(parsed);
    }
}

fn lowered(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

impl Outline {
    fn body(&mut self, statements: &[Stmt], is_guarded: bool) {
        for statement in statements {
            self.statement(statement, is_guarded);
        }
    }

    /// What a statement binds. Blocks nest no deeper than the text is indented, so this ends.
    fn statement(&mut self, statement: &Stmt, is_guarded: bool) {
        match statement {
            Stmt::FunctionDef(def) => {
                self.defines.insert(def.name.to_string());
                self.functions.push(Function {
                    name: def.name.to_string(),
                    place: def.name.range.start().to_usize()..def.name.range.end().to_usize(),
                    is_async: def.is_async,
                    decorators: def.decorator_list.iter().map(|one| walk::decorator(&one.expression)).collect(),
                    positional: positional(&def.parameters),
                });
            }
            Stmt::ClassDef(class) => {
                self.defines.insert(class.name.to_string());
            }
            Stmt::Assign(assign) => assign.targets.iter().for_each(|target| self.target(target)),
            Stmt::AnnAssign(assign) if assign.value.is_some() => self.target(&assign.target),
            Stmt::AugAssign(assign) => self.target(&assign.target),
            Stmt::TypeAlias(alias) => self.target(&alias.name),
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.imports.insert(alias.name.to_string());
                    self.imported.push(Import {
                        module: alias.name.to_string(),
                        level: 0,
                        names: Vec::new(),
                        place: alias.name.range.start().to_usize()..alias.name.range.end().to_usize(),
                        is_guarded,
                    });
                    let bound = alias.asname.as_ref().map_or_else(
                        || alias.name.split('.').next().unwrap_or_default().to_owned(),
                        ToString::to_string,
                    );
                    self.defines.insert(bound);
                }
            }
            Stmt::ImportFrom(import) => {
                let dots = ".".repeat(import.level as usize);
                let module = import.module.as_ref().map(ToString::to_string).unwrap_or_default();
                self.imports.insert(format!("{dots}{module}"));
                let place = import.module.as_ref().map_or(import.range, |name| name.range);
                self.imported.push(Import {
                    module: module.clone(),
                    level: import.level,
                    names: import.names.iter().map(|alias| alias.name.to_string()).collect(),
                    place: place.start().to_usize()..place.end().to_usize(),
                    is_guarded,
                });
                for alias in &import.names {
                    if alias.name.as_str() == "*" {
                        self.opaque = true;
                    } else {
                        self.defines.insert(alias.asname.as_ref().unwrap_or(&alias.name).to_string());
                    }
                }
            }
            _ => self.block(statement, is_guarded),
        }
    }

    fn block(&mut self, statement: &Stmt, is_guarded: bool) {
        match statement {
            Stmt::For(block) => {
                self.target(&block.target);
                self.body(&block.body, is_guarded);
                self.body(&block.orelse, is_guarded);
            }
            Stmt::While(block) => {
                self.body(&block.body, is_guarded);
                self.body(&block.orelse, is_guarded);
            }
            Stmt::If(block) => {
                self.body(&block.body, true);
                block.elif_else_clauses.iter().for_each(|clause| self.body(&clause.body, true));
            }
            Stmt::With(block) => {
                block.items.iter().filter_map(|item| item.optional_vars.as_deref()).for_each(|to| self.target(to));
                self.body(&block.body, is_guarded);
            }
            Stmt::Match(block) => block.cases.iter().for_each(|case| self.body(&case.body, true)),
            Stmt::Try(block) => {
                self.body(&block.body, true);
                for handler in &block.handlers {
                    let ExceptHandler::ExceptHandler(handler) = handler;
                    self.body(&handler.body, true);
                }
                self.body(&block.orelse, true);
                self.body(&block.finalbody, true);
            }
            _ => {}
        }
    }

    /// The names of an assignment target, without recursion: targets may nest as lists and tuples.
    fn target(&mut self, target: &Expr) {
        let mut pending = vec![target];
        while let Some(target) = pending.pop() {
            match target {
                Expr::Name(name) => {
                    self.defines.insert(name.id.to_string());
                }
                Expr::Tuple(tuple) => pending.extend(&tuple.elts),
                Expr::List(list) => pending.extend(&list.elts),
                Expr::Starred(starred) => pending.push(&starred.value),
                _ => {}
            }
        }
    }
}

fn positional(parameters: &Parameters) -> (usize, Option<usize>) {
    let all = || parameters.posonlyargs.iter().chain(&parameters.args);
    let needed = all().filter(|parameter| parameter.default.is_none()).count();
    (needed, parameters.vararg.is_none().then(|| all().count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defines(text: &str) -> Vec<String> {
        outline(text).defines.into_iter().collect()
    }

    #[test]
    fn whatever_binds_a_name_counts() {
        let cases: &[(&str, &[&str])] = &[
            ("def a(event, context): pass", &["a"]),
            ("async def a(e, c): pass\nclass B: x = 1", &["B", "a"]),
            ("a = b, (c, *d) = x", &["a", "b", "c", "d"]),
            ("a: int = 1\nb: int", &["a"]),
            ("import os.path, json as j\nfrom .x import y as z, w", &["j", "os", "w", "z"]),
            ("try:\n  import a\nexcept ImportError:\n  a = b = None\nelse:\n  c = 1", &["a", "b", "c"]),
            ("if x:\n  def f(): pass\nelif y:\n  g = 1\nelse:\n  h = 2", &["f", "g", "h"]),
            ("with open('x') as f:\n  y = 1\nfor i in x:\n  pass", &["f", "i", "y"]),
            ("handler = Mangum(app)", &["handler"]),
        ];
        for (text, expected) in cases {
            assert_eq!(defines(text), *expected, "{text}");
        }
    }

    #[test]
    fn opaque_modules_say_so() {
        for text in ["from x import *", "globals()['handler'] = f", "print 'python 2'", "def __getattr__(n): pass"] {
            assert!(outline(text).opaque, "{text}");
        }
        assert!(!outline("import x\ndef handler(event, context):\n  return 1\n").opaque);
        assert!(outline("print 'python 2'").error.is_some());
    }

    #[test]
    fn arguments_are_counted() {
        let cases = [
            ("def f(event, context): ...", (2, Some(2))),
            ("def f(event, context=None): ...", (1, Some(2))),
            ("def f(event): ...", (1, Some(1))),
            ("def f(*args, **kwargs): ...", (0, None)),
            ("def f(event, context, *, clock): ...", (2, Some(2))),
        ];
        for (text, expected) in cases {
            assert_eq!(outline(text).functions[0].positional, expected, "{text}");
        }
    }

    #[test]
    fn keys_of_the_first_argument_are_seen() {
        let text = "def f(event, context):\n  a = event['body']\n  for r in event.get('Records', []):\n    r['b'] = context['c']\n  return event[a], event.pop('d')";
        let keys: BTreeSet<String> = outline(text).deeds.reads.iter().map(|read| read.key.to_string()).collect();
        assert_eq!(keys.into_iter().collect::<Vec<_>>(), ["Records", "body"]);
    }

    #[test]
    fn hostile_text_ends() {
        for text in ["(".repeat(200_000), "-".repeat(200_000), format!("x = {}1", "not ".repeat(100_000))] {
            let _ = outline(&text);
        }
        let deep: String = (0..300).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect();
        let _ = outline(&deep);
    }
}
