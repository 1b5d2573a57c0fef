//! Tables of cases.

use super::READER;
use crate::facts::{Count, Facts};
use crate::read::read_alone;
use crate::value::{State, Value};

fn shown(text: &str) -> Vec<String> {
    rows(&read_alone(&READER, "svc/Dockerfile", text).facts)
}

fn rows(facts: &Facts) -> Vec<String> {
    let known = |value: &Value<String>| value.known().cloned().unwrap_or_else(|| "?".to_owned());
    let level = |value: &Value<Count>| match &value.state {
        State::Known(level) => format!("P{}", level.0),
        _ => "?".to_owned(),
    };
    let mut rows = Vec::new();
    rows.extend(facts.images.iter().map(|fact| format!("{} {} {}", fact.role, known(&fact.reference), level(&fact.level))));
    rows.extend(facts.toolchains.iter().map(|fact| {
        format!("{} {} {} {}", fact.phase, fact.tool, known(&fact.stated), level(&fact.level))
    }));
    rows.extend(facts.steps.iter().filter(|fact| fact.call.is_none()).map(|fact| {
        let what = if fact.remote_script { "remote".to_owned() } else { known(&fact.lock_use) };
        format!("{}: {} {what} in {}", fact.job, fact.command, known(&fact.directory))
    }));
    rows.extend(facts.problems.iter().map(|fact| format!("problem {}: {}", fact.trouble, fact.explanation)));
    rows
}

#[test]
fn stages_and_images() {
    let cases: &[(&str, &[&str])] = &[
        ("FROM python:3.12-slim\n", &["base python:3.12-slim P3", "image python 3.12 P3"]),
        (
            "ARG PY=3.12\nFROM node:20 AS web\nFROM python:${PY}-slim AS base\nFROM base\nCOPY --from=web /x /x\nCOPY --from=ghcr.io/astral-sh/uv:0.9.7 /uv /bin/\n",
            &[
                "build node:20 P2",
                "base python:3.12-slim P3",
                "tool ghcr.io/astral-sh/uv:0.9.7 P4",
                "image-builder node 20 P2",
                "image python 3.12 P3",
                "image-builder uv 0.9.7 P4",
            ],
        ),
        ("ARG BASE\nFROM ${BASE}\n", &["base ? ?"]),
        ("FROM ${BASE:-debian:bookworm}\n", &["base debian:bookworm P2"]),
        ("FROM --platform=$BUILDPLATFORM golang:1.22 AS b\nFROM scratch\nCOPY --from=b /a /a\n", &["build golang:1.22 P3", "image-builder go 1.22 P3"]),
        ("FROM Alpine:3.20 AS Tools\nFROM tools\n", &["base Alpine:3.20 P3"]),
        ("FROM a:1\nRUN --mount=type=bind,from=ghcr.io/o/t:1.2.3,source=/x true\n", &["base a:1 P2", "tool ghcr.io/o/t:1.2.3 P4"]),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(text), *expected, "{text}");
    }
}

const FOREIGN: &str = "problem shell: its commands for PowerShell or cmd are not read";

#[test]
fn commands() {
    let cases: &[(&str, &[&str])] = &[
        (
            "FROM a:1.2.3 AS build\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync\n",
            &["base a:1.2.3 P4", "build: uv sync may-rewrite in svc"],
        ),
        (
            "FROM a:1.2.3\nWORKDIR /app\nCOPY . .\nWORKDIR /app/web\nRUN npm install && \\\n  # why\n\n  npm run build\n",
            &["base a:1.2.3 P4", "0: npm install may-rewrite in svc/web"],
        ),
        (
            "FROM a:1.2.3\nWORKDIR /web\nCOPY web/package.json .\nRUN npm ci\n",
            &["base a:1.2.3 P4", "0: npm ci proves in svc/web"],
        ),
        ("FROM a:1.2.3\nRUN [\"npm\", \"install\", \"-g\", \"x\"]\n", &["base a:1.2.3 P4", "0: npm install -g x installs in svc"]),
        ("FROM a:1.2.3\nRUN <<EOF\npip install x\nEOF\n", &["base a:1.2.3 P4", "0: pip install x installs in svc"]),
        ("FROM a:1.2.3\nRUN python3 <<EOF\nimport pip\nEOF\n", &["base a:1.2.3 P4"]),
        ("FROM a:1.2.3\nONBUILD RUN pip install x\n", &["base a:1.2.3 P4", "0: pip install x installs in svc"]),
        ("FROM a:1.2.3\nENV CI=1\nRUN pnpm install\n", &["base a:1.2.3 P4", "0: pnpm install proves in svc"]),
        ("FROM a:1.2.3\nENV UV_FROZEN=1 X=\"a b\"\nRUN uv sync\n", &["base a:1.2.3 P4", "0: uv sync uses in svc"]),
        (
            "FROM a:1.2.3\nRUN curl -sSL https://get.example.com/i.sh | sh\n",
            &["base a:1.2.3 P4", "0: curl -sSL https://get.example.com/i.sh | sh remote in ?"],
        ),
        ("FROM a:1.2.3\nSHELL [\"powershell\", \"-c\"]\nRUN npm install\n", &["base a:1.2.3 P4", FOREIGN]),
        ("# escape=`\nFROM a:1.2.3\nRUN npm install `\n -g x\n", &["base a:1.2.3 P4", FOREIGN]),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(text), *expected, "{text}");
    }
}

#[test]
fn what_is_not_understood_is_a_problem_and_images_are_found_still() {
    let text = "FROM a:1\nRUM x\nFROM b:2 AS last\nCOPY --from=c:3 /x /x\n";
    let found = shown(text);
    assert_eq!(found[..3], ["build a:1 P2", "base b:2 P2", "tool c:3 P2"]);
    assert!(found[3].starts_with("problem syntax: the Dockerfile is not understood"), "{found:?}");
    assert!(shown("").iter().any(|row| row.starts_with("problem")));
    let deep = "ONBUILD ".repeat(50_000);
    assert!(!shown(&format!("FROM a:1\n{deep}RUN x\n")).is_empty());
}
