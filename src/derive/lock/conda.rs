//! pixi.lock and conda-lock.yml against their manifests, as far as names go.
//!
//! Environments, channels, platforms and the names of what is asked for are compared. Conda's
//! version ranges are not, nor is conda-lock's digest: without a difference in names the answer stays open.

use std::collections::BTreeSet;

use super::{Difference, Lookup, Outcome, Pairing, Seen, Tool, Weight};
use crate::facts::recorded::{CondaEnvironment, CondaRecord, Noted, Recorded};
use crate::facts::{Facts, Link, Lockfile, Manifest};
use crate::path;
use crate::python::name::normalize;
use crate::syntax::Node;
use crate::value::Value;

/// pixi.
pub(super) const PIXI: Tool =
    Tool { name: "pixi", ecosystem: "conda", files: &["pixi.lock"], pairing: Pairing::By(beside), compare: pixi };

/// conda-lock.
pub(super) const CONDA_LOCK: Tool = Tool {
    name: "conda-lock",
    ecosystem: "conda",
    files: &["conda-lock.yml"],
    pairing: Pairing::By(sources),
    compare: conda_lock,
};

/// The pixi.toml beside the lockfile, else a pyproject.toml with pixi's tables.
fn beside(facts: &Facts, lookup: &Lookup, lockfile: Link<Lockfile>) -> Vec<Link<Manifest>> {
    let directory = path::directory(&facts[lockfile].header.path);
    let own = lookup.manifests_in(facts, directory, "pixi").next();
    let has_tables = |link: &Link<Manifest>| {
        let document = facts[*link].document.as_ref();
        document.is_some_and(|document| document.root().at(&["tool", "pixi"]).is_some())
    };
    let own = own.or_else(|| lookup.manifests_in(facts, directory, "pyproject").find(has_tables));
    own.into_iter().collect()
}

/// The files that the lockfile names.
fn sources(facts: &Facts, lookup: &Lookup, lockfile: Link<Lockfile>) -> Vec<Link<Manifest>> {
    let Recorded::Conda(record) = &facts[lockfile].recorded else { return Vec::new() };
    let directory = path::directory(&facts[lockfile].header.path);
    let paths = record.sources.iter().filter_map(|source| path::join(directory, &source.text));
    paths.filter_map(|path| lookup.manifest_at(facts, &path)).collect()
}

/// A file that a conda-lock.yml names as a source, that is there, and that asks for nothing.
pub(super) fn idle_source(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Option<Value<String>> {
    let Recorded::Conda(record) = &seen.facts[lockfile].recorded else { return None };
    let directory = path::directory(&seen.facts[lockfile].header.path);
    let is_there = |source: &&Noted| path::join(directory, &source.text).is_some_and(|at| seen.around.files.has(&at));
    let source = record.sources.iter().find(is_there)?;
    Some(Value::written(format!("{} asks for nothing", source.text), source.span))
}

fn pixi(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let mut outcome = Outcome::default();
    let Recorded::Conda(record) = &seen.facts[lockfile].recorded else { return outcome };
    let manifest = seen.facts[lockfile].manifests[0];
    let Some(document) = &seen.facts[manifest].document else { return outcome };
    let root = document.root().at(&["tool", "pixi"]).unwrap_or_else(|| document.root());
    let comparison = Comparison { manifest, record, remedy: "pixi lock" };
    comparison.environments(root, &mut outcome);
    if let Some(default) = record.environments.iter().find(|one| *one.name.text == *"default") {
        let workspace = root.get("workspace").or_else(|| root.get("project"));
        let features = || {
            let named = root.get("feature").into_iter().flat_map(Node::own_entries).map(|entry| entry.value);
            named.chain(root.at(&["environments", "default"]))
        };
        if let Some(channels) = workspace.and_then(|workspace| workspace.get("channels"))
            && !features().any(|feature| feature.get("channels").is_some())
        {
            comparison.channels(channels, default, &mut outcome);
        }
        if let Some(platforms) = workspace.and_then(|workspace| workspace.get("platforms"))
            && !features().any(|feature| feature.get("platforms").is_some())
        {
            comparison.platforms(platforms, default, &mut outcome);
        }
        for key in ["dependencies", "pypi-dependencies"] {
            comparison.names(root.get(key), key == "dependencies", default, &mut outcome);
        }
    }
    outcome.undecided.push("version ranges of conda packages are not compared".to_owned());
    outcome
}

fn conda_lock(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let mut outcome = Outcome::default();
    let Recorded::Conda(record) = &seen.facts[lockfile].recorded else { return outcome };
    for source in &record.sources {
        let directory = path::directory(&seen.facts[lockfile].header.path);
        match path::join(directory, &source.text) {
            Some(path) if !seen.around.files.has(&path) => {
                let message = format!("{} is not there", source.text);
                outcome.refusal.get_or_insert(Value::written(message, source.span));
            }
            _ => {}
        }
    }
    let Some(locked) = record.environments.first() else { return outcome };
    for manifest in &seen.facts[lockfile].manifests {
        let comparison = Comparison { manifest: *manifest, record, remedy: "conda-lock lock" };
        let Some(document) = seen.facts[*manifest].document.as_ref() else { continue };
        if let Some(platforms) = document.root().get("platforms") {
            comparison.platforms(platforms, locked, &mut outcome);
        }
        for dependency in seen.lookup.dependencies(*manifest) {
            let asked = &seen.facts[dependency];
            let is_locked = locked.platforms.iter().any(|(_, names)| names.contains(asked.package.as_str()));
            if asked.ecosystem == "conda" && !is_locked {
                let explanation = format!("{} is not in the lockfile", asked.package);
                let value = Value { span: Some(asked.header.span), ..Value::derived(asked.package.clone()) };
                outcome.differences.push(comparison.difference(
                    "requirement",
                    &asked.package,
                    value,
                    Value::absent(),
                    explanation,
                ));
            }
        }
    }
    outcome.undecided.push("the digest of its sources is not computed".to_owned());
    outcome
}

/// What a requirement may say besides its name and still be there on every platform.
const PLAIN: &[&str] = &["version", "build", "channel", "extras", "index", "md5", "sha256", "file-name", "subdir"];

struct Comparison<'a> {
    manifest: Link<Manifest>,
    record: &'a CondaRecord,
    remedy: &'static str,
}

impl Comparison<'_> {
    /// Both have the same environments; `default` is always there.
    fn environments(&self, root: Node<'_>, outcome: &mut Outcome) {
        let mut asked = BTreeSet::from(["default"]);
        for entry in root.get("environments").into_iter().flat_map(Node::own_entries) {
            let Some(name) = entry.key.scalar() else { continue };
            asked.insert(name);
            if !self.record.environments.iter().any(|one| *one.name.text == *name) {
                let value = Value::written(name.to_owned(), entry.key.span());
                let explanation = format!("the environment {name} is not in the lockfile");
                outcome.differences.push(self.difference("member", name, value, Value::absent(), explanation));
            }
        }
        for known in self.record.environments.iter().filter(|known| !asked.contains(&*known.name.text)) {
            let name = &known.name.text;
            let place = root.entry("environments").map_or(root.span(), |entry| entry.key.span());
            let explanation = format!("the lockfile has the environment {name}, which is not asked for any more");
            let asked = Value { span: Some(place), ..Value::absent() };
            outcome.differences.push(self.difference("member", name, asked, written(&known.name), explanation));
        }
    }

    /// The same channels in the same order; the manifest may name one by its last part.
    fn channels(&self, asked: Node<'_>, locked: &CondaEnvironment, outcome: &mut Outcome) {
        if asked.items().any(Node::is_map) {
            return;
        }
        let texts: Vec<&str> = asked.items().filter_map(Node::text).collect();
        let is_same = |(asked, locked): (&&str, &Noted)| {
            let (asked, locked) = (asked.trim_end_matches('/'), locked.text.trim_end_matches('/'));
            asked == locked || (!asked.contains("://") && locked.ends_with(&format!("/{asked}")))
        };
        if texts.len() == locked.channels.len() && texts.iter().zip(&locked.channels).all(is_same) {
            return;
        }
        let recorded: Vec<&str> = locked.channels.iter().map(|channel| &*channel.text).collect();
        let value = Value::written(texts.join(", "), asked.span());
        let place = locked.channels.first().map(|channel| channel.span);
        let recorded = Value { span: place, ..Value::derived(recorded.join(", ")) };
        let explanation = format!("the channels are {}, they were others when it was locked", texts.join(", "));
        outcome.differences.push(self.difference("setting", "channels", value, recorded, explanation));
    }

    /// The same platforms, in any order. One without packages may be left out of the lockfile.
    fn platforms(&self, asked: Node<'_>, locked: &CondaEnvironment, outcome: &mut Outcome) {
        // A platform with its own virtual packages has a name of its own in the lockfile.
        if asked.items().any(Node::is_map) {
            return;
        }
        let asked_names: BTreeSet<&str> = asked.items().filter_map(Node::text).collect();
        let known: BTreeSet<&str> = locked.platforms.iter().map(|(platform, _)| &*platform.text).collect();
        let is_empty = locked.platforms.iter().any(|(_, names)| names.is_empty()) || known.is_empty();
        for name in asked_names.difference(&known).filter(|_| !is_empty) {
            let explanation = format!("the platform {name} is not in the lockfile");
            let value = Value::written((*name).to_owned(), asked.span());
            outcome.differences.push(self.difference("setting", name, value, Value::absent(), explanation));
        }
        for (platform, _) in locked.platforms.iter().filter(|(platform, _)| !asked_names.contains(&*platform.text)) {
            let explanation =
                format!("the lockfile has the platform {}, which is not asked for any more", platform.text);
            let asked = Value { span: Some(asked.span()), ..Value::absent() };
            outcome.differences.push(self.difference("setting", &platform.text, asked, written(platform), explanation));
        }
    }

    /// What is asked for on every platform is there on every platform.
    fn names(&self, asked: Option<Node<'_>>, is_conda: bool, locked: &CondaEnvironment, outcome: &mut Outcome) {
        for entry in asked.into_iter().flat_map(Node::own_entries) {
            let Some(name) = entry.key.scalar() else { continue };
            // Others come from a directory or from git, without a name, or only under a condition.
            let is_plain = |entry: crate::syntax::Entry<'_>| entry.key.scalar().is_some_and(|key| PLAIN.contains(&key));
            if entry.value.is_map() && !entry.value.own_entries().all(is_plain) {
                continue;
            }
            let plain = if is_conda { name.to_ascii_lowercase() } else { normalize(name) };
            if locked.platforms.iter().all(|(_, names)| names.contains(plain.as_str())) {
                continue;
            }
            let value = Value::written(name.to_owned(), entry.key.span());
            let explanation = format!("{name} is not in the lockfile");
            outcome.differences.push(self.difference("requirement", name, value, Value::absent(), explanation));
        }
    }

    fn difference(
        &self,
        aspect: &'static str,
        subject: &str,
        asked: Value<String>,
        recorded: Value<String>,
        explanation: String,
    ) -> Difference {
        Difference {
            manifest: Some(self.manifest),
            asked_in: None,
            cause: Value::absent(),
            aspect,
            subject: subject.to_owned(),
            asked,
            recorded,
            weight: Weight::Resolution,
            explanation,
            remedy: self.remedy.to_owned(),
        }
    }
}

fn written(noted: &Noted) -> Value<String> {
    Value::written(noted.text.to_string(), noted.span)
}

#[cfg(test)]
mod tests {
    use crate::derive::lock::tests::verdict_and_lines;

    const PIXI: &str = "[workspace]\nname = \"x\"\nchannels = [\"conda-forge\"]\nplatforms = [\"linux-64\"]\n\n[dependencies]\namber = \">=1\"\n\n\
        [pypi-dependencies]\n\"Birch.Tree\" = \"*\"\n\n[environments]\ntest = [\"test\"]\n";
    const LOCK: &str = "version: 6\nenvironments:\n  default:\n    channels:\n    - url: https://conda.example.com/conda-forge/\n    packages:\n      linux-64:\n\
        \x20     - conda: https://conda.example.com/conda-forge/linux-64/amber-1.2-h0_0.conda\n      - pypi: https://files.example.com/birch_tree-1.0-py3-none-any.whl\n  test:\n    packages: {}\npackages: []\n";
    const ENVIRONMENT: &str = "name: x\nchannels: [conda-forge]\nplatforms: [linux-64]\ndependencies:\n  - conda-forge::amber >=1\n  - pip:\n    - birch\n";
    const CONDA: &str = "version: 1\nmetadata:\n  channels:\n  - url: conda-forge\n  platforms:\n  - linux-64\n  sources:\n  - environment.yml\npackage:\n\
        - name: amber\n  version: '1.2'\n  manager: conda\n  platform: linux-64\n  url: https://conda.example.com/amber-1.2-h0_0.conda\n  hash:\n    md5: aa\n";

    /// The verdict and the first thing that is told.
    fn verdict(files: &[(&str, String)]) -> (&'static str, String) {
        let (verdict, told) = verdict_and_lines(files);
        (verdict, told.split("; ").next().unwrap_or_default().to_owned())
    }

    #[test]
    fn pixi() {
        let cases = [
            ("", "", "undecidable", "version ranges of conda packages are not compared"),
            ("amber = \">=1\"", "amber = \">=1\"\ncedar = \"*\"", "stale", "8 cedar is not in the lockfile"),
            ("\"linux-64\"", "\"linux-64\", \"osx-64\"", "stale", "4 the platform osx-64 is not in the lockfile"),
            (
                "\"conda-forge\"",
                "\"bioconda\"",
                "stale",
                "3 the channels are bioconda, they were others when it was locked",
            ),
            (
                "test = [\"test\"]\n",
                "",
                "stale",
                "12 the lockfile has the environment test, which is not asked for any more",
            ),
            (
                "test = [\"test\"]",
                "test = [\"test\"]\nlint = []",
                "stale",
                "14 the environment lint is not in the lockfile",
            ),
        ];
        for (old, new, expected, words) in cases {
            let files = [("pixi.lock", LOCK.to_owned()), ("pixi.toml", PIXI.replacen(old, new, 1))];
            assert_eq!(verdict(&files), (expected, words.to_owned()), "{old} -> {new}");
        }
    }

    #[test]
    fn conda_lock() {
        let cases = [
            ("", "", "undecidable", "the digest of its sources is not computed"),
            ("  - pip:", "  - cedar=1\n  - pip:", "stale", "6 cedar is not in the lockfile"),
            ("[linux-64]", "[linux-64, osx-64]", "stale", "3 the platform osx-64 is not in the lockfile"),
        ];
        for (old, new, expected, words) in cases {
            let files = [("conda-lock.yml", CONDA.to_owned()), ("environment.yml", ENVIRONMENT.replacen(old, new, 1))];
            assert_eq!(verdict(&files), (expected, words.to_owned()), "{old} -> {new}");
        }
        assert_eq!(
            verdict(&[("conda-lock.yml", CONDA.to_owned())]),
            ("undecidable", "there is no manifest that it answers for".to_owned())
        );
    }
}
