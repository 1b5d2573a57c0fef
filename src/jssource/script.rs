//! A JavaScript or TypeScript module as a program of infrastructure: what it imports, binds, makes and exports.

use std::collections::BTreeMap;

use super::SIZE_LIMIT;
use super::expression::Cursor;
use super::token::{Kind, Token, tokens};
use crate::literal::{Call, Expression, Literal, Map, Script};

/// Reads a module, with what it makes (`new X(...)`) and the methods that it calls (`x.method(...)`), as far as
/// `is_wanted` says so of the full name.
/// `None` for modules that are too large to have been written by people.
pub fn script(text: &str, is_wanted: &dyn Fn(&str) -> bool) -> Option<Script> {
    if text.len() > SIZE_LIMIT {
        return None;
    }
    let tokens = tokens(text);
    let mut module = Module { text, tokens: &tokens, script: Script::default(), doubled: Vec::new() };
    module.read();
    for at in module.starts("new") {
        let mut cursor = Cursor::new(text, &tokens, at + 1);
        let name = cursor.dotted();
        if name.is_some_and(|name| is_wanted(&module.script.full_name(&name)))
            && let Literal::Call(call) = Cursor::new(text, &tokens, at).expression().literal
        {
            module.script.calls.push(*call);
        }
    }
    module.methods(is_wanted);
    module.script.calls.sort_by_key(|call| call.place.start);
    Some(module.script)
}

/// What a module exports as its one value: `export default`, `export =`, `module.exports =`.
pub(super) fn exported(text: &str) -> Option<(Script, Expression)> {
    let script = script(text, &|_| false)?;
    let tokens = tokens(text);
    let sign = |at: usize| Cursor::new(text, &tokens, at).sign();
    let start = (0..tokens.len()).find_map(|at| match (sign(at), sign(at + 1), sign(at + 2), sign(at + 3)) {
        ("export", "default" | "=", ..) => Some(at + 2),
        ("module", ".", "exports", "=") => Some(at + 4),
        _ => None,
    })?;
    let value = Cursor::new(text, &tokens, start).expression();
    Some((script, value))
}

struct Module<'t> {
    text: &'t str,
    tokens: &'t [Token],
    script: Script,
    /// Names that are bound more than once, in different places.
    doubled: Vec<String>,
}

impl Module<'_> {
    fn read(&mut self) {
        for at in self.starts("import") {
            self.import(at + 1);
        }
        for at in self.starts("from") {
            // `export { a } from './b'` and the rest of every import.
            if let Some(module) = Cursor::new(self.text, self.tokens, at + 1).string() {
                self.script.modules.push(module);
            }
        }
        for at in self.starts("require") {
            let mut cursor = Cursor::new(self.text, self.tokens, at + 1);
            if cursor.take("(")
                && let Some(module) = cursor.string()
            {
                self.script.modules.push(module);
            }
        }
        for at in self.starts("const") {
            self.constant(at + 1);
        }
        for at in self.starts("this") {
            self.attribute(at);
        }
        for name in &self.doubled {
            self.script.constants.remove(name);
        }
        self.script.adds_layers = !self.starts("addLayers").is_empty();
        self.script.modules.sort_unstable();
        self.script.modules.dedup();
    }

    /// The places of a keyword.
    fn starts(&self, keyword: &str) -> Vec<usize> {
        let is_it = |at: &usize| {
            let token = self.tokens[*at];
            token.kind == Kind::Word && &self.text[token.start..token.end] == keyword
        };
        (0..self.tokens.len()).filter(is_it).collect()
    }

    /// `a from 'm'`, `* as a from 'm'`, `{ a, b as c } from 'm'`, `a = require('m')`, and mixtures of them.
    fn import(&mut self, start: usize) {
        let mut cursor = Cursor::new(self.text, self.tokens, start);
        if cursor.sign() == "type" && cursor.sign_at(cursor.at + 1) != "from" {
            cursor.at += 1;
        }
        let mut names: Vec<(String, String)> = Vec::new();
        let mut whole: Vec<String> = Vec::new();
        loop {
            if cursor.take("{") {
                names.extend(bound(&mut cursor, "as"));
            } else if cursor.take("*") {
                cursor.take("as");
                whole.extend(cursor.word().map(str::to_owned));
            } else if cursor.sign() != "from"
                && let Some(word) = cursor.word()
            {
                whole.push(word.to_owned());
            }
            if !cursor.take(",") {
                break;
            }
        }
        let is_required = cursor.take("=") && cursor.take("require") && cursor.take("(");
        if is_required || cursor.take("from") {
            let Some(module) = cursor.string() else { return };
            self.bind(&module, whole, names);
        }
    }

    fn bind(&mut self, module: &str, whole: Vec<String>, names: Vec<(String, String)>) {
        let module = module.replace('/', ".").replace('-', "_");
        let imports = &mut self.script.imports;
        imports.extend(whole.into_iter().map(|local| (local, module.clone())));
        imports.extend(names.into_iter().map(|(name, local)| (local, format!("{module}.{name}"))));
    }

    /// `a = value`, `a: Type = value`, `{ a, b: c } = require('m')`.
    fn constant(&mut self, start: usize) {
        let mut cursor = Cursor::new(self.text, self.tokens, start);
        if cursor.take("{") {
            let names: Vec<(String, String)> = bound(&mut cursor, ":").collect();
            if let Some(module) = required(&mut cursor) {
                self.bind(&module, Vec::new(), names);
            }
            return;
        }
        let Some(name) = cursor.word().map(str::to_owned) else { return };
        if cursor.sign() == ":" {
            cursor.pass_type();
        }
        let before = cursor.at;
        if let Some(module) = required(&mut cursor) {
            return self.bind(&module, vec![name], Vec::new());
        }
        cursor.at = before;
        if cursor.take("=") {
            let value = cursor.expression();
            if self.script.constants.insert(name.clone(), value).is_some() {
                self.doubled.push(name);
            }
        }
    }
}

impl Module<'_> {
    /// `this.a = value`.
    fn attribute(&mut self, start: usize) {
        let mut cursor = Cursor::new(self.text, self.tokens, start);
        let Some(name) = cursor.dotted().filter(|name| name.matches('.').count() == 1) else { return };
        if cursor.take("=") {
            let value = cursor.expression();
            if self.script.constants.insert(name.clone(), value).is_some() {
                self.doubled.push(name);
            }
        }
    }

    /// Adds the calls of methods.
    fn methods(&mut self, is_wanted: &dyn Fn(&str) -> bool) {
        for at in 1..self.tokens.len() {
            let mut cursor = Cursor::new(self.text, self.tokens, at);
            if !matches!(cursor.sign_at(at - 1), "." | "?.") || cursor.sign_at(at + 1) != "(" {
                continue;
            }
            let token = self.tokens[at];
            let Some(method) = cursor.word().filter(|word| is_wanted(&format!(".{word}"))) else { continue };
            let callee = format!("{}.{method}", self.before(at - 1));
            if let Some(arguments) = cursor.arguments() {
                let place = token.start..token.end;
                self.script.calls.push(Call { callee, place, arguments, keywords: Map::default() });
            }
        }
    }

    /// The dotted name that ends before a dot; empty when it is a call or another expression.
    fn before(&self, dot: usize) -> String {
        let sign = |at: usize| Cursor::new(self.text, self.tokens, at).sign();
        let is_word = |at: usize| self.tokens[at].kind == Kind::Word;
        let mut first = dot;
        while let Some(at) = first.checked_sub(1).filter(|at| is_word(*at)) {
            first = at;
            match at.checked_sub(1) {
                Some(dot) if matches!(sign(dot), "." | "?.") => first = dot,
                _ => break,
            }
        }
        let is_name = first < dot && is_word(first);
        if is_name { Cursor::new(self.text, self.tokens, first).name_until(dot) } else { String::new() }
    }
}

/// `= require('m')`, when nothing of it is taken at once.
fn required(cursor: &mut Cursor<'_>) -> Option<String> {
    let is_required = cursor.take("=") && cursor.take("require") && cursor.take("(");
    let module = is_required.then(|| cursor.string()).flatten()?;
    (cursor.take(")") && !matches!(cursor.sign(), "." | "(")).then_some(module)
}

/// `{ a, b as c }` after its brace: what is taken, and what it is called here.
fn bound(cursor: &mut Cursor<'_>, renames: &str) -> impl Iterator<Item = (String, String)> + use<> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    while !cursor.take("}") {
        let before = cursor.at;
        if cursor.sign() == "type" && cursor.sign_at(cursor.at + 1) != "," {
            cursor.at += 1;
        }
        if let Some(name) = cursor.word() {
            let local = if cursor.take(renames) { cursor.word().unwrap_or(name) } else { name };
            names.insert(local.to_owned(), name.to_owned());
        }
        cursor.take(",");
        if cursor.at == before {
            break;
        }
    }
    names.into_iter().map(|(local, name)| (name, local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_followed_to_their_modules() {
        let text = "import * as lambda from 'aws-cdk-lib/aws-lambda';\nimport { Function as Fn, type X } from '@aws-cdk/aws-lambda'\n\
            import cdk, { Stack } from \"aws-cdk-lib\"\nimport type { Y } from './types'\nconst nodejs = require('aws-cdk-lib/aws-lambda-nodejs');\n\
            const { Code, Runtime: R } = require('@aws-cdk/aws-lambda')\nexport * from './more'\nimport old = require('old')";
        let script = script(text, &|_| false).unwrap();
        let names = [
            ("lambda.Function", "aws_cdk_lib.aws_lambda.Function"),
            ("Fn", "@aws_cdk.aws_lambda.Function"),
            ("cdk.aws_lambda.Function", "aws_cdk_lib.aws_lambda.Function"),
            ("nodejs.NodejsFunction", "aws_cdk_lib.aws_lambda_nodejs.NodejsFunction"),
            ("R.NODEJS_20_X", "@aws_cdk.aws_lambda.Runtime.NODEJS_20_X"),
            ("old.thing", "old.thing"),
            ("here.x", "here.x"),
        ];
        for (local, full) in names {
            assert_eq!(script.full_name(local), full, "{local}");
        }
        let modules = ["./more", "./types"].map(str::to_owned);
        assert!(modules.iter().all(|module| script.modules.contains(module)), "{:?}", script.modules);
    }

    #[test]
    fn what_is_made_and_what_is_bound_is_seen() {
        let text = "// new Fn(1)\nconst limit: cdk.Duration = Duration.seconds(5);\nconst twice = 1;\n{ const twice = 2; }\n\
            const f = new Fn(this, 'A', { timeout: limit });\nnew Other();\nthis.g = new Fn(this, `B`, props);";
        let script = script(text, &|name| name == "Fn").unwrap();
        let ids: Vec<_> = script.calls.iter().map(|call| call.arguments[1].written()).collect();
        assert_eq!(ids, ["A", "B"]);
        assert_eq!(script.constants.keys().collect::<Vec<_>>(), ["f", "limit", "this.g"]);
    }

    #[test]
    fn the_one_value_that_is_exported_is_found() {
        for text in ["export default { a: 1 };", "module.exports = { a: 1 }", "export = { a: 1 } satisfies B"] {
            let (_, value) = exported(text).unwrap();
            assert!(matches!(value.literal, Literal::Map(_)), "{text}");
        }
        let (script, value) = exported("const config: AWS = { a: 1 };\nmodule.exports = config;").unwrap();
        assert!(matches!(script.settled(&value).literal, Literal::Map(_)));
        assert!(exported("export const a = 1").is_none());
    }
}
