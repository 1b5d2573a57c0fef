//! Templates to the commands in CI that build, try and deploy their functions.

use std::collections::BTreeMap;

use crate::facts::{Facts, Link, Step, Template};
use crate::path;
use crate::value::{State, Value};

/// The part that a command plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Build,
    Try,
    Deploy,
}

/// Fills in what CI does with each template.
pub(super) fn join(facts: &mut Facts) {
    let steps: Vec<(Link<Step>, Part)> =
        facts.all::<Step>().filter_map(|(link, step)| Some((link, part(step)?))).collect();
    if steps.is_empty() {
        return;
    }
    let settings: BTreeMap<&str, bool> = facts
        .fragments
        .iter()
        .filter(|fragment| fragment.role == "samconfig")
        .map(|fragment| (path::directory(&fragment.header.path), asks_for_container(fragment)))
        .collect();
    let mut joined = Vec::new();
    for (link, template) in facts.all::<Template>().filter(|(_, template)| !template.generated) {
        let home = path::directory(&template.header.path);
        let own: Vec<&(Link<Step>, Part)> =
            steps.iter().filter(|(step, _)| works_on(&facts[*step], template, home)).collect();
        let of = |wanted: Part| own.iter().find(|(_, part)| *part == wanted).map(|(step, _)| *step);
        let build = of(Part::Build);
        let by_command = build.map(|step| in_container(&facts[step].command));
        let by_settings = settings.get(home).copied().unwrap_or(false);
        let system =
            build.map_or_else(Value::absent, |step| facts[step].machine.clone().try_map(|label| system(&label)));
        joined.push((
            link,
            build,
            by_command.map(|by_command| by_command || by_settings),
            system,
            of(Part::Deploy),
            own.iter().any(|(_, part)| *part == Part::Try),
        ));
    }
    for (link, build, container, system, deploy, tried) in joined {
        let template = &mut facts[link];
        template.build_step = build;
        template.container_build = container.map_or_else(Value::absent, Value::derived);
        template.build_system = system;
        template.deploy_step = deploy;
        template.tried_locally = Value::derived(tried);
    }
}

fn part(step: &Step) -> Option<Part> {
    let words: Vec<&str> = step.command.split(' ').collect();
    match (step.tool.as_str(), words.get(1..)?) {
        ("sam", ["build", ..]) | ("serverless", ["package", ..]) => Some(Part::Build),
        ("sam", ["local", ..]) | ("serverless", ["invoke", "local", ..]) | ("chalice", ["local", ..]) => {
            Some(Part::Try)
        }
        ("sam", ["deploy" | "sync", ..]) | ("serverless" | "chalice", ["deploy", ..]) => Some(Part::Deploy),
        _ => None,
    }
}

/// Whether a command is about a template: run in its directory, or somewhere that is known only when it runs.
fn works_on(step: &Step, template: &Template, home: &str) -> bool {
    let is_tool = match step.tool.as_str() {
        "sam" => matches!(template.surface.as_str(), "sam" | "cloudformation"),
        tool => tool == template.surface,
    };
    is_tool
        && match &step.directory.state {
            State::Known(directory) => directory == home,
            _ => true,
        }
}

fn in_container(command: &str) -> bool {
    command.split(' ').any(|word| matches!(word, "--use-container" | "-u"))
}

fn asks_for_container(settings: &crate::facts::Fragment) -> bool {
    settings.document.root().entries().iter().any(|environment| {
        let asked = ["build", "global"].map(|command| environment.value.at(&[command, "parameters", "use_container"]));
        asked.into_iter().flatten().any(|node| node.bool() == Some(true))
    })
}

/// The system behind the label of a hosted machine (GitHub documentation, "Choosing the runner for a job", read 2026-11-23).
fn system(label: &str) -> Result<String, String> {
    let name = label.to_ascii_lowercase();
    let system = match () {
        () if name.starts_with("ubuntu-") && name.contains("arm") => "linux-arm64",
        () if name.starts_with("ubuntu-") => "linux-x86_64",
        () if name.starts_with("macos-") => "macos",
        () if name.starts_with("windows-") => "windows",
        () => return Err(format!("`{label}` is not a hosted machine")),
    };
    Ok(system.to_owned())
}
