//! AppVeyor: the commands of its phases, as far as a shell that is read takes them
//! (<https://www.appveyor.com/docs/appveyor-yml/>, read 2026-11-30).

use super::pipeline::{MOST, Running, Variables, document, is_plain, run, unread};
use super::{Claim, File, Output, Reader};
use crate::steps::{Job, Purpose};
use crate::syntax::Node;

/// Reads the definitions of AppVeyor.
pub const READER: Reader = Reader { name: "appveyor", role: "workflow", claims, read };

/// The phases, in the order in which they run.
const PHASES: &[&str] = &[
    "init", "install", "before_build", "build_script", "after_build", "before_test", "test_script", "after_test", "before_deploy",
    "deploy_script", "after_deploy",
];

fn claims(path: &str) -> Claim {
    if matches!(path, "appveyor.yml" | ".appveyor.yml" | "appveyor.yaml") { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(tree) = document(file, &READER, output) else { return };
    let root = tree.root();
    let mut job = Job::new(file.path, "appveyor", "build", true);
    if root.get("deploy").is_some_and(|deploy| deploy.bool() != Some(false) && deploy.scalar() != Some("off")) {
        job.is_for(Purpose::Release);
    }
    for (variable, value) in Variables::default().and(root.get("environment")).iter() {
        job.set(variable, value);
    }
    let on_windows = !machines(root).iter().any(|name| name.starts_with("Ubuntu") || name.starts_with("macos"));
    for phase in PHASES {
        let stated = root.get(phase);
        let listed = stated.into_iter().flat_map(Node::items).chain(stated.filter(|node| node.scalar().is_some()));
        for item in listed.take(MOST) {
            command(file, item, on_windows, &mut job, output);
        }
    }
    output.facts.steps.extend(job.finish());
}

/// A line for the shell of the machine, or `sh:`, `cmd:`, `ps:` and a line.
fn command(file: &File<'_>, item: Node<'_>, on_windows: bool, job: &mut Job, output: &mut Output) {
    let named = ["sh", "cmd", "ps", "pwsh"].into_iter().find_map(|shell| Some((shell, item.get(shell)?)));
    let (shell, node) = named.unwrap_or((if on_windows { "cmd" } else { "sh" }, item));
    let Some(text) = node.scalar().filter(|text| !text.is_empty()) else { return };
    match shell {
        "sh" => {}
        _ if is_plain(text) => {}
        "cmd" => return unread(file, &READER, output, "cmd", node.span()),
        _ => return unread(file, &READER, output, "PowerShell", node.span()),
    }
    run(file, &READER, output, job, &[node], Running::at_root());
}

fn machines<'d>(root: Node<'d>) -> Vec<&'d str> {
    let stated = root.get("image");
    stated.into_iter().flat_map(Node::items).chain(stated).filter_map(Node::scalar).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, read_alone};

    #[test]
    fn commands_by_shell() {
        let text = "environment:\n  UV_FROZEN: 1\ninstall:\n  - npm install\n  - ps: Install-Product node $env:nodejs_version\n  - sh: uv sync\ntest_script:\n  - cmd: pytest\ndeploy: off\n";
        let facts = read_alone(&READER, "appveyor.yml", text).facts;
        let rows: Vec<String> = facts.steps.iter().map(|one| format!("{} {} for {}", one.command, known(&one.lock_use), one.purpose)).collect();
        assert_eq!(rows, ["npm install may-rewrite for check", "uv sync uses for check", "pytest none for check"]);
        let told: Vec<&str> = facts.problems.iter().map(|one| one.explanation.as_str()).collect();
        assert_eq!(told, ["its commands for PowerShell are not read"]);
    }
}
