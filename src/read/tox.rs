//! tox.ini: the versions of Python its environments are for, and the commands of those that a job runs.

use super::{Claim, File, Output, Reader};
use crate::facts::{ImageBuild, Task, Toolchain};
use crate::path;
use crate::steps::{Job, Script};
use crate::syntax::ini::{self, Line, Section, Setting};
use crate::syntax::places::Places;

/// Reads tox.ini.
pub const READER: Reader = Reader { name: "tox", role: "configuration", claims, read };

/// Settings that list environments, and those that name the interpreter of one.
const LISTS: &[&str] = &["envlist", "env_list"];
const INTERPRETERS: &[&str] = &["basepython", "base_python"];

/// More environments than this are not written by people.
const MOST: usize = 200;

fn claims(path: &str) -> Claim {
    let is_named = path::file_name(path) == "tox.ini";
    if is_named { Claim::IfContains(&["envlist", "env_list", "basepython", "base_python"]) } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    for section in ini::sections(file.text) {
        let environment =
            if section.name == "testenv" { Some("testenv") } else { section.name.strip_prefix("testenv:") };
        if section.name == "tox" {
            listed(file, &section, output);
        }
        if let Some(setting) = section.get("dockerfile").filter(|_| section.name.starts_with("docker:")) {
            built(file, setting, output);
        }
        if let Some(name) = environment {
            let place = file.span(section.at.clone());
            output.facts.add(Task::new(file.part(name, place), "tox", name));
            output.facts.steps.extend(commands(file, name, &section));
            for line in INTERPRETERS.iter().filter_map(|key| section.get(key)?.line()) {
                state(file, line.text, &line, output);
            }
        }
    }
}

fn commands(file: &File<'_>, name: &str, section: &Section<'_>) -> Vec<crate::facts::Step> {
    let mut job = Job::new(file.path, "tox", name, true);
    for line in section.get("deps").into_iter().flat_map(|setting| &setting.lines) {
        install(file, &mut job, line);
    }
    let keys = ["commands_pre", "commands", "commands_post"];
    for line in keys.iter().filter_map(|key| section.get(key)).flat_map(|setting| &setting.lines) {
        // A sign before a command says what becomes of its failure.
        let text = line.text.trim_start_matches(['-', '!']).trim_start();
        if !text.is_empty() {
            run(file, &mut job, line.at.end - text.len(), text);
        }
    }
    job.finish()
}

/// The Dockerfile of a container for tests: `dockerfile = {toxinidir}/docker/Dockerfile` of tox-docker.
fn built(file: &File<'_>, setting: &Setting<'_>, output: &mut Output) {
    let Some(line) = setting.line() else { return };
    let named = ["{toxinidir}", "{tox_root}"].iter().fold(line.text, |text, root| text.strip_prefix(root).unwrap_or(text));
    if let Some(dockerfile) = path::join(file.directory(), named.trim_start_matches('/')) {
        output.facts.add(ImageBuild::of(file.part(named, file.span(line.at)), "tox", dockerfile));
    }
}

/// A line of `deps`, which tox hands to pip: `pytest`, `-r requirements.txt`, `py312: numpy`.
fn install(file: &File<'_>, job: &mut Job, line: &Line<'_>) {
    let is_factor = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_,!{}. ".contains(&byte));
    let wanted = line.text.split_once(':').filter(|(factor, rest)| is_factor(factor) && !rest.starts_with('/'));
    let wanted = wanted.map_or(line.text, |(_, rest)| rest).trim();
    // What stands in braces is put in by tox; a condition behind `;` is no word of a shell.
    let requirement = wanted.split([';', '#']).next().unwrap_or(wanted).trim();
    if requirement.is_empty() || requirement.contains(['{', '\'', '"']) {
        return;
    }
    let option = requirement.starts_with('-');
    let text = if option { format!("pip install {requirement}") } else { format!("pip install '{requirement}'") };
    let places = Places::verbatim(file.span(line.at.clone()), 0, 0);
    let directory = Ok(file.directory().to_owned());
    let script = Script::plain(&text, &places, directory);
    let _understood = job.run(&script);
}

fn run(file: &File<'_>, job: &mut Job, from: usize, text: &str) {
    let script_text: String = text.chars().map(|c| if matches!(c, '{' | '}') { 'x' } else { c }).collect();
    let places = Places::verbatim(file.span(from..from + text.len()), from, text.len());
    let directory = Ok(file.directory().to_owned());
    let script = Script::plain(&script_text, &places, directory);
    // tox has words of its own, which no shell understands; such a command is none of those that are known here.
    let _not_understood = job.run(&script);
}

/// The versions of Python in a list of environments: `py{39,312}-django{4,5}, lint`.
fn listed(file: &File<'_>, section: &Section<'_>, output: &mut Output) {
    let lines = LISTS.iter().filter_map(|key| section.get(key)).flat_map(|setting| &setting.lines);
    for line in lines {
        for environment in split(line.text).iter().flat_map(|item| expanded(item)).take(MOST) {
            for factor in environment.split('-') {
                state(file, factor, line, output);
            }
        }
    }
}

/// Adds the version that a factor names (`py312`, `py3.12`, `python3.12`), once.
fn state(file: &File<'_>, factor: &str, line: &Line<'_>, output: &mut Output) {
    let Some(version) = version(factor) else { return };
    let name = format!("tox {version}");
    let place = file.span(line.at.clone());
    let header = file.part(&name, place);
    if output.facts.toolchains.iter().any(|known| known.header.name == header.name) {
        return;
    }
    let fact = Toolchain::selecting(header, "python", &version, place);
    output.facts.add(Toolchain { role: "enumerate".to_owned(), phase: "ci".to_owned(), enumerated: true, ..fact });
}

fn version(factor: &str) -> Option<String> {
    let digits = factor.strip_prefix("python").or_else(|| factor.strip_prefix("py"))?;
    match digits.split_once('.') {
        Some((major, minor)) => {
            (is_number(major) && is_number(minor)).then(|| digits.to_owned())
        }
        None => digits.strip_prefix('3').filter(|minor| is_number(minor)).map(|minor| format!("3.{minor}")),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The items of a list, at the commas that stand outside of braces.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut items) = (0_usize, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                items.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    items.push(text[from..].trim());
    items
}

/// `py{39,310}-x` as `py39-x` and `py310-x`.
fn expanded(item: &str) -> Vec<String> {
    let mut done = vec![String::new()];
    let mut rest = item;
    while let Some((before, inside, after)) =
        rest.split_once('{').and_then(|(before, tail)| tail.split_once('}').map(|(inside, after)| (before, inside, after)))
    {
        let each = |head: &String| {
            let choices = inside.split(',').map(|choice| format!("{head}{before}{}", choice.trim()));
            choices.collect::<Vec<_>>()
        };
        done = done.iter().flat_map(each).take(MOST).collect();
        rest = after;
    }
    done.into_iter().map(|head| head + rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, read_alone};

    #[test]
    fn containers_for_tests() {
        let text = "[tox]\nenv_list = py312\n[docker:search]\ndockerfile = {toxinidir}/docker/Dockerfile.search\n";
        let facts = read_alone(&READER, "tox.ini", text).facts;
        let rows: Vec<_> = facts.image_builds.iter().map(|one| format!("{} {}", one.builder, one.dockerfile)).collect();
        assert_eq!(rows, ["tox docker/Dockerfile.search"]);
    }

    #[test]
    fn commands_of_environments() {
        let text = "[tox]\nenvlist = py312\n[testenv]\ndeps =\n    pytest\n    py312: numpy==2.1; python_version > '3'\n    -r requirements.txt\n    {toxinidir}/x\ncommands =\n    # first\n    - uv sync\n\n# last\n    pytest {posargs}\n[testenv:lint]\ncommands = pip install black\n[flake8]\ncommands = pip install no\n";
        let facts = read_alone(&READER, "tox.ini", text).facts;
        let steps: Vec<String> = facts.steps.iter().map(|step| format!("{}: {}", step.job, step.command)).collect();
        assert_eq!(
            steps,
            [
                "testenv: pip install pytest",
                "testenv: pip install numpy==2.1",
                "testenv: pip install -r requirements.txt",
                "testenv: uv sync",
                "testenv: pytest xposargsx",
                "lint: pip install black",
            ]
        );
        assert_eq!(&text[facts.steps[0].header.span.range()], "pytest");
        assert_eq!(&text[facts.steps[3].header.span.range()], "uv sync");
    }

    #[test]
    fn versions_of_environments() {
        for (text, expected) in [
            ("[tox]\nenvlist = py{39,310}-django{4,5}, lint, pypy3\n", vec!["3.9", "3.10"]),
            ("[tox]\nenv_list =\n    py312\n    py3.13\n    docs\n", vec!["3.12", "3.13"]),
            ("[testenv]\nbasepython = python3.11\n[testenv:lint]\nbasepython = python3\n", vec!["3.11"]),
            ("[tox]\nenvlist = py{39\n", vec![]),
        ] {
            let facts = read_alone(&READER, "tox.ini", text).facts;
            let stated: Vec<_> = facts.toolchains.iter().map(|fact| known(&fact.stated)).collect();
            assert_eq!(stated, expected, "{text}");
        }
    }
}
