//! Variables of a serverless.yml: `${self:custom.x}`, `${opt:stage, 'dev'}`, `${file(a.yml):b}`.
//!
//! Total and bounded like the rest: what only a deployment knows is unknown, with the reason.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::USUAL_STAGE;
use crate::cloudformation::term::{Piece, Term, alternatives};
use crate::jssource::CODE;
use crate::path;
use crate::syntax::{Document, Node};

/// Variables inside variables deeper than this are not followed.
const DEPTH: u8 = 12;

/// How many variables one value may take.
const STEPS: u32 = 2_000;

/// What variables of one service may refer to.
#[derive(Clone)]
pub(super) struct Variables<'d> {
    pub(super) root: Node<'d>,
    pub(super) directory: &'d str,
    pub(super) included: &'d BTreeMap<&'d str, &'d Document>,
    pub(super) steps: Cell<u32>,
}

impl<'d> Variables<'d> {
    /// What a node comes to once its variables are filled in.
    pub(super) fn term(&self, node: Node<'d>) -> Term<'d> {
        self.steps.set(STEPS);
        self.resolved(node, 0)
    }

    fn resolved(&self, node: Node<'d>, depth: u8) -> Term<'d> {
        match node.scalar() {
            _ if node.is_null() => Term::Absent,
            Some(text) if node.tag() == Some(CODE) => {
                Term::Unknown(format!("`{text}` is worked out when the file is run"))
            }
            Some(text) if text.contains("${") => self.fill(text, depth),
            _ => Term::Node(node),
        }
    }

    fn fill(&self, text: &str, depth: u8) -> Term<'d> {
        let left = self.steps.get();
        if depth > DEPTH || left == 0 {
            return Term::Unknown("its variables are too deep to follow".to_owned());
        }
        self.steps.set(left - 1);
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let Some(length) = closing(&rest[start + 2..]) else { break };
            let inner = &rest[start + 2..start + 2 + length];
            let value = self.variable(inner, depth + 1);
            if start == 0 && length + 3 == text.len() {
                return value.unwrap_or_else(|| Term::text(text));
            }
            pieces.push(Piece::Text(rest[..start].to_owned()));
            match value {
                Some(term) => pieces.extend(alternatives(&term).into_iter().next().unwrap_or_default()),
                None => pieces.push(Piece::Unknown {
                    written: format!("${{{inner}}}"),
                    reason: format!("{inner} is known only at deployment"),
                }),
            }
            rest = &rest[start + length + 3..];
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Term::pieces(pieces)
    }

    /// The value of what stands between the braces; `None` when it is no variable of the framework.
    fn variable(&self, inner: &str, depth: u8) -> Option<Term<'d>> {
        let parts = separated(inner);
        source_of(parts.first()?)?;
        for part in &parts {
            let part = match self.fill(part.trim(), depth) {
                term if part.contains("${") => match alternatives(&term).as_slice() {
                    [pieces] => match pieces.as_slice() {
                        [Piece::Text(text)] => text.clone(),
                        _ => return Some(term),
                    },
                    _ => return Some(term),
                },
                _ => part.trim().to_owned(),
            };
            let Some((source, address)) = source_of(&part) else { return Some(literal(&part)) };
            match self.looked_up(source, address, depth) {
                Some(Term::Absent) | None => {}
                Some(term) => return Some(term),
            }
        }
        Some(match parts.as_slice() {
            [only] if only.trim() == "opt:stage" => self.stage(depth),
            _ => Term::Unknown(format!("${{{inner}}} is known only at deployment")),
        })
    }

    /// What a source holds at an address; `None` when it holds nothing there.
    fn looked_up(&self, source: &str, address: &str, depth: u8) -> Option<Term<'d>> {
        match source {
            "self" => self.at(self.root, address, depth),
            "sls" if address == "stage" => Some(self.stage(depth)),
            "opt" => None,
            "env" => self.environment(address, depth),
            "aws" if address == "region" => {
                let region = self.root.at(&["provider", "region"]);
                Some(region.map_or_else(|| Term::text("us-east-1"), |node| self.resolved(node, depth)))
            }
            "param" => {
                let stage = self.stage_name(depth).unwrap_or_default();
                // Version 4 has them below `stages` too.
                let of = |stage: &str| {
                    let own = self.root.at(&["params", stage, address]);
                    own.or_else(|| self.root.at(&["stages", stage, "params", address]))
                };
                of(&stage).or_else(|| of("default")).map(|node| self.resolved(node, depth))
            }
            "strToBool" => None,
            _ => match source.strip_prefix("file(").and_then(|rest| rest.strip_suffix(')')) {
                Some(file) => {
                    let path = path::join(self.directory, file.trim().trim_matches(['\'', '"']))?;
                    let Some(document) = self.included.get(path.as_str()) else {
                        return Some(Term::Unknown(format!("{path} is not read")));
                    };
                    self.at(document.root(), address, depth)
                }
                None => Some(Term::Unknown(format!("{source}:{address} is known only at deployment"))),
            },
        }
    }

    /// The stage, when it is one and known.
    fn stage_name(&self, depth: u8) -> Option<String> {
        match alternatives(&self.stage(depth)).into_iter().next()?.as_slice() {
            [Piece::Text(stage)] => Some(stage.clone()),
            _ => None,
        }
    }

    fn stage(&self, depth: u8) -> Term<'d> {
        match self.root.at(&["provider", "stage"]) {
            Some(node) if depth < DEPTH => self.resolved(node, depth + 1),
            _ => Term::text(USUAL_STAGE),
        }
    }

    /// A variable of the environment, as far as the service has it read from a file that the repository holds.
    fn environment(&self, name: &str, depth: u8) -> Option<Term<'d>> {
        self.root.get("useDotenv").filter(|node| node.bool() != Some(false))?;
        let files = self.dotenv_files(depth);
        let documents = files.iter().filter_map(|file| self.included.get(path::join(self.directory, file)?.as_str()));
        let mut found = documents.filter_map(|document| document.root().get(name));
        found.next().map(|node| self.resolved(node, depth))
    }

    /// `.env` and that of the stage, which comes first.
    fn dotenv_files(&self, depth: u8) -> Vec<String> {
        let own = self.stage_name(depth).map(|stage| format!(".env.{stage}"));
        own.into_iter().chain([".env".to_owned()]).collect()
    }

    /// The value at a dotted path, variables on the way filled in.
    fn at(&self, root: Node<'d>, address: &str, depth: u8) -> Option<Term<'d>> {
        let mut node = root;
        for key in address.split('.').filter(|key| !key.is_empty()) {
            if let Term::Node(reached) = self.resolved(node, depth) {
                node = reached;
            }
            node = match key.parse::<usize>() {
                Ok(index) if node.is_list() => node.items().nth(index)?,
                _ => node.get(key)?,
            };
        }
        Some(self.resolved(node, depth))
    }
}

/// `self:a.b` as source and address. A name of CloudFormation such as `AWS::Region` has no such form.
fn source_of(part: &str) -> Option<(&str, &str)> {
    let part = part.trim();
    let end = if part.starts_with("file(") { part.find(')')? + 1 } else { part.find([':', '(', ','])? };
    let (source, rest) = part.split_at(end);
    let address = rest.strip_prefix(':').or_else(|| rest.is_empty().then_some(""));
    let is_word = source.starts_with(|c: char| c.is_ascii_lowercase())
        && (source.starts_with("file(") || source.chars().all(|c| c.is_ascii_alphanumeric()));
    match address {
        Some(address) if is_word && !address.starts_with(':') => Some((source, address)),
        None if is_word => Some((source, rest)),
        _ => None,
    }
}

fn literal<'d>(part: &str) -> Term<'d> {
    match part {
        "null" | "" => Term::Absent,
        _ => Term::text(part.trim_matches(['\'', '"'])),
    }
}

/// The length of the text up to the brace that closes it.
fn closing(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'{' if at > 0 && bytes[at - 1] == b'$' => open += 1,
            b'}' if open == 0 => return Some(at),
            b'}' => open -= 1,
            _ => {}
        }
    }
    None
}

/// The alternatives of a variable: parts between commas that stand in no quotes, braces or parentheses.
fn separated(inner: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_i32, None);
    for (at, letter) in inner.char_indices() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '{' | '(') => depth += 1,
            (None, '}' | ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inner[start..]);
    parts
}
