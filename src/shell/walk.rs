//! The tree of a script to its simple commands, with the directory each one runs in.

use std::ops::Range;

use brush_parser::ast;
use brush_parser::ast::SourceLocation;

use super::mask::{Masked, expressions};
use super::word::scan;
use super::{Branch, Command, Feed, Word};
use crate::path;

/// Substitutions inside substitutions are followed this deep.
const DEEPEST: usize = 4;

/// More commands than this are not listed.
const MOST_COMMANDS: usize = 20_000;

pub(super) fn commands(text: &str, masked: &Masked, program: &ast::Program, directory: Option<&str>) -> Vec<Command> {
    let mut walk = Walk {
        text,
        masked: &masked.text,
        expressions: &masked.expressions,
        base: 0,
        depth: 0,
        directory: directory.map(ToOwned::to_owned),
        conditional: 0,
        choices: 0,
        branch: None,
        forgiven: 0,
        commands: Vec::new(),
    };
    for list in &program.complete_commands {
        walk.list(list);
    }
    walk.commands
}

/// Whether a command ends its script with a failure.
fn gives_up(command: &Command) -> bool {
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    matches!(words.as_slice(), ["exit" | "return" | "false"] | ["exit" | "return", _]) && words.last() != Some(&"0")
}

struct Walk<'t> {
    text: &'t str,
    masked: &'t str,
    expressions: &'t [Range<usize>],
    /// Where the part that is parsed begins in `text`.
    base: usize,
    depth: usize,
    directory: Option<String>,
    conditional: usize,
    choices: usize,
    branch: Option<Branch>,
    forgiven: usize,
    commands: Vec<Command>,
}

impl Walk<'_> {
    fn list(&mut self, list: &ast::CompoundList) {
        for ast::CompoundListItem(and_or, _) in &list.0 {
            self.and_or(and_or);
        }
    }

    fn and_or(&mut self, list: &ast::AndOrList) {
        let is_or = |at: usize| matches!(list.additional.get(at), Some(ast::AndOr::Or(_)));
        let mut before = self.commands.len();
        self.pipeline(&list.first, false, is_or(0));
        for (at, next) in list.additional.iter().enumerate() {
            let (ast::AndOr::And(pipeline) | ast::AndOr::Or(pipeline)) = next;
            let here = self.commands.len();
            self.pipeline(pipeline, is_or(at), is_or(at + 1));
            // `|| exit 1` forgives nothing.
            if is_or(at) && self.forgiven == 0 && self.commands[here..].last().is_some_and(gives_up) {
                self.commands[before..here].iter_mut().for_each(|command| command.forgiven = false);
            }
            before = here;
        }
    }

    fn pipeline(&mut self, pipeline: &ast::Pipeline, conditional: bool, forgiven: bool) {
        let forgiven = forgiven || pipeline.bang;
        self.conditional += usize::from(conditional);
        self.forgiven += usize::from(forgiven);
        let mut before: Option<usize> = None;
        for command in &pipeline.seq {
            let first = self.commands.len();
            self.command(command);
            if let (Some(feeder), Some(fed)) = (before, self.commands.get_mut(first)) {
                fed.feeds.push(Feed::Input(feeder));
            }
            before = self.commands.len().checked_sub(1).filter(|last| *last >= first);
        }
        self.conditional -= usize::from(conditional);
        self.forgiven -= usize::from(forgiven);
    }

    fn command(&mut self, command: &ast::Command) {
        match command {
            ast::Command::Simple(simple) => self.simple(simple),
            ast::Command::Compound(compound, redirects) => {
                let first = self.commands.len();
                self.compound(compound);
                let inputs = redirects.as_ref().map_or_else(Vec::new, |list| self.inputs(&list.0));
                if let Some(fed) = self.commands.get_mut(first) {
                    fed.feeds.extend(inputs);
                }
            }
            ast::Command::Function(function) => {
                let directory = self.directory.clone();
                self.conditional += 1;
                self.compound(&function.body.0);
                self.conditional -= 1;
                self.directory = directory;
            }
            ast::Command::ExtendedTest(..) => {}
        }
    }

    fn compound(&mut self, compound: &ast::CompoundCommand) {
        match compound {
            ast::CompoundCommand::BraceGroup(group) => self.list(&group.list),
            ast::CompoundCommand::Subshell(subshell) => self.subshell(subshell),
            ast::CompoundCommand::ForClause(each) => self.branches(false, &[&each.body.list]),
            ast::CompoundCommand::ArithmeticForClause(each) => self.branches(false, &[&each.body.list]),
            ast::CompoundCommand::WhileClause(each) | ast::CompoundCommand::UntilClause(each) => {
                self.condition(&each.0);
                self.branches(false, &[&each.1.list]);
            }
            ast::CompoundCommand::CaseClause(case) => {
                let is_complete =
                    case.cases.iter().any(|case| case.patterns.iter().any(|pattern| pattern.value == "*"));
                let lists: Vec<_> = case.cases.iter().filter_map(|case| case.cmd.as_ref()).collect();
                self.branches(is_complete && lists.len() == case.cases.len(), &lists);
            }
            ast::CompoundCommand::IfClause(clause) => {
                self.condition(&clause.condition);
                let elses = clause.elses.iter().flatten();
                for condition in elses.clone().filter_map(|other| other.condition.as_ref()) {
                    self.condition(condition);
                }
                let is_complete = elses.clone().any(|other| other.condition.is_none());
                let lists: Vec<_> = std::iter::once(&clause.then).chain(elses.map(|other| &other.body)).collect();
                self.branches(is_complete, &lists);
            }
            ast::CompoundCommand::Coprocess(process) => self.command(&process.body),
            ast::CompoundCommand::Arithmetic(_) => {}
        }
    }

    fn subshell(&mut self, subshell: &ast::SubshellCommand) {
        let directory = self.directory.clone();
        self.list(&subshell.list);
        self.directory = directory;
    }

    fn condition(&mut self, list: &ast::CompoundList) {
        self.forgiven += 1;
        self.list(list);
        self.forgiven -= 1;
    }

    /// Walks parts of which it is not known whether they run. A change of directory in one
    /// of them leaves the directory unknown. They may be complete, so that one of them runs.
    fn branches(&mut self, is_complete: bool, lists: &[&ast::CompoundList]) {
        let before = self.directory.clone();
        let mut after = before.clone();
        let is_outermost = self.conditional == 0;
        self.conditional += 1;
        self.choices += 1;
        for (number, list) in lists.iter().enumerate() {
            if is_outermost {
                let branch = Branch { choice: self.choices, number, count: lists.len() };
                self.branch = Some(branch).filter(|_| is_complete);
            }
            self.directory.clone_from(&before);
            self.list(list);
            if self.directory != before {
                after = None;
            }
        }
        self.conditional -= 1;
        if is_outermost {
            self.branch = None;
        }
        self.directory = after;
    }

    fn simple(&mut self, simple: &ast::SimpleCommand) {
        if self.commands.len() >= MOST_COMMANDS {
            return;
        }
        let Some(mut span) = simple.location().map(|span| self.range(&span)) else { return };
        let mut feeds = Vec::new();
        let mut words = Vec::new();
        let mut assignments = Vec::new();
        let mut writes = Vec::new();
        let prefix = simple.prefix.iter().flat_map(|prefix| &prefix.0);
        for item in prefix {
            if let ast::CommandPrefixOrSuffixItem::AssignmentWord(assignment, _) = item {
                let word = self.word(self.range(&assignment.loc), &mut feeds);
                if let Some((name, value)) = word.text.split_once('=') {
                    let name = name.trim_end_matches('+').to_owned();
                    assignments.push((name, Word { text: value.to_owned(), ..word.clone() }));
                }
            }
        }
        if let Some(place) = simple.word_or_name.as_ref().and_then(|word| word.loc.as_ref()) {
            words.push(self.word(self.range(place), &mut feeds));
        }
        for item in simple.suffix.iter().flat_map(|suffix| &suffix.0) {
            match item {
                ast::CommandPrefixOrSuffixItem::Word(word) => {
                    words.extend(word.loc.as_ref().map(|place| self.word(self.range(place), &mut feeds)));
                }
                ast::CommandPrefixOrSuffixItem::AssignmentWord(assignment, word) => {
                    let place = word.loc.as_ref().unwrap_or(&assignment.loc);
                    words.push(self.word(self.range(place), &mut feeds));
                }
                ast::CommandPrefixOrSuffixItem::ProcessSubstitution(_, subshell) => {
                    feeds.extend(self.process(subshell).map(Feed::File));
                    let mut place = self.range(&subshell.loc);
                    place.start = place.start.saturating_sub(1);
                    words.push(Word { text: self.slice(&place).to_owned(), dynamic: true, span: place });
                }
                ast::CommandPrefixOrSuffixItem::IoRedirect(redirect) => {
                    feeds.extend(self.inputs(std::slice::from_ref(redirect)));
                    writes.extend(self.output(redirect));
                }
            }
        }
        // The grammar counts what stands before a command after a line continuation to it.
        let starts =
            assignments.iter().map(|(_, word)| word.span.start).chain(words.iter().map(|word| word.span.start));
        span.start = starts.min().unwrap_or(span.start).max(span.start);
        // A redirection has no place of its own, so the last word tells where the command ends.
        span.end = words.last().map_or(span.end, |word| word.span.end.max(span.start));
        self.change_directory(&words);
        let directory = self.directory.clone();
        let (conditional, forgiven) = (self.conditional > 0, self.forgiven > 0);
        let (directory, among) = if directory.as_deref().is_some_and(|directory| directory.contains("${{")) {
            (None, directory)
        } else {
            (directory, None)
        };
        let branch = self.branch.filter(|_| self.conditional == 1);
        self.commands.push(Command {
            words,
            assignments,
            span,
            directory,
            among,
            conditional,
            branch,
            forgiven,
            feeds,
            writes,
        });
    }

    /// The commands behind redirections of the standard input.
    fn inputs(&mut self, redirects: &[ast::IoRedirect]) -> Vec<Feed> {
        let mut feeds = Vec::new();
        for redirect in redirects {
            match redirect {
                ast::IoRedirect::File(_, _, ast::IoFileRedirectTarget::ProcessSubstitution(_, subshell)) => {
                    feeds.extend(self.process(subshell).map(Feed::Input));
                }
                ast::IoRedirect::HereString(_, word) => {
                    if let Some(place) = &word.loc {
                        let mut inner = Vec::new();
                        self.word(self.range(place), &mut inner);
                        feeds.extend(inner.into_iter().map(|feed| match feed {
                            Feed::Text(at) => Feed::Input(at),
                            other => other,
                        }));
                    }
                }
                _ => {}
            }
        }
        feeds
    }

    fn output(&mut self, redirect: &ast::IoRedirect) -> Option<Word> {
        let word = match redirect {
            ast::IoRedirect::File(
                _,
                ast::IoFileRedirectKind::Write | ast::IoFileRedirectKind::Append | ast::IoFileRedirectKind::Clobber,
                ast::IoFileRedirectTarget::Filename(word),
            )
            | ast::IoRedirect::OutputAndError(word, _) => word,
            _ => return None,
        };
        let place = self.range(word.loc.as_ref()?);
        Some(self.word(place, &mut Vec::new()))
    }

    fn process(&mut self, subshell: &ast::SubshellCommand) -> Option<usize> {
        let first = self.commands.len();
        self.subshell(subshell);
        self.commands.len().checked_sub(1).filter(|last| *last >= first)
    }

    fn word(&mut self, mut span: Range<usize>, feeds: &mut Vec<Feed>) -> Word {
        // The grammar counts a line continuation before a word, and the blanks after it, to the word.
        let whole = self.slice(&span);
        let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
        let skipped = whole
            .find(|c| !matches!(c, ' ' | '\t' | '\\' | '\n'))
            .map_or(0, |at| if whole[..at].contains("\\\n") { at } else { blanks(whole) });
        span.start += skipped;
        let raw = self.slice(&span);
        let scanned = scan(raw);
        let is_masked = self.expressions.iter().any(|place| place.start < span.end && span.start < place.end);
        let base = span.start;
        for inside in scanned.substitutions {
            feeds.extend(self.substitution(base + inside.start..base + inside.end).map(Feed::Text));
        }
        Word { text: scanned.text, dynamic: scanned.dynamic || is_masked, span }
    }

    /// Walks the inside of a command substitution and gives its last command.
    fn substitution(&mut self, inside: Range<usize>) -> Option<usize> {
        if self.depth >= DEEPEST {
            return None;
        }
        let part = self.masked.get(inside.clone())?;
        let options = brush_parser::ParserOptions::default();
        let program = brush_parser::Parser::new(part.as_bytes(), &options).parse_program().ok()?;
        let first = self.commands.len();
        let (base, directory) = (self.base, self.directory.clone());
        self.base = inside.start;
        self.depth += 1;
        for list in &program.complete_commands {
            self.list(list);
        }
        self.depth -= 1;
        self.base = base;
        self.directory = directory;
        self.commands.len().checked_sub(1).filter(|last| *last >= first)
    }

    fn change_directory(&mut self, words: &[Word]) {
        let mut texts = words.iter().map(|word| word.text.as_str());
        match texts.next() {
            Some("cd" | "pushd") => {}
            Some("popd") => {
                self.directory = None;
                return;
            }
            _ => return,
        }
        let target = words.iter().skip(1).find(|word| !matches!(word.text.as_str(), "--" | "-P" | "-L"));
        self.directory = target.and_then(|word| {
            let root = ["$GITHUB_WORKSPACE", "${GITHUB_WORKSPACE}", "${{ github.workspace }}"];
            let below = root.iter().find_map(|root| word.text.strip_prefix(root));
            match below {
                Some(rest) => (!rest.contains('$')).then(|| path::join("", rest.trim_start_matches('/')))?,
                None if word.dynamic && !is_of_matrix(&word.text) || word.text == "-" => None,
                // What stands above a value that may have several parts is not known.
                None if word.text.contains("..") && self.directory.as_deref()?.contains("${{") => None,
                None => path::join(self.directory.as_deref()?, &word.text),
            }
        });
    }

    fn slice(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or("")
    }

    fn range(&self, span: &brush_parser::SourceSpan) -> Range<usize> {
        let end = (self.base + span.end.index).min(self.text.len());
        let start = (self.base + span.start.index).min(end);
        start..end
    }
}

/// Whether nothing but values of a matrix is put into a word when it runs.
fn is_of_matrix(word: &str) -> bool {
    let places = expressions(word);
    let is_value = |place: &Range<usize>| word[place.start + 3..place.end - 2].trim().starts_with("matrix.");
    let is_plain = |text: &str| !text.contains(['$', '`']);
    let mut from = 0;
    let are_plain = places.iter().all(|place| is_plain(&word[std::mem::replace(&mut from, place.end)..place.start]));
    !places.is_empty() && places.iter().all(is_value) && are_plain && is_plain(&word[from..])
}
