//! Which runtime, compiler or tool is asked for, how exactly, and where.

use super::field::Count;
use super::table::fact;
use super::{Header, Link};
use crate::source::Span;
use crate::value::Value;
use crate::{path, pin};

fact! {
    /// A statement of the version of a runtime, compiler, package manager or tool.
    Toolchain {
        /// The tool: python, node, rust, go, java, ruby, uv, poetry, pnpm, terraform and so on.
        tool: String,
        /// The version or range, as written, without quotes.
        stated: Value<String>,
        /// How exactly it is stated: 0 unstated, 1 floating, 2 major, 3 minor, 4 exact, 5 by content hash.
        level: Value<Count>,
        /// Whether what the tool brings with it is fixed by its version too: `closed` for one exact release of something that is published whole, `open` when its own dependencies are resolved as it is installed, or it floats itself.
        closure: Value<String>,
        /// What the statement does: select, constrain, target, enumerate, delegate, lock (what a lockfile was resolved for), fix (what a lockfile of tools fixes).
        role: String,
        /// When it counts: dev, ci, docs (builds documentation), hook (what a hook runs in), image-builder (a stage that does not end in the image), image, deploy, aside (an image that is neither deployed nor worked in); `any` for constraints.
        phase: String,
        /// What states it: a version file, a workflow input, a manifest field and so on, as people name it: `.python-version`, `requires-python`, `actions/setup-python`, `the image python:3.12`, `Runtime`.
        surface: String,
        /// The directory it speaks for, from the root; empty for the whole repository.
        scope: String,
        /// For YAML: what a loader makes of an unquoted version: `3.1` for `3.10`. Absent when it is the same text.
        loaded_as: Value<String>,
        /// Whether the statement is one of several that are meant to differ: a matrix, or a job named after it.
        enumerated: bool,
        /// The file it takes the version from, from the root; its origin is `default` when the tool looks there by itself. Absent when it states the version itself.
        delegate: Value<String>,
        /// Whether that file exists. Absent when it states the version itself.
        delegate_exists: Value<bool>,
        /// How many versions of the tool that file names. Absent when it states the version itself, or the file does not exist.
        delegate_count: Value<Count>,
        /// Whether a command chooses it as it runs: `rustup default stable`.
        by_command: bool,
        /// Whether it stands in a Dockerfile whose image nothing in the repository builds and sends out.
        kept_here: bool,
        /// For a job: the version file at the root that says the same word for word. Absent when there is none.
        repeats: Value<String>,
        /// For a job that is told no version: the version file of its directory, or above it, that states one and that the job does not read. Absent when there is none.
        unread: Option<Link<Toolchain>>,
    }
    carried {
        /// Whether its job is known to run no tests.
        untested: bool,
        /// Whether its job or steps run for other repositories too, which have files of their own: a reusable workflow, an action.
        by_caller: bool,
        /// Whether nothing that its job runs works on a project: it installs, builds, tests, reads and releases none.
        apart: bool,
        /// The versions it admits, when they could be worked out.
        versions: Option<crate::version::Intervals>,
    }
}

fact! {
    /// Two statements about one tool that speak of the same project and do not agree. A selection agrees with a demand that admits all of it, and with another selection that shares a version with it.
    ToolchainPair {
        /// The tool.
        tool: String,
        /// The statement that is judged: the one nearer to a machine (deploy, image, image-builder, ci, dev, in this order).
        first: Link<Toolchain>,
        /// The statement it is compared with: a demand, or one of the selections of a phase with none of which the first agrees.
        second: Link<Toolchain>,
        /// How the versions relate: `around` (first admits more), `overlap`, `disjoint`; for targets `above-floor` or `below-floor` of what is demanded; `misses-floor` for the lowest version of a library's matrix that leaves out the oldest one demanded.
        relation: String,
        /// The first part in which they differ when both name one line: major, minor, patch. Absent otherwise.
        distance: Value<String>,
        /// Statements that are judged with it: jobs of CI that say the same as the first, further version files beside the two.
        others: Vec<Link<Toolchain>>,
        /// Lower demands with which the first does not agree either, where the second is the highest of several.
        demands: Vec<Link<Toolchain>>,
    }
}

impl Toolchain {
    /// A statement that selects a version, read by the rules of its tool. It belongs to
    /// development and to the directory of its file until it is told otherwise.
    pub fn selecting(header: Header, tool: &str, text: &str, place: Span) -> Self {
        Self::stating(header, "select", &pin::version::select(pin::version::canonical(tool), text), text, place)
    }

    /// A statement that every selection of a version must satisfy.
    pub fn constraining(header: Header, tool: &str, text: &str, place: Span) -> Self {
        let reading = pin::version::constrain(pin::version::canonical(tool), text);
        Self { phase: "any".to_owned(), ..Self::stating(header, "constrain", &reading, text, place) }
    }

    /// A statement that tells a checker which version the code is written for.
    pub fn targeting(header: Header, tool: &str, surface: &str, text: &str, place: Span) -> Self {
        // Ruff and Black write `py312` for 3.12.
        let digits = text.strip_prefix("py3").filter(|minor| minor.bytes().all(|byte| byte.is_ascii_digit()));
        let version = digits.map_or_else(|| text.to_owned(), |minor| format!("3.{minor}"));
        let fact = Self::selecting(header, tool, &version, place);
        Self {
            stated: Value::written(text.to_owned(), place),
            role: "target".to_owned(),
            surface: surface.to_owned(),
            ..fact
        }
    }

    fn stating(header: Header, role: &str, reading: &pin::version::Reading, text: &str, place: Span) -> Self {
        let level = match reading.level {
            Some(level) => Value { span: Some(place), ..Value::derived(Count(level.number())) },
            None => Value::unknown(format!("`{text}` is not understood as a version"), Some(place)),
        };
        let closure = match reading.level {
            Some(level) => Value { span: Some(place), ..Value::derived(pin::closure(&reading.tool, level).to_owned()) },
            None => Value::unknown(format!("`{text}` is not understood as a version"), Some(place)),
        };
        Self {
            surface: path::file_name(&header.path).to_owned(),
            scope: path::directory(&header.path).to_owned(),
            header,
            tool: reading.tool.clone(),
            stated: Value::written(text.to_owned(), place),
            level,
            closure,
            role: role.to_owned(),
            phase: "dev".to_owned(),
            loaded_as: Value::absent(),
            enumerated: false,
            delegate: Value::absent(),
            delegate_exists: Value::absent(),
            delegate_count: Value::absent(),
            by_command: false,
            kept_here: false,
            repeats: Value::absent(),
            unread: None,
            untested: false,
            apart: false,
            by_caller: false,
            versions: reading.versions.clone(),
        }
    }

    /// A statement that takes its version from another file, by its path from the root.
    pub fn delegating(header: Header, tool: &str, file: &str, place: Span) -> Self {
        let mut fact = Self::unresolved(header, tool, "the version is that of another file", place);
        fact.role = "delegate".to_owned();
        fact.delegate = Value::written(file.to_owned(), place);
        fact
    }

    /// A selection whose version is known only when it runs.
    pub fn unresolved(header: Header, tool: &str, reason: &str, place: Span) -> Self {
        let mut fact = Self::selecting(header, tool, "", place);
        fact.stated = Value::unknown(reason, Some(place));
        fact.level = Value::unknown(reason, Some(place));
        fact.closure = Value::unknown(reason, Some(place));
        fact
    }
}
