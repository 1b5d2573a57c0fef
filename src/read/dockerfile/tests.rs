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
        // What serves developers or tests is no base of what is deployed, unless that takes something from it.
        (
            "FROM node:22 AS base\nFROM base AS dev\nFROM node:20 AS test\nFROM node:18 AS dev-deps\nFROM base AS live\nCOPY --from=dev-deps /x /x\n",
            &[
                "base node:22 P2",
                "tool node:20 P2",
                "build node:18 P2",
                "image node 22 P2",
                "dev node 20 P2",
                "image-builder node 18 P2",
            ],
        ),
        ("FROM node:22 AS live\nFROM live AS dev\n", &["base node:22 P2", "image node 22 P2"]),
        // The platform decides which of the stages it is.
        (
            "FROM team/x:1.0.1 AS amd64\nFROM team/x:1.0.2 AS arm64\nFROM ${TARGETARCH} AS b\nFROM scratch\nCOPY --from=b /x /x\n",
            &["build team/x:1.0.1 P4", "build team/x:1.0.2 P4"],
        ),
        ("FROM build-${TARGETARCH}${TARGETVARIANT}\n", &["base ? ?"]),
        ("FROM billing:latest\n", &["base billing:latest ?"]),
        ("FROM o/a:1\nRUN --mount=type=bind,from=ghcr.io/o/t:1.2.3,source=/x true\n", &["base o/a:1 P2", "tool ghcr.io/o/t:1.2.3 P4"]),
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
            "FROM o/a:1.2.3 AS build\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync\n",
            &["base o/a:1.2.3 P4", "build: uv sync may-rewrite in svc"],
        ),
        (
            "FROM o/a:1.2.3\nWORKDIR /app\nCOPY . .\nWORKDIR /app/web\nRUN npm install && \\\n  # why\n\n  npm run build\n",
            &["base o/a:1.2.3 P4", "0: npm install may-rewrite in svc/web"],
        ),
        (
            "FROM o/a:1.2.3\nWORKDIR /web\nCOPY web/package.json .\nRUN npm ci\n",
            &["base o/a:1.2.3 P4", "0: npm ci proves in svc/web"],
        ),
        ("FROM o/a:1.2.3\nRUN [\"npm\", \"install\", \"-g\", \"x\"]\n", &["base o/a:1.2.3 P4", "0: npm install -g x installs in svc"]),
        ("FROM o/a:1.2.3\nRUN <<EOF\npip install x\nEOF\n", &["base o/a:1.2.3 P4", "0: pip install x installs in svc"]),
        (
            "FROM o/a:1.2.3\nRUN --mount=type=cache,target=/x --network=none <<EOF\nuv sync \\\n  --locked \\\n  $(if [ -z \"$X\" ]; then \\\n echo \"\"; \\\n  fi)\nEOF\nRUN npm ci\n",
            &["base o/a:1.2.3 P4", "0: uv sync --locked $(if [ -z \"$X\" ]; then \\ echo \"\"; \\ fi) proves in svc", "0: npm ci proves in svc"],
        ),
        ("FROM o/a:1.2.3\nRUN --mount=type=cache,target=/x \\\n  <<EOF\nnpm ci\nEOF\n", &["base o/a:1.2.3 P4", "0: npm ci proves in svc"]),
        ("FROM o/a:1.2.3\nRUN --network=none cat <<EOF >x\nnpm ci\nEOF\nRUN npm install\n", &["base o/a:1.2.3 P4", "0: npm install may-rewrite in svc"]),
        ("FROM o/a:1.2.3\nRUN python3 <<EOF\nimport pip\nEOF\n", &["base o/a:1.2.3 P4"]),
        ("FROM o/a:1.2.3\nONBUILD RUN pip install x\n", &["base o/a:1.2.3 P4", "0: pip install x installs in svc"]),
        ("FROM o/a:1.2.3\nENV CI=1\nRUN pnpm install\n", &["base o/a:1.2.3 P4", "0: pnpm install proves in svc"]),
        ("FROM o/a:1.2.3\nENV UV_FROZEN=1 X=\"a b\"\nRUN uv sync\n", &["base o/a:1.2.3 P4", "0: uv sync uses in svc"]),
        (
            "FROM o/a:1.2.3\nRUN curl -sSL https://get.example.com/i.sh | sh\n",
            &["base o/a:1.2.3 P4", "0: curl -sSL https://get.example.com/i.sh | sh remote in ?"],
        ),
        ("FROM o/a:1.2.3\nSHELL [\"powershell\", \"-c\"]\nRUN npm install\n", &["base o/a:1.2.3 P4", FOREIGN]),
        ("# escape=`\nFROM o/a:1.2.3\nRUN npm install `\n -g x\n", &["base o/a:1.2.3 P4", FOREIGN]),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(text), *expected, "{text}");
    }
}

#[test]
fn what_containers_start() {
    for (text, expected) in [
        ("FROM node:22\nCMD [\"npm\", \"run\", \"dev\"]\n", true),
        ("FROM node:22\nCMD npm start\n", false),
        ("FROM node:22\nENTRYPOINT [\"npx\", \"playwright\"]\nCMD [\"test\"]\n", true),
        ("FROM node:22\nENTRYPOINT [\"docker-entrypoint.sh\"]\nCMD [\"nodemon\", \"app.js\"]\n", true),
        ("FROM ruby:3.4\nENV RAILS_ENV=development\nCMD [\"rails\", \"server\"]\n", true),
        ("FROM ruby:3.4\nENV RAILS_ENV=production\nCMD [\"rails\", \"server\"]\n", false),
        ("# Only used for\n# local development.\nFROM node:22\nCMD npm start\n", true),
        ("# For local development and production.\nFROM node:22\nCMD npm start\n", false),
        ("FROM node:22 AS base\nCMD [\"vite\"]\nFROM base\n", true),
        ("FROM node:22 AS web\nCMD [\"vite\"]\nFROM nginx:1.27\n", false),
        ("FROM node:22 AS live\nCMD [\"node\", \"app.js\"]\nFROM live AS dev\nCMD [\"vite\"]\n", false),
    ] {
        let facts = read_alone(&READER, "svc/Dockerfile", text).facts;
        assert_eq!(facts.images.iter().any(|image| image.serves_developers == Some(true)), expected, "{text}");
    }
}

#[test]
fn what_is_not_understood_is_a_problem_and_images_are_found_still() {
    let text = "FROM o/a:1\nRUM x\nFROM o/b:2 AS last\nCOPY --from=o/c:3 /x /x\n";
    let found = shown(text);
    assert_eq!(found[..3], ["build o/a:1 P2", "base o/b:2 P2", "tool o/c:3 P2"]);
    assert!(found[3].starts_with("problem syntax: the Dockerfile is not understood"), "{found:?}");
    assert!(shown("").iter().any(|row| row.starts_with("problem")));
    let deep = "ONBUILD ".repeat(50_000);
    assert!(!shown(&format!("FROM o/a:1\n{deep}RUN x\n")).is_empty());
}
