//! A Gemfile as far as it can be read without running it.
//!
//! Calls with literal arguments are understood; what hangs on a condition, a variable or the
//! environment is noted as uncertain.

use std::ops::Range;

use super::Follows;
use super::ruby::{Literal, arguments, leading_text, statements};
use crate::syntax::MAX_DEPTH;

/// A Gemfile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gemfile {
    /// Its global sources and their places.
    pub sources: Vec<(String, Range<usize>)>,
    /// The gems it asks for.
    pub gems: Vec<Gem>,
    /// The directories of its `gemspec` calls, with their places.
    pub gemspecs: Vec<(String, Range<usize>)>,
    /// The Ruby it asks for.
    pub ruby: Option<(String, Range<usize>)>,
    /// What cannot be told, a phrase each.
    pub uncertain: Vec<(String, Range<usize>)>,
    /// The first call that is no Ruby.
    pub broken: Option<Range<usize>>,
}

/// A gem that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gem {
    /// Its name.
    pub name: String,
    /// The clauses of its requirement, as written.
    pub requirements: Vec<String>,
    /// Where it comes from.
    pub origin: Origin,
    /// The groups it is in; none for the default one.
    pub groups: Vec<String>,
    /// The platforms that it is for, as Bundler names them; none for all, `None` where they cannot be read.
    pub platforms: Option<Vec<String>>,
    /// Whether it is asked for only sometimes, or something of it cannot be read.
    pub is_uncertain: bool,
    /// The bytes of the call.
    pub range: Range<usize>,
}

/// Where a gem comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The global sources.
    Global,
    /// A source of its own.
    Source(String),
    /// A git repository, and what is followed of it.
    Git(String, Follows),
    /// A directory.
    Path(String),
}

/// A block that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Block {
    Origin(Origin),
    Groups(Vec<String>),
    /// `None` where they cannot be read.
    Platforms(Option<Vec<String>>),
    Uncertain,
    Plain,
}

impl Gemfile {
    /// Reads a text; there is nothing it refuses.
    pub fn parse(text: &str) -> Self {
        let mut found = Self::default();
        let mut open: Vec<Block> = Vec::new();
        for (line, range) in statements(text) {
            if open.len() == MAX_DEPTH {
                found.uncertain.push((format!("blocks are nested more than {MAX_DEPTH} levels deep"), range));
                return found;
            }
            found.statement(&line, range, &mut open);
        }
        if !open.is_empty() {
            found.uncertain.push(("a block does not end".to_owned(), text.len()..text.len()));
        }
        found
    }

    fn statement(&mut self, line: &str, range: Range<usize>, open: &mut Vec<Block>) {
        let word_end = line.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(line.len());
        let (word, rest) = line.split_at(word_end);
        match word {
            "end" | "}" => {
                open.pop();
                return;
            }
            "if" | "unless" | "case" | "while" | "until" | "begin" | "def" | "for" | "class" | "module" => {
                self.uncertain.push((format!("`{word}` decides what it asks for"), range));
                return open.push(Block::Uncertain);
            }
            "else" | "elsif" | "when" | "rescue" | "ensure" => return,
            _ => {}
        }
        let (rest, opens) = block_start(rest.trim());
        let is_uncertain = open.contains(&Block::Uncertain);
        let arguments = arguments(rest);
        match (word, opens) {
            ("gem", _) => self.gem(arguments, rest, range, open, is_uncertain),
            ("source" | "git" | "path" | "github", true) => {
                let origin = arguments.as_deref().and_then(|arguments| block_origin(word, arguments));
                if origin.is_none() {
                    self.uncertain.push((format!("`{word}` cannot be read"), range));
                }
                return open.push(origin.map_or(Block::Uncertain, Block::Origin));
            }
            ("group", true) => {
                let names = arguments.iter().flatten().filter_map(Literal::text).map(str::to_owned).collect();
                return open.push(Block::Groups(names));
            }
            ("platforms" | "platform", true) => {
                return open.push(Block::Platforms(arguments.as_deref().and_then(all_texts)));
            }
            ("install_if", true) => return open.push(Block::Plain),
            ("source", false) => match arguments.as_deref() {
                Some([Literal::Text(url), ..]) => self.sources.push((url.clone(), range)),
                // The symbol of the default registry, or something worked out.
                _ => self.uncertain.push(("a source cannot be read".to_owned(), range)),
            },
            ("ruby", false) => {
                if let Some([Literal::Text(version), ..]) = arguments.as_deref() {
                    self.ruby = Some((version.clone(), range));
                }
            }
            ("gemspec", false) => {
                let path = arguments.iter().flatten().find_map(|one| match one {
                    Literal::Pair(key, value) if key == "path" => value.text().map(str::to_owned),
                    _ => None,
                });
                self.gemspecs.push((path.unwrap_or_else(|| ".".to_owned()), range));
            }
            ("eval_gemfile" | "instance_eval" | "eval", _) => {
                self.uncertain.push(("another Gemfile is taken in".to_owned(), range));
            }
            ("git_source" | "require" | "plugin" | "puts" | "frozen_string_literal", _) => {}
            _ if line.contains("gem ") || line.contains("gem(") => {
                self.uncertain.push(("a gem is asked for in a way that cannot be read".to_owned(), range.clone()));
            }
            _ => {}
        }
        if opens {
            open.push(Block::Uncertain);
        }
    }

    fn gem(
        &mut self,
        arguments: Option<Vec<Literal>>,
        rest: &str,
        range: Range<usize>,
        open: &[Block],
        sometimes: bool,
    ) {
        let is_read = arguments.is_some();
        let arguments = arguments.unwrap_or_else(|| leading_text(rest).into_iter().collect());
        let Some(name) = arguments.first().and_then(Literal::text) else {
            self.uncertain.push(("the name of a gem cannot be read".to_owned(), range));
            return;
        };
        let mut gem = Gem {
            name: name.to_owned(),
            requirements: Vec::new(),
            origin: Origin::Global,
            groups: Vec::new(),
            platforms: Some(Vec::new()),
            is_uncertain: sometimes || !is_read,
            range,
        };
        for block in open {
            match block {
                Block::Origin(origin) => gem.origin = origin.clone(),
                Block::Groups(names) => gem.groups.extend(names.iter().cloned()),
                Block::Platforms(names) => gem.limit(names.clone()),
                Block::Uncertain | Block::Plain => {}
            }
        }
        let is_pair = |argument: &Literal| matches!(argument, Literal::Pair(..));
        if arguments.iter().skip_while(|argument| !is_pair(argument)).any(|argument| !is_pair(argument)) {
            self.broken.get_or_insert(gem.range.clone());
        }
        let mut follows = Follows::default();
        let mut git = None;
        for argument in &arguments[1..] {
            match argument {
                Literal::Text(clause) => gem.requirements.push(clause.clone()),
                Literal::List(clauses) => {
                    gem.requirements.extend(clauses.iter().filter_map(Literal::text).map(str::to_owned));
                }
                Literal::Pair(key, value) => match (key.as_str(), value.text()) {
                    ("git", Some(url)) => git = Some(url.to_owned()),
                    ("github", Some(name)) => git = Some(hosted(name)),
                    ("path", Some(path)) => gem.origin = Origin::Path(path.to_owned()),
                    ("source", Some(url)) => gem.origin = Origin::Source(url.to_owned()),
                    (key, Some(value)) if follows.take(key, value) => {}
                    ("group" | "groups", _) => gem.groups.extend(value.texts()),
                    ("platform" | "platforms", _) => gem.limit(all_texts(std::slice::from_ref(&**value))),
                    (
                        "git" | "github" | "gist" | "bitbucket" | "gitlab" | "path" | "source" | "branch" | "tag"
                        | "ref",
                        _,
                    ) => {
                        gem.is_uncertain = true;
                    }
                    _ => {}
                },
                Literal::Other => gem.is_uncertain = true,
            }
        }
        match (git, &mut gem.origin) {
            (Some(url), origin) => *origin = Origin::Git(url, follows),
            (None, Origin::Git(_, known)) if !follows.is_default() => *known = follows,
            _ => {}
        }
        self.gems.push(gem);
    }

    /// Whether everything that it asks for is seen.
    pub fn is_whole(&self) -> bool {
        self.uncertain.is_empty() && self.gemspecs.is_empty() && !self.gems.iter().any(|gem| gem.is_uncertain)
    }
}

impl Gem {
    /// Limits the gem to more platforms.
    fn limit(&mut self, names: Option<Vec<String>>) {
        self.platforms = self.platforms.take().zip(names).map(|(known, more)| [known, more].concat());
    }
}

/// The texts of literals and of lists of them; `None` when something else is among them.
fn all_texts(literals: &[Literal]) -> Option<Vec<String>> {
    let texts = literals.iter().map(|one| match one {
        Literal::Text(text) => Some(vec![text.clone()]),
        Literal::List(items) => all_texts(items),
        Literal::Pair(..) | Literal::Other => None,
    });
    texts.collect::<Option<Vec<_>>>().map(|texts| texts.concat())
}

/// `github: "a/b"`; one word stands for both.
fn hosted(name: &str) -> String {
    if name.contains("://") {
        return name.to_owned();
    }
    let name = if name.contains('/') { name.to_owned() } else { format!("{name}/{name}") };
    format!("https://github.com/{name}.git")
}

fn block_origin(word: &str, arguments: &[Literal]) -> Option<Origin> {
    let first = arguments.first()?.text()?.to_owned();
    let mut follows = Follows::default();
    for argument in arguments {
        if let Literal::Pair(key, value) = argument {
            let _is_other = value.text().is_some_and(|value| !follows.take(key, value));
        }
    }
    Some(match word {
        "source" => Origin::Source(first),
        "git" => Origin::Git(first, follows),
        "github" => Origin::Git(hosted(&first), follows),
        _ => Origin::Path(first),
    })
}

/// What stands before `do`, and whether a block begins.
fn block_start(rest: &str) -> (&str, bool) {
    let trimmed = rest.trim_end();
    let trimmed = match trimmed.strip_suffix('|').and_then(|open| open.rfind('|').map(|at| &trimmed[..at])) {
        Some(before) => before.trim_end(),
        None => trimmed,
    };
    match trimmed.strip_suffix("do") {
        Some(before) if before.is_empty() || before.ends_with([' ', ')']) => (before.trim_end(), true),
        _ => (rest, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GEMFILE: &str = "# our gems\nsource \"https://gems.example.com\" # the mirror\nruby '3.2.1'\n\n\
        gem \"rails\", \"~> 7.0\", \">= 7.0.4\", require: false\ngem 'puma'\n\
        gem \"pg\",\n    [\">= 1.1\", \"< 2\"],\n    :groups => [:db, :test]\n\
        gem \"own\", path: \"../own\"\ngem \"edge\", git: \"https://git.example.com/edge.git\", branch: \"main\"\ngem(\"hub\", github: \"acme/hub\")\n\
        group :development, :test do\n  gem \"rspec\", \"3.12\"\n  platforms :mri do\n    gem \"byebug\"\n  end\nend\n\
        source \"https://corp.example.com\" do\n  gem \"inner\"\nend\n\
        git \"https://git.example.com/many.git\", tag: \"v1\" do\n  gem \"many\"\nend\n";

    fn shown(gem: &Gem) -> String {
        let mark = if gem.is_uncertain { " ?" } else { "" };
        let origin = match &gem.origin {
            Origin::Git(url, follows) => format!("Git({url:?}, {})", follows.shown()),
            other => format!("{other:?}"),
        };
        let platforms = match gem.platforms.as_deref() {
            Some([]) => String::new(),
            Some(names) => format!(" for {}", names.join(",")),
            None => " for ?".to_owned(),
        };
        format!("{} {} {origin} {}{platforms}{mark}", gem.name, gem.requirements.join(", "), gem.groups.join(","))
    }

    #[test]
    fn literal_calls() {
        let parsed = Gemfile::parse(GEMFILE);
        let gems: Vec<String> = parsed.gems.iter().map(shown).collect();
        let expected = [
            "rails ~> 7.0, >= 7.0.4 Global ",
            "puma  Global ",
            "pg >= 1.1, < 2 Global db,test",
            "own  Path(\"../own\") ",
            "edge  Git(\"https://git.example.com/edge.git\", branch main) ",
            "hub  Git(\"https://github.com/acme/hub.git\", its default branch) ",
            "rspec 3.12 Global development,test",
            "byebug  Global development,test for mri",
            "inner  Source(\"https://corp.example.com\") ",
            "many  Git(\"https://git.example.com/many.git\", tag v1) ",
        ];
        assert_eq!(gems, expected);
        assert!(parsed.is_whole());
        assert_eq!(parsed.sources[0].0, "https://gems.example.com");
        assert_eq!(parsed.ruby.as_ref().map(|(text, _)| text.as_str()), Some("3.2.1"));
        assert_eq!(&GEMFILE[parsed.gems[1].range.clone()], "gem 'puma'");
    }

    #[test]
    fn nothing_stands_after_what_is_named() {
        for (text, broken) in [
            ("gem \"a\", require: false, \">= 1\"\n", Some(0..31)),
            ("gem \"a\", :git => \"x\", [\"1\"]\n", Some(0..27)),
            ("gem \"a\", \"1\", require: false, group: :test\n", None),
        ] {
            assert_eq!(Gemfile::parse(text).broken, broken, "{text}");
        }
    }

    #[test]
    fn what_is_worked_out_is_uncertain() {
        for (text, gems, uncertain) in [
            ("if ENV['CI']\n  gem \"a\"\nend\ngem \"b\"\n", "a  Global  ?|b  Global ", 1),
            ("gem \"a\", \"1\" if old?\n", "a  Global  ?", 0),
            ("gem \"a\", VERSION\n", "a  Global  ?", 0),
            ("gem name\n", "", 1),
            ("%w[a b].each do |name|\n  gem name\nend\ngem \"c\"\n", "c  Global ", 1),
            ("eval_gemfile \"other\"\n", "", 1),
            ("gem \"a\", \"#{v}\"\n", "a  Global  ?", 0),
            ("gem \"a\", path: dir\n", "a  Global  ?", 0),
            ("gemspec\n", "", 0),
            ("gem \"a\", require: %w(a/b c)\n", "a  Global ", 0),
            ("gem \"a\", platforms: %i[mingw jruby]\n", "a  Global  for mingw,jruby", 0),
            (
                "platform :mswin, :mingw do\n  gem \"a\", platform: :x64_mingw\nend\n",
                "a  Global  for mswin,mingw,x64_mingw",
                0,
            ),
            ("gem \"a\", platforms: OLD\n", "a  Global  for ?", 0),
            ("platforms(*OLD) do\n  gem \"a\"\nend\n", "a  Global  for ?", 0),
            ("gem \"a\", git: \"u\", branch: \"b\", ref: \"r\"\n", "a  Git(\"u\", ref r) ", 0),
        ] {
            let parsed = Gemfile::parse(text);
            let told: Vec<String> = parsed.gems.iter().map(shown).collect();
            assert_eq!((told.join("|"), parsed.uncertain.len()), (gems.to_owned(), uncertain), "{text}");
        }
    }
}
