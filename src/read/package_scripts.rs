//! Scripts of a package.json that a job or image runs.

use super::{Claim, File, Output, Reader};
use crate::facts::Task;
use crate::lock_use::Call;
use crate::steps::{Job, Script};
use crate::syntax::places::Places;
use crate::syntax::{Node, json};

/// Reads the scripts of package.json when a command asks for them.
pub const READER: Reader = Reader { name: "package_scripts", role: "manifest", claims: |_| Claim::No, read };

/// More scripts than this are not written by people.
const MOST: usize = 1_000;

fn read(file: &File<'_>, output: &mut Output) {
    // What is wrong with the file is said by its own reader.
    let Ok(tree) = json::parse(file.source, file.text) else { return };
    let root = tree.root();
    let names: Vec<&str> =
        root.get("scripts").map(Node::entries).unwrap_or_default().iter().filter_map(|entry| entry.key.text()).take(MOST).collect();
    let mut unread = None;
    for entry in root.get("scripts").map(Node::entries).unwrap_or_default().into_iter().take(MOST) {
        let (Some(name), Some(text)) = (entry.key.text(), entry.value.text()) else { continue };
        output.facts.add(Task::new(file.part(&format!("scripts.{name}"), entry.key.span()), "package-script", name));
        let mut job = Job::new(file.path, "package-script", name, true);
        let before = format!("pre{name}");
        if names.contains(&before.as_str()) {
            let call = Call { runner: "package-script", names: vec![before], directory: String::new(), file: None };
            job.after(call, file.directory(), entry.key.span());
        }
        let places = Places::of(entry.value);
        let directory = Ok(file.directory().to_owned());
        let script = Script::plain(text, &places, directory);
        if job.run(&script).is_err() {
            unread.get_or_insert(entry.value.span());
        }
        output.facts.steps.extend(job.finish());
    }
    if let Some(place) = unread {
        output.problem(file, &READER, "script", "it has a script that is not understood".to_owned(), place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn commands_of_scripts() {
        let text = r#"{"scripts": {"pretest": "npm install", "test": "npm run lint && npx jest", "lint": "cd web && uv sync", "x": 1}}"#;
        let facts = read_alone(&READER, "web/package.json", text).facts;
        let steps: Vec<String> = facts
            .steps
            .iter()
            .map(|step| format!("{}: {} in {}", step.job, step.command, step.directory.known().map_or("?", |text| text)))
            .collect();
        assert_eq!(
            steps,
            [
                "pretest: npm install in web",
                "test: package-script pretest in web",
                "test: npm run lint in web",
                "test: npx jest in web",
                "lint: uv sync in web/web",
            ]
        );
    }
}
