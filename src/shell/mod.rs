//! Shell text to its simple commands, through `brush-parser`, which agrees with `bash -n`.
//!
//! Nothing is run or expanded. Workflow expressions are masked at equal length first, so all
//! places are bytes of the text that was given. A text that does not parse is an error and
//! says nothing about what it would run.

mod mask;
mod walk;
mod word;

use std::ops::Range;

pub use mask::expressions;
pub use word::quoted;

/// Longer texts are not parsed.
pub const LONGEST: usize = 1024 * 1024;

/// More opened constructs than this are not parsed: the grammar recurses over them.
const MOST_OPENERS: usize = 1_000;

/// Up to this many openers any thread's stack is large enough.
const SMALL: usize = 30;

/// The stack for texts above [`SMALL`], which is measured to hold [`MOST_OPENERS`].
const STACK: usize = 256 * 1024 * 1024;

/// A word of a command, quotes removed; expansions stay as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its text.
    pub text: String,
    /// Whether it depends on what the shell or the workflow puts in.
    pub dynamic: bool,
    /// Its bytes in the text, quotes included.
    pub span: Range<usize>,
}

/// How the output of one command comes into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// Through a pipe or as its standard input.
    Input(usize),
    /// As a file: `<(...)` among its words.
    File(usize),
    /// As text in a word: `$(...)`.
    Text(usize),
}

/// One of the branches of which exactly one runs: of an `if` with an `else`, or of a `case` with a pattern for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Branch {
    /// The number of the choice in its script.
    pub choice: usize,
    /// The number of the branch, from 0.
    pub number: usize,
    /// How many branches there are.
    pub count: usize,
}

/// A simple command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Its words, the program first; never empty, unless it only assigns variables.
    pub words: Vec<Word>,
    /// Variables set for it, or for what follows when there are no words.
    pub assignments: Vec<(String, Word)>,
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// The directory it runs in, from the root of the tree; `None` when that cannot be told.
    pub directory: Option<String>,
    /// That directory as written, where values of a matrix decide it: `services/${{ matrix.service }}`.
    pub among: Option<String>,
    /// Whether it runs only under a condition of the script: a branch, a loop, after `||`, in a function.
    pub conditional: bool,
    /// The branch that it stands in, of those of which one runs in any case.
    pub branch: Option<Branch>,
    /// Whether its failure lets the script go on: before `||`, as a condition, negated.
    pub forgiven: bool,
    /// The commands whose output it takes in, by index into the list.
    pub feeds: Vec<Feed>,
    /// Files its output is written to.
    pub writes: Vec<Word>,
}

impl Command {
    /// Its words as they would be typed, without quotes.
    pub fn line(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// The simple commands of a text in order, run from `directory`.
///
/// # Errors
/// When the text is no shell script, is longer than [`LONGEST`], or opens too many constructs;
/// the phrase says which.
pub fn parse(text: &str, directory: Option<&str>) -> Result<Vec<Command>, &'static str> {
    if text.len() > LONGEST {
        return Err("the script is too long");
    }
    let openers = openers(text);
    if openers > MOST_OPENERS {
        return Err("the script nests too much");
    }
    if openers <= SMALL {
        return parsed(text, directory);
    }
    let parsing = |scope: &std::thread::Scope<'_, '_>| {
        let _ = scope;
        parsed(text, directory)
    };
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || parsing(scope));
        match worker.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            _ => Err("the script could not be parsed"),
        }
    })
}

fn parsed(text: &str, directory: Option<&str>) -> Result<Vec<Command>, &'static str> {
    let masked = mask::mask(text);
    let options = brush_parser::ParserOptions::default();
    let program = brush_parser::Parser::new(masked.text.as_bytes(), &options).parse_program();
    let program = program.map_err(|_| "the script is not understood")?;
    Ok(walk::commands(text, &masked, &program, directory))
}

/// How many constructs a text may open at most: braces, parentheses and keywords.
fn openers(text: &str) -> usize {
    let bytes = text.as_bytes();
    let braces = memchr::memchr2_iter(b'{', b'(', bytes).count();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    braces + words.filter(|word| matches!(*word, "if" | "while" | "until" | "for" | "case" | "select")).count()
}

#[cfg(test)]
mod tests;
