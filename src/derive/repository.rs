//! The repository as a whole: what its jobs check when something changes, and what git tracks that it should not.

use std::collections::BTreeSet;

use super::Surroundings;
use crate::facts::{Count, Facts, Header, Repository, Step, Stray};
use crate::path;
use crate::sample::is_sample;
use crate::source::Span;
use crate::value::Value;

/// Actions that lint by themselves: parts of their names.
const LINTING: &[&str] =
    &["lint", "pre-commit", "ruff", "zizmor", "prettier", "clippy", "prek", "codespell", "typos", "shellcheck"];

/// Notes what there is to say of the repository as a whole.
pub(super) fn note(facts: &mut Facts, around: Surroundings<'_>) {
    let Some(header) = header(facts) else { return };
    let jobs: BTreeSet<(&str, &str)> = changing(facts).map(|step| (&*step.header.path, step.job.as_str())).collect();
    let has_ci = facts.steps.iter().any(Step::is_in_ci) || !facts.actions.is_empty();
    let unread = facts.problems.iter().find(|problem| problem.trouble == "service");
    let unread = unread.map(|problem| problem.explanation.clone());
    let unseen = unread.clone().or_else(|| unseen(facts));
    let count = |kind: &str| {
        let own = changing(facts).filter(|step| step.checks == kind).count();
        let by_action = if kind == "lint" {
            let actions = facts.actions.iter().filter(|action| LINTING.iter().any(|part| action.action.contains(part)));
            // pre-commit.ci runs the hooks on every pull request.
            actions.count() + facts.update_entries.iter().filter(|entry| entry.bot == "pre-commit.ci").count()
        } else {
            0
        };
        let all = Count(i64::try_from(own + by_action).unwrap_or(i64::MAX));
        match (&unseen, all) {
            _ if !has_ci && unread.is_none() => Value::absent(),
            (Some(reason), Count(0)) => Value::unknown(reason.clone(), None),
            (_, all) => Value::derived(all),
        }
    };
    let mut bots: BTreeSet<String> = facts.update_entries.iter().map(|entry| entry.bot.clone()).collect();
    let moves = |step: &Step| {
        step.purpose == "update"
            || (step.trigger == "schedule" && step.lock_use.known().is_some_and(|word| word == "rewrites"))
    };
    if facts.steps.iter().any(moves) || facts.actions.iter().any(|action| action.action.contains("renovate")) {
        bots.insert("workflow".to_owned());
    }
    let images = facts.images.iter().filter(|image| image.role == "base" && !is_sample(&image.header.path)).count();
    let number = |count: usize| Count(i64::try_from(count).unwrap_or(i64::MAX));
    let repository = Repository {
        bots: bots.into_iter().collect(),
        lockfile_count: number(facts.lockfiles.iter().filter(|one| !is_sample(&one.header.path)).count()),
        manifest_count: number(facts.manifests.iter().filter(|one| !is_sample(&one.header.path)).count()),
        jobs: match &unread {
            _ if has_ci => Value::derived(number(jobs.len())),
            Some(reason) => Value::unknown(reason.clone(), None),
            None => Value::absent(),
        },
        lints: count("lint"),
        tests: count("test"),
        smokes: count("smoke"),
        deployables: number(facts.lambdas.len() + images),
        documented: documented(facts, around),
        header,
    };
    facts.add(repository);
    strays(facts, around);
}

/// The first definition of CI, else the first manifest.
fn header(facts: &Facts) -> Option<Header> {
    let ci = facts
        .steps
        .iter()
        .filter(|step| step.is_in_ci())
        .map(|step| &step.header)
        .chain(facts.actions.iter().map(|action| &action.header));
    let ci = ci.filter(|header| !is_sample(&header.path)).min_by_key(|header| header.path.clone());
    let first = ci.or_else(|| {
        facts
            .manifests
            .iter()
            .map(|one| &one.header)
            .min_by_key(|header| (header.path.matches('/').count(), header.path.clone()))
    })?;
    let span = Span::top(first.span.source);
    Some(Header::new(&first.path, "repository", span))
}

/// How many commands the documents of the repository as a whole have.
fn documented(facts: &Facts, around: Surroundings<'_>) -> Value<Count> {
    let is_document = |path: &str| {
        let name = path::file_name(path).to_ascii_lowercase();
        matches!(path::directory(path), "" | ".github") && matches!(name.as_str(), "readme.md" | "contributing.md")
    };
    if !around.files.paths.iter().any(|path| is_document(path)) {
        return Value::absent();
    }
    let own = facts.instructions.iter().filter(|one| is_document(&one.header.path));
    Value::derived(Count(i64::try_from(own.count()).unwrap_or(i64::MAX)))
}

/// Commands of jobs that run when something changes.
fn changing(facts: &Facts) -> impl Iterator<Item = &Step> {
    facts.steps.iter().filter(|step| step.trigger == "change" && step.is_in_ci())
}

/// A job that runs something which is not seen here.
fn unseen(facts: &Facts) -> Option<String> {
    let workflow = facts.actions.iter().find(|action| action.action.contains("/.github/workflows/"));
    if let Some(action) = workflow {
        return Some(format!("`{}` runs what is not seen here", action.uses));
    }
    let reached: BTreeSet<usize> =
        facts.steps.iter().filter_map(|step| step.reached_by.map(crate::facts::Link::index)).collect();
    let lost = facts.steps.iter().enumerate().find(|(at, step)| step.call.is_some() && !reached.contains(at));
    if let Some((_, step)) = lost {
        return Some(format!("`{}` runs what is not seen here", step.command));
    }
    let include = facts.includes.iter().find(|include| {
        matches!(include.form.as_str(), "project" | "remote" | "template" | "component" | "orb" | "repository")
    });
    include.map(|include| format!("`{}` brings what is not seen here", include.source))
}

/// Settings that differ between machines are strays only where git tracks them.
fn strays(facts: &mut Facts, around: Surroundings<'_>) {
    let Some(tracked) = &around.files.tracked else { return facts.strays.clear() };
    let is_tracked = |stray: &Stray| tracked.contains(&stray.place) && !is_sample(&stray.place);
    facts.strays.retain(|stray| stray.form != "settings" || is_tracked(stray));
}
