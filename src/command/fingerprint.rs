//! `reproof fingerprint`: a record of one build, printed, appended to a file or to the note of its commit.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, anyhow, bail};

use super::progress::Progress;
use super::{CLEAN, Undetermined, WRONG, repository};
use crate::artifact::{Refusal, file_digest, open};
use crate::cli::{BuilderClass, Common, Fingerprint as Arguments};
use crate::day::Day;
use crate::discover::Names;
use crate::fingerprint::{self, Artifact, Class, Commit, Record, SCHEMA};
use crate::python::canonical_json::hex;
use crate::tree::Tree;

/// The reference under which notes are kept.
const NOTES: &str = "refs/notes/reproof";

/// Tools that install packages; others run or compile.
const MANAGERS: &[&str] = &[
    "uv", "pip", "poetry", "pdm", "pipenv", "npm", "pnpm", "yarn", "bun", "cargo", "bundler", "composer", "conda",
    "pixi", "maven", "gradle",
];

/// Runs the verb.
pub(super) fn run(arguments: &Arguments, common: &Common, color: bool) -> anyhow::Result<u8> {
    let (time, today) = time(common.now.as_deref())?;
    let start = arguments.project.clone().unwrap_or_else(|| ".".into());
    if start.is_file() {
        bail!("--project takes a directory, and {} is a file", start.display());
    }
    let (toolchain, manager) = tools(&arguments.tools)?;
    if let Some(image) = arguments.image.as_deref().filter(|image| !is_digest(image)) {
        bail!("--image takes a digest, `sha256:` and 64 hexadecimal digits, not `{image}`");
    }
    let found = repository::find_sound(std::slice::from_ref(&start), common.config.as_deref(), color)?;
    let Some(repository) = found else { return Ok(WRONG) };
    let project = repository.reported.first().cloned().unwrap_or_default();
    let progress = Progress::new("reading");
    let inventory = repository.scan_tree(&Arc::new(Tree::working(&repository.root)), Names::Walked, today)?;
    let commit = crate::git::head(&repository.root);
    if arguments.notes && commit.is_none() {
        bail!("--notes needs a commit, and {} has none", start.display());
    }
    let variable = |name: &str| std::env::var(name).ok();
    let read = |path: &Path| std::fs::read_to_string(path).ok();
    let digest = |path: &str| file_digest(&repository.root.join(path)).ok().map(|digest| hex(&digest));
    let salt = commit.clone().unwrap_or_default();
    let dirty = crate::git::is_changed(&repository.root).ok();
    let record = Record {
        schema: SCHEMA.to_owned(),
        time,
        project: if project.is_empty() { ".".to_owned() } else { project.clone() },
        git: commit.clone().map(|commit| Commit { commit, dirty }),
        class: match arguments.class {
            Some(BuilderClass::Ci) => Class::Ci,
            Some(BuilderClass::Dev) => Class::Dev,
            None => fingerprint::class(&variable),
        },
        machine: fingerprint::machine(&variable, &salt, &read),
        target: fingerprint::target(toolchain.get("python").map(String::as_str)),
        toolchain,
        manager,
        stated: fingerprint::statements(&inventory.facts, &project),
        image: arguments.image.clone(),
        lock: fingerprint::locks(&inventory.facts, &project, digest),
        env: fingerprint::environment(&variable),
        artifact: artifacts(arguments, &repository.root.join(&project))?,
        tool: env!("CARGO_PKG_VERSION").to_owned(),
    };
    drop(progress);
    let line = record.to_line();
    if let Some(file) = &arguments.append {
        append(file, &line).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    if let Some(commit) = commit.filter(|_| arguments.notes) {
        crate::git::append_note(&repository.root, NOTES, &commit, &line)
            .map_err(|error| Undetermined(format!("{error:#}")))?;
    }
    if arguments.append.is_none() && !arguments.notes {
        super::print(format!("{line}\n").as_bytes())?;
    }
    Ok(CLEAN)
}

/// The time of the record, and its day.
fn time(now: Option<&str>) -> anyhow::Result<(String, Day)> {
    if now.is_some() {
        let day = repository::today(now)?;
        return Ok((format!("{day}T00:00:00Z"), day));
    }
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let (day, second) = (Day::of_unix(i64::try_from(seconds).unwrap_or(0)), seconds % 86_400);
    Ok((format!("{day}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60), day))
}

/// Versions by tool.
type Versions = BTreeMap<String, String>;

/// The tools that were told: those that compile or run, and those that install.
fn tools(told: &[String]) -> anyhow::Result<(Versions, Versions)> {
    let (mut toolchain, mut manager) = (Versions::new(), Versions::new());
    for one in told {
        let (name, said) = one
            .split_once('=')
            .filter(|(name, _)| !name.is_empty())
            .ok_or_else(|| anyhow!("--tool takes NAME=VERSION, not `{one}`"))?;
        let is_version = |word: &&str| word.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit());
        let version = said
            .split(|c: char| c.is_whitespace() || c == '/')
            .map(|word| word.strip_prefix("go").unwrap_or(word))
            .find(is_version)
            .ok_or_else(|| anyhow!("--tool {name}: there is no version in `{said}`"))?;
        let into = if MANAGERS.contains(&name) { &mut manager } else { &mut toolchain };
        into.insert(name.to_owned(), version.trim_start_matches('v').trim_end_matches(',').to_owned());
    }
    Ok((toolchain, manager))
}

fn is_digest(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or("");
    digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What was built. Names are paths from the project; what lies outside of it is called by its last part.
fn artifacts(arguments: &Arguments, project: &Path) -> anyhow::Result<Vec<Artifact>> {
    let project = project.canonicalize()?;
    let mut artifacts = Vec::new();
    for path in &arguments.artifacts {
        let built = open(path, "the file").map_err(|refusal| match refusal {
            Refusal::Missing(why) => anyhow!("{}: {why}", path.display()),
            Refusal::Unreadable(why) => Undetermined(format!("{} is not recorded: {why}", path.display())).into(),
        })?;
        let full = path.canonicalize()?;
        let inside = full.strip_prefix(&project).ok().filter(|inside| !inside.as_os_str().is_empty());
        let name = inside.map_or_else(|| full.file_name().map(Path::new), Some).unwrap_or(Path::new("."));
        artifacts.push(fingerprint::artifact(&built, &name.to_string_lossy().replace('\\', "/")));
    }
    artifacts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(artifacts)
}

/// Appends a line in one write, so that two runs at once do not mix; a line that was cut off before is ended first.
fn append(path: &Path, line: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    let mut last = [b'\n'];
    if file.seek(SeekFrom::End(0))? > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    let start = if last == [b'\n'] { "" } else { "\n" };
    file.write_all(format!("{start}{line}\n").as_bytes())
}
