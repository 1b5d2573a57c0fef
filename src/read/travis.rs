//! Travis CI: the versions of runtimes that its lists try, and the commands of all phases
//! (<https://docs.travis-ci.com/user/job-lifecycle/>, read 2026-11-30).

use super::pipeline::{MOST, Running, Variables, document, lines, loaded_as, run};
use super::{Claim, File, Output, Reader};
use crate::facts::Toolchain;
use crate::steps::{Job, Purpose};
use crate::syntax::Node;

/// Reads the definitions of Travis CI.
pub const READER: Reader = Reader { name: "travis", role: "workflow", claims, read };

/// The phases of a job, in the order in which they run.
const PHASES: &[&str] = &[
    "before_install", "install", "before_script", "script", "after_success", "before_deploy", "after_deploy", "after_script",
];

/// Keys that name versions of a runtime.
const RUNTIMES: &[(&str, &str)] = &[
    ("python", "python"),
    ("node_js", "node"),
    ("rvm", "ruby"),
    ("ruby", "ruby"),
    ("go", "go"),
    ("rust", "rust"),
    ("php", "php"),
    ("jdk", "java"),
    ("dotnet", "dotnet"),
];

fn claims(path: &str) -> Claim {
    if path == ".travis.yml" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(tree) = document(file, &READER, output) else { return };
    let root = tree.root();
    runtimes(file, "all jobs", root, output);
    job(file, "all jobs", root, root, output);
    let listed = ["jobs", "matrix"].into_iter().filter_map(|key| root.at(&[key, "include"]));
    for (at, own) in listed.flat_map(Node::items).take(MOST).enumerate() {
        let title = ["name", "stage"].iter().find_map(|key| own.get(key).and_then(Node::scalar));
        let name = title.map_or_else(|| format!("job {}", at + 1), |title| format!("job {}: {title}", at + 1));
        runtimes(file, &name, own, output);
        if PHASES.iter().any(|phase| own.get(phase).is_some()) {
            job(file, &name, own, root, output);
        }
    }
}

/// The versions that a job, or each of several jobs, runs in. YAML takes `3.10` for a number here as everywhere.
fn runtimes(file: &File<'_>, name: &str, node: Node<'_>, output: &mut Output) {
    for (key, tool) in RUNTIMES {
        let Some(stated) = node.get(key) else { continue };
        let mut versions = Vec::new();
        lines(stated, &mut versions);
        for version in &versions {
            let text = version.scalar().unwrap_or("");
            let header = file.part(&format!("{name}: {tool} {text}"), version.span());
            let fact = Toolchain::selecting(header, tool, text, version.inner_span());
            let role = if versions.len() > 1 { "enumerate" } else { "select" };
            output.facts.add(Toolchain {
                phase: "ci".to_owned(),
                surface: (*key).to_owned(),
                scope: String::new(),
                role: role.to_owned(),
                enumerated: versions.len() > 1,
                loaded_as: loaded_as(*version),
                ..fact
            });
        }
    }
}

/// The commands of a job. What the root sets for all of them counts too.
fn job(file: &File<'_>, name: &str, own: Node<'_>, root: Node<'_>, output: &mut Output) {
    let mut job = Job::new(file.path, "travis", name, true);
    job.is_named(name);
    if own.get("deploy").is_some() {
        job.is_for(Purpose::Release);
    }
    for (variable, value) in Variables::default().and(root.at(&["env", "global"])).iter() {
        job.set(variable, value);
    }
    for phase in PHASES {
        let mut nodes = Vec::new();
        for node in [own.get(phase), own.at(&["deploy", "script"]).filter(|_| *phase == "after_deploy")].into_iter().flatten() {
            lines(node, &mut nodes);
        }
        let how = Running { optional: phase.starts_with("after"), ..Running::at_root() };
        run(file, &READER, output, &mut job, &nodes, how);
    }
    output.facts.steps.extend(job.finish());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, level, read_alone};

    #[test]
    fn runtimes_and_commands() {
        let text = "language: python\npython: [3.10, '3.12']\ninstall:\n  - pip install -r requirements.txt\nscript: npm install && pytest\njobs:\n  include:\n    - stage: deploy\n      node_js: 20.11.1\n      script:\n        - uv sync\n      deploy: { provider: pypi }\n";
        let facts = read_alone(&READER, ".travis.yml", text).facts;
        assert!(facts.problems.is_empty(), "{:?}", facts.problems);
        let mut rows: Vec<String> = facts
            .toolchains
            .iter()
            .map(|one| format!("{} {} {} {} {}", one.tool, known(&one.stated), level(&one.level), one.role, known(&one.loaded_as)))
            .collect();
        rows.extend(facts.steps.iter().map(|one| format!("{}: {} {} for {}", one.job, one.command, known(&one.lock_use), one.purpose)));
        assert_eq!(
            rows,
            [
                "python 3.10 3 enumerate 3.1",
                "python 3.12 3 enumerate -",
                "node 20.11.1 4 select -",
                "all jobs: pip install -r requirements.txt uses for check",
                "all jobs: npm install may-rewrite for check",
                "all jobs: pytest none for check",
                "job 1: deploy: uv sync may-rewrite for release",
            ]
        );
    }
}
