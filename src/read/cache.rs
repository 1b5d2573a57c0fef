//! Caches of jobs: what they keep, and whether their key changes with a lockfile. Shared by the readers of CI definitions.

use super::{File, Output};
use crate::facts::{Cache, Count};
use crate::syntax::Node;
use crate::value::Value;

/// More paths than this in one cache are not written by people.
const MOST: usize = 200;

/// Ends of paths that hold an installed environment; what is below them, and what is only downloaded, is none.
const ENVIRONMENTS: &[&str] =
    &[".venv", "venv", "node_modules", "site-packages", "vendor/bundle", ".tox", ".nox", "env.pythonLocation }}"];

/// Parts of the names of files that say which packages are installed.
const LOCKS: &[&str] =
    &["lock", "requirements", "go.sum", "shrinkwrap", "constraints", "environment.yml", "package.resolved"];

/// Names of the files that say what is asked for.
const MANIFESTS: &[&str] =
    &["package.json", "pyproject.toml", "setup.py", "setup.cfg", "pipfile", "gemfile", "tox.ini", "noxfile.py"];

/// Notes a cache by its key and what it keeps: one path, a list, or lines of a text.
pub(crate) fn note(
    file: &File<'_>,
    output: &mut Output,
    job: &str,
    key: Node<'_>,
    keyed_by: &[String],
    paths: Node<'_>,
) {
    let texts = paths.scalar().into_iter().chain(paths.items().filter_map(Node::scalar));
    let paths: Vec<String> = texts
        .flat_map(str::lines)
        .map(str::trim)
        .filter(|path| !path.is_empty())
        .map(ToOwned::to_owned)
        .take(MOST)
        .collect();
    let is_environment = |path: &&String| {
        let path = path.trim_end_matches(['/', '*']);
        ENVIRONMENTS
            .iter()
            .any(|end| path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with(['/', ' '])))
    };
    let environments = paths.iter().filter(is_environment).cloned().collect();
    let place = Some(key.span());
    let by_step =
        keyed_by.iter().any(|text| ["steps.", "needs.", ".outputs.", "inputs."].iter().any(|mark| text.contains(mark)));
    let naming = |parts: &[&str]| {
        let names = |text: &&String| parts.iter().any(|part| text.to_ascii_lowercase().contains(part));
        i64::try_from(keyed_by.iter().filter(names).count()).unwrap_or(i64::MAX)
    };
    let count = naming(LOCKS);
    let by_commit = keyed_by.iter().any(|text| {
        ["github.sha", "run_id", "CI_COMMIT_SHA", "CI_PIPELINE_ID", ".Revision"].iter().any(|mark| text.contains(mark))
    });
    output.facts.add(Cache {
        header: file.part(&format!("{job}: cache {}", paths.first().map_or("", |path| path)), key.span()),
        job: job.to_owned(),
        key: Value::written(keyed_by.join(" "), key.span()),
        paths,
        environments,
        lock_count: match (by_step, count) {
            (true, 0) => Value::unknown("an earlier step makes the key", place),
            (_, count) => Value { span: place, ..Value::derived(Count(count)) },
        },
        manifest_count: Count(naming(MANIFESTS)),
        lockfile_count: Count(0),
        by_commit,
    });
}
