//! The first layer in which two records differ: what comes earlier causes what comes later.

use std::collections::BTreeMap;

use super::record::{Artifact, Lock, Record, Statement};

/// The layers of a build, causes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// Another project, another commit, or files that were changed since it.
    Source,
    /// Lockfiles lock other packages.
    Lock,
    /// Another version of a package manager.
    Manager,
    /// Another version of a runtime or compiler.
    Toolchain,
    /// The image that the build ran in.
    Image,
    /// Another platform.
    Target,
    /// Variables of the environment.
    Environment,
    /// All that is recorded of the inputs agrees, and what was made differs.
    Build,
}

impl Layer {
    /// Its name in JSON and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Lock => "lock",
            Self::Manager => "manager",
            Self::Toolchain => "toolchain",
            Self::Image => "image",
            Self::Target => "target",
            Self::Environment => "environment",
            Self::Build => "build",
        }
    }

    /// Whether it is one of the inputs that a repository pins: lockfiles, package managers, toolchains.
    pub fn is_pinned_input(self) -> bool {
        matches!(self, Self::Lock | Self::Manager | Self::Toolchain)
    }
}

/// What differs between two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where.
    pub layer: Layer,
    /// What: the path of a lockfile, a tool, a variable, the name of an artifact and the rung it fails on.
    pub subject: String,
    /// What the first record says; `none` where it has nothing.
    pub a: String,
    /// What the second one says.
    pub b: String,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} is {} in one and {} in the other", self.layer.name(), self.subject, self.a, self.b)
    }
}

/// The first difference between two records; `None` when all that both know agrees.
///
/// A version that only one of them knows is no difference; a lockfile or an artifact that only one of them has is one.
pub fn first_difference(a: &Record, b: &Record) -> Option<Difference> {
    differences(a, b).into_iter().next()
}

/// All differences between two records, the first of each layer, causes first.
pub(super) fn differences(a: &Record, b: &Record) -> Vec<Difference> {
    let found = [
        source(a, b),
        locks(&a.lock, &b.lock),
        versions(Layer::Manager, &a.manager, &b.manager),
        versions(Layer::Toolchain, &a.toolchain, &b.toolchain).or_else(|| statements(&a.stated, &b.stated)),
        known(Layer::Image, "the builder image", a.image.as_ref(), b.image.as_ref()),
        target(a, b),
        environment(a, b),
        artifacts(&a.artifact, &b.artifact),
    ];
    found.into_iter().flatten().collect()
}

fn differ(layer: Layer, subject: impl Into<String>, a: impl Into<String>, b: impl Into<String>) -> Difference {
    Difference { layer, subject: subject.into(), a: a.into(), b: b.into() }
}

/// Two values that count only when both are known.
fn known(layer: Layer, subject: &str, a: Option<&String>, b: Option<&String>) -> Option<Difference> {
    match (a, b) {
        (Some(a), Some(b)) if a != b => Some(differ(layer, subject, a, b)),
        _ => None,
    }
}

fn plain(layer: Layer, subject: &str, a: &str, b: &str) -> Option<Difference> {
    (a != b).then(|| differ(layer, subject, a, b))
}

fn source(a: &Record, b: &Record) -> Option<Difference> {
    let state = |record: &Record| {
        let dirty = record.git.as_ref().and_then(|git| git.dirty);
        dirty.map(|dirty| if dirty { "changed" } else { "clean" }.to_owned())
    };
    let commit = |record: &Record| record.git.as_ref().map(|git| git.commit.clone());
    plain(Layer::Source, "the project", &a.project, &b.project)
        .or_else(|| known(Layer::Source, "the commit", commit(a).as_ref(), commit(b).as_ref()))
        .or_else(|| known(Layer::Source, "the working tree", state(a).as_ref(), state(b).as_ref()))
}

/// What stands under the same name in two lists, or in one of them only.
fn paired<'a, T>(a: &'a [T], b: &'a [T], name: fn(&T) -> &str) -> BTreeMap<&'a str, (Option<&'a T>, Option<&'a T>)> {
    let mut pairs: BTreeMap<&str, (Option<&T>, Option<&T>)> = BTreeMap::new();
    for one in a {
        pairs.entry(name(one)).or_default().0 = Some(one);
    }
    for one in b {
        pairs.entry(name(one)).or_default().1 = Some(one);
    }
    pairs
}

fn locks(a: &[Lock], b: &[Lock]) -> Option<Difference> {
    paired(a, b, |lock| &lock.path).into_iter().find_map(|(path, pair)| match pair {
        (Some(a), Some(b)) => match (&a.semantic, &b.semantic) {
            (Some(a), Some(b)) => plain(Layer::Lock, path, a, b),
            _ => plain(Layer::Lock, path, &a.sha256, &b.sha256),
        },
        (a, b) => {
            Some(one_sided(Layer::Lock, path, a.map(|lock| lock.sha256.as_str()), b.map(|lock| lock.sha256.as_str())))
        }
    })
}

fn one_sided(layer: Layer, subject: &str, a: Option<&str>, b: Option<&str>) -> Difference {
    differ(layer, subject, a.unwrap_or("none"), b.unwrap_or("none"))
}

fn versions(layer: Layer, a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) -> Option<Difference> {
    a.iter().find_map(|(tool, version)| known(layer, tool, Some(version), b.get(tool)))
}

fn statements(a: &[Statement], b: &[Statement]) -> Option<Difference> {
    let only = |from: &[Statement], other: &[Statement]| from.iter().find(|one| !other.contains(one)).cloned();
    let (a, b) = (only(a, b), only(b, a));
    let subject = |one: &Statement| format!("{} in {}", one.tool, one.path);
    let named = a.as_ref().or(b.as_ref()).map(subject)?;
    let told = |one: Option<&Statement>| one.map_or("none".to_owned(), |one| one.stated.clone());
    let other = b.as_ref().filter(|b| subject(b) == named);
    match a.as_ref() {
        Some(a) => Some(differ(Layer::Toolchain, named, a.stated.clone(), told(other))),
        None => Some(differ(Layer::Toolchain, named, "none", told(b.as_ref()))),
    }
}

fn target(a: &Record, b: &Record) -> Option<Difference> {
    let (a, b) = (&a.target, &b.target);
    plain(Layer::Target, "the operating system", &a.os, &b.os)
        .or_else(|| plain(Layer::Target, "the processor", &a.arch, &b.arch))
        .or_else(|| known(Layer::Target, "the C library", a.libc.as_ref(), b.libc.as_ref()))
        .or_else(|| known(Layer::Target, "the binary interface", a.abi.as_ref(), b.abi.as_ref()))
}

fn environment(a: &Record, b: &Record) -> Option<Difference> {
    let (a, b) = (&a.env, &b.env);
    let set = |name: &str, a: bool, b: bool| {
        let word = |is_set: bool| if is_set { "set" } else { "unset" };
        plain(Layer::Environment, name, word(a), word(b))
    };
    set("SOURCE_DATE_EPOCH", a.source_date_epoch, b.source_date_epoch)
        .or_else(|| set("PYTHONHASHSEED", a.fixed_hash_seed, b.fixed_hash_seed))
        .or_else(|| known(Layer::Environment, "TZ", a.tz.as_ref(), b.tz.as_ref()))
        .or_else(|| known(Layer::Environment, "the locale", a.lang.as_ref(), b.lang.as_ref()))
}

fn artifacts(a: &[Artifact], b: &[Artifact]) -> Option<Difference> {
    paired(a, b, |artifact| &artifact.name).into_iter().find_map(|(name, pair)| match pair {
        (Some(a), Some(b)) => rung(name, a, b),
        (a, b) => {
            let content = |one: Option<&Artifact>| one.map(|one| one.content.clone());
            Some(one_sided(Layer::Build, name, content(a).as_deref(), content(b).as_deref()))
        }
    })
}

/// The deepest rung on which two artifacts of one name differ.
fn rung(name: &str, a: &Artifact, b: &Artifact) -> Option<Difference> {
    let subject = |what: &str| format!("{name} ({what})");
    known(Layer::Build, &subject("contents, beyond known causes"), a.known.as_ref(), b.known.as_ref())
        .or_else(|| plain(Layer::Build, &subject("contents"), &a.content, &b.content))
        .or_else(|| known(Layer::Build, &subject("order, times or modes"), a.entries.as_ref(), b.entries.as_ref()))
        .or_else(|| known(Layer::Build, &subject("bytes"), a.sha256.as_ref(), b.sha256.as_ref()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::super::record::tests::sample;
    use super::*;

    type Change = fn(&mut Record);

    /// A change of a record, and the layer and the subject of the first difference that it makes.
    const CASES: &[(Change, Layer, &str)] = &[
        (|own| own.project = ".".to_owned(), Layer::Source, "the project"),
        (|own| own.git.as_mut().unwrap().commit = "1".repeat(40), Layer::Source, "the commit"),
        (|own| own.git.as_mut().unwrap().dirty = Some(true), Layer::Source, "the working tree"),
        (|own| own.lock[0].semantic = Some("9".repeat(64)), Layer::Lock, "uv.lock"),
        (|own| own.lock.clear(), Layer::Lock, "uv.lock"),
        (|own| *own.manager.get_mut("uv").unwrap() = "0.6.0".to_owned(), Layer::Manager, "uv"),
        (|own| *own.toolchain.get_mut("python").unwrap() = "3.12.5".to_owned(), Layer::Toolchain, "python"),
        (|own| own.target.arch = "aarch64".to_owned(), Layer::Target, "the processor"),
        (|own| own.target.libc = Some("musl".to_owned()), Layer::Target, "the C library"),
        (|own| own.env.source_date_epoch = true, Layer::Environment, "SOURCE_DATE_EPOCH"),
        (
            |own| own.artifact[0].known = Some("8".repeat(64)),
            Layer::Build,
            "dist/billing.zip (contents, beyond known causes)",
        ),
        (|own| own.artifact[0].content = "8".repeat(64), Layer::Build, "dist/billing.zip (contents)"),
        (
            |own| own.artifact[0].entries = Some("8".repeat(64)),
            Layer::Build,
            "dist/billing.zip (order, times or modes)",
        ),
        (|own| own.artifact[0].sha256 = Some("8".repeat(64)), Layer::Build, "dist/billing.zip (bytes)"),
        (|own| own.artifact[0].name = "dist/other.zip".to_owned(), Layer::Build, "dist/billing.zip"),
    ];

    #[test]
    fn each_change_is_found_in_its_layer() {
        for (change, layer, subject) in CASES {
            let (a, mut b) = (sample(), sample());
            change(&mut b);
            for found in [first_difference(&a, &b), first_difference(&b, &a)] {
                let found = found.expect("a difference");
                assert_eq!((found.layer, found.subject.as_str()), (*layer, *subject));
                assert_ne!(found.a, found.b);
            }
        }
    }

    #[test]
    fn causes_come_before_effects() {
        let (a, mut b) = (sample(), sample());
        for (change, ..) in CASES.iter().rev().take(11) {
            change(&mut b);
        }
        let layers: Vec<_> = differences(&a, &b).iter().map(|found| found.layer.name()).collect();
        assert_eq!(layers, ["lock", "manager", "toolchain", "target", "environment", "build"]);
        assert_eq!(
            first_difference(&a, &b).map(|found| found.to_string().split(" is ").next().unwrap_or("").to_owned()),
            Some("lock: uv.lock".to_owned())
        );
    }

    #[test]
    fn what_one_side_does_not_know_is_no_difference() {
        let (a, mut b) = (sample(), sample());
        assert_eq!(first_difference(&a, &b), None);
        b.toolchain.clear();
        b.target.libc = None;
        b.image = Some("sha256:00".to_owned());
        b.artifact[0].entries = None;
        b.time = "2027-01-01T00:00:00Z".to_owned();
        b.machine = None;
        b.lock[0].sha256 = "7".repeat(64);
        assert_eq!(first_difference(&a, &b), None);
    }
}
