//! Justfiles that a job or image runs: the commands of their recipes. What stands in braces is put in when it runs.

use super::{Claim, File, Output, Reader};
use crate::facts::Task;
use crate::facts::task::MORE;
use crate::lock_use::Call;
use crate::steps::{Job, Script};
use crate::syntax::places::Places;

/// Reads justfiles when a command asks for them.
pub const READER: Reader = Reader { name: "justfile", role: "other", claims: |_| Claim::No, read };

/// More recipes than this in one file are not written by people.
const MOST: usize = 2_000;

struct Recipe {
    name: String,
    at: usize,
    needs: Vec<String>,
    body: Vec<(usize, usize)>,
}

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    if file.text.lines().any(|line| line.starts_with("import") || line.starts_with("mod ")) {
        output.facts.add(Task::new(file.part(MORE, file.span(0..0)), "just", MORE));
    }
    let (recipes, stray) = recipes(file.text);
    if let Some((start, end)) = stray {
        output.facts.add(Task::new(file.part(MORE, file.span(start..start)), "just", MORE));
        let explanation = "it has a line that is neither a recipe nor an assignment".to_owned();
        output.problem(file, &READER, "script", explanation, file.span(start..end));
    }
    let mut unread = None;
    for recipe in recipes {
        let at = file.span(recipe.at..recipe.at + recipe.name.len());
        output.facts.add(Task::new(file.part(&recipe.name, at), "just", &recipe.name));
        let mut job = Job::new(file.path, "justfile", &recipe.name, true);
        for need in recipe.needs {
            let call = Call { runner: "just", names: vec![need], directory: String::new(), file: Some(file.file_name().to_owned()) };
            job.after(call, file.directory(), at);
        }
        if run(file, &mut job, &recipe.body).is_err() {
            unread.get_or_insert(at);
        }
        output.facts.steps.extend(job.finish());
    }
    if let Some(place) = unread {
        output.problem(file, &READER, "script", "it has a command that is not understood".to_owned(), place);
    }
}

/// A body that begins with `#!` is one script; otherwise each line is a shell of its own.
fn run(file: &File<'_>, job: &mut Job, body: &[(usize, usize)]) -> Result<(), &'static str> {
    let Some((first, _)) = body.first() else { return Ok(()) };
    let shebang = file.text[*first..].lines().next().filter(|line| line.starts_with("#!"));
    if let Some(shebang) = shebang {
        let (_, end) = body[body.len() - 1];
        if shebang.ends_with("sh") || shebang.contains("bash") {
            return script(file, job, *first..end);
        }
        return Ok(());
    }
    let mut all = Ok(());
    let mut at = 0;
    while at < body.len() {
        let start = at;
        while at + 1 < body.len() && file.text[body[at].0..body[at].1].trim_end().ends_with('\\') {
            at += 1;
        }
        all = all.and(script(file, job, body[start].0..body[at].1));
        at += 1;
    }
    all
}

fn script(file: &File<'_>, job: &mut Job, range: std::ops::Range<usize>) -> Result<(), &'static str> {
    let own = &file.text[range.clone()];
    let quiet = own.len() - own.trim_start_matches(['@', '-']).len();
    let range = range.start + quiet..range.end;
    let text = masked(&file.text[range.clone()]);
    let places = Places::verbatim(file.span(range.clone()), range.start, text.len());
    let script = Script::plain(&text, &places, Ok(file.directory().to_owned()));
    job.run(&script)
}

/// `{{ x }}` as a variable of the same length.
fn masked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut from = 0;
    while let Some(at) = text[from..].find("{{") {
        let start = from + at;
        let Some(length) = text[start..].find("}}") else { break };
        from = start + length + 2;
        bytes[start..from].fill(b'x');
        bytes[start] = b'$';
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The recipes of a text, and the first line that is nothing at all.
fn recipes(text: &str) -> (Vec<Recipe>, Option<(usize, usize)>) {
    let mut found: Vec<Recipe> = Vec::new();
    let mut stray = None;
    let mut inside_text = false;
    let mut open = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim_end();
        let marks = content.matches("'''").count() + content.matches("\"\"\"").count() + content.matches("```").count();
        let was_inside = inside_text;
        inside_text ^= marks % 2 == 1;
        if content.is_empty() || was_inside {
            continue;
        }
        if content.starts_with([' ', '\t']) {
            let from = start + (content.len() - content.trim_start().len());
            if let Some(recipe) = found.last_mut().filter(|_| open) {
                recipe.body.push((from, start + content.len()));
            }
            continue;
        }
        if content.starts_with(['#', '[']) || found.len() >= MOST {
            continue;
        }
        open = false;
        if let Some(recipe) = header(content, start) {
            open = true;
            found.push(recipe);
        } else if is_nothing(content) {
            stray.get_or_insert((start, start + content.len()));
        }
    }
    (found, stray)
}

/// Whether a line that is no recipe is no setting, assignment or end of one either.
fn is_nothing(line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or("");
    let is_setting = matches!(word, "set" | "export" | "unexport" | "alias" | "import" | "import?" | "mod" | "mod?");
    !line.contains(":=") && !is_setting && !line.starts_with([')', '}', ']'])
}

/// `@name param='x' *rest: need (other "x")`; assignments and settings are no recipes.
fn header(line: &str, at: usize) -> Option<Recipe> {
    let quiet = usize::from(line.starts_with('@'));
    let end = line[quiet..].find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).map_or(line.len(), |end| quiet + end);
    let name = &line[quiet..end];
    let colon = line.find(':')?;
    if name.is_empty() || line[colon..].starts_with(":=") || matches!(name, "set" | "export" | "alias" | "import" | "mod") {
        return None;
    }
    let needs = line[colon + 1..].split('#').next().unwrap_or("").split("&&").next().unwrap_or("");
    let is_name = |word: &&str| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    Some(Recipe {
        name: name.to_owned(),
        at: at + quiet,
        needs: needs.split_whitespace().filter(is_name).map(ToOwned::to_owned).collect(),
        body: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn commands_of_recipes() {
        let text = "set shell := ['bash', '-c']\nversion := \"1\"\n# runs\ntest *args: deps\n    @npm install {{ args }}\n    cd web && \\\n      npm install\n\n@deps:\n    pip install black\nother:\n    #!/usr/bin/env bash\n    cd x\n    uv sync\npy:\n    #!/usr/bin/env python3\n    pip install x\n";
        let facts = read_alone(&READER, "justfile", text).facts;
        let steps: Vec<String> = facts
            .steps
            .iter()
            .map(|step| format!("{}: {} in {}", step.job, step.command, step.directory.known().map_or("?", |text| text)))
            .collect();
        assert_eq!(
            steps,
            [
                "test: just deps in ",
                "test: npm install $xxxxxxxxx in ",
                "test: npm install in web",
                "deps: pip install black in ",
                "other: uv sync in x",
            ]
        );
        for hostile in ["{{", ":\n  x\n", "a:\n  {{ b\n", "\u{e9}: x\n  @\n"] {
            let _ = read_alone(&READER, "justfile", hostile);
        }
    }
}
