//! What a comparison returns, and how it becomes facts.

use std::collections::{BTreeMap, BTreeSet};

use super::Lookup;
use crate::facts::{Dependency, Facts, Header, Link, LockedPackage, Lockfile, Manifest, Mismatch};
use crate::source::Span;
use crate::value::{State, Value};

/// How many things that an install would rewrite are told.
const MOST_REWRITES: usize = 5;

/// What changes when the lockfile is brought into step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::derive) enum Weight {
    /// Another set of packages may be wanted.
    Resolution,
    /// The same set is wanted, in other words; the tool's own check fails all the same.
    Spelling,
}

/// One thing in which a lockfile differs from what is asked for.
#[derive(Debug, Clone)]
pub(in crate::derive) struct Difference {
    /// The manifest that asks; `None` when the difference lies in the lockfile alone.
    pub(in crate::derive) manifest: Option<Link<Manifest>>,
    /// The path of the file that `asked` is placed in, when that is not the manifest: a file of settings.
    pub(in crate::derive) asked_in: Option<std::sync::Arc<str>>,
    /// Another statement that brings it about, and where it stands: a feature that is asked for, a pattern that takes a member in.
    pub(in crate::derive) cause: Value<String>,
    /// requirement, setting, member, source, version, edge, orphan, digest.
    pub(in crate::derive) aspect: &'static str,
    /// The name of the requirement, setting or member.
    pub(in crate::derive) subject: String,
    /// What is asked for, and where.
    pub(in crate::derive) asked: Value<String>,
    /// What the lockfile records, and where.
    pub(in crate::derive) recorded: Value<String>,
    /// What changes.
    pub(in crate::derive) weight: Weight,
    /// A sentence part: `httpx >=0.27 is not in the lockfile`.
    pub(in crate::derive) explanation: String,
    /// The command that mends it.
    pub(in crate::derive) remedy: String,
}

impl Difference {
    /// A difference that lies in the lockfile alone until a manifest and places are added.
    pub(in crate::derive) fn of(
        aspect: &'static str,
        subject: impl Into<String>,
        explanation: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            manifest: None,
            asked_in: None,
            cause: Value::absent(),
            aspect,
            subject: subject.into(),
            asked: Value::absent(),
            recorded: Value::absent(),
            weight: Weight::Resolution,
            explanation: explanation.into(),
            remedy: remedy.into(),
        }
    }

    /// The lockfile as a whole is not what the tool would write.
    pub(in crate::derive) fn whole(explanation: &str, remedy: &str) -> Self {
        Self::of("file", "the lockfile", explanation, remedy)
    }
}

/// Something that a plain install would rewrite although the tool's own check passes.
#[derive(Debug, Clone)]
pub(in crate::derive) struct Rewrite {
    /// What it is: `it records ms 2.0.0 where ^2 is asked for`.
    pub(in crate::derive) phrase: String,
    /// Its place in the lockfile.
    pub(in crate::derive) span: Span,
    /// What a manifest asks for there, and where.
    pub(in crate::derive) asked: Option<Value<String>>,
}

/// Where the walk over locked packages begins that tells which of them anything requires.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in crate::derive) enum Roots {
    /// In the manifest, so that left-overs are decided only while it asks for what is locked.
    #[default]
    Manifest,
    /// In the lockfile itself, which records what its projects ask for.
    Lockfile,
}

/// What a comparison found.
#[derive(Debug, Default)]
pub(in crate::derive) struct Outcome {
    /// What the tool's own frozen check would fail for. One for each requirement, setting, member or source.
    pub(in crate::derive) differences: Vec<Difference>,
    /// Why the comparison could not be completed, a phrase each.
    pub(in crate::derive) undecided: Vec<String>,
    /// The error the tool itself would stop with.
    pub(in crate::derive) refusal: Option<Value<String>>,
    /// `same` or `changed`: whether a plain install would rewrite the file although its check passes.
    pub(in crate::derive) tidy: Option<&'static str>,
    /// What a plain install would rewrite although its check passes.
    pub(in crate::derive) rewrites: Vec<Rewrite>,
    /// The digest of the manifest as it is now.
    pub(in crate::derive) manifest_digest: Value<String>,
    /// The locked packages that answer a dependency. What is left out is matched by name.
    pub(in crate::derive) locked: Vec<(Link<Dependency>, Vec<Link<LockedPackage>>)>,
    /// Requirements of a manifest or of another locked package that a locked version does not satisfy.
    pub(in crate::derive) violated: Vec<(Link<LockedPackage>, Value<String>)>,
    /// Packages that need another one which the lockfile does not have: its name, and where it is asked for.
    pub(in crate::derive) broken: Vec<(Link<LockedPackage>, String, Span)>,
    /// Packages that stand where another one, or one of the registry, is asked for.
    pub(in crate::derive) unasked: Vec<(Link<LockedPackage>, Value<String>)>,
    /// What releases of the tool judge differently, a phrase each.
    pub(in crate::derive) version_dependent: Vec<String>,
    /// Where `reachable` begins.
    pub(in crate::derive) roots: Roots,
    /// Whether something requires the package.
    pub(in crate::derive) reachable: Vec<(Link<LockedPackage>, Value<bool>)>,
    /// What a manifest asks git to follow.
    pub(in crate::derive) git_references: Vec<(Link<LockedPackage>, Value<String>)>,
}

impl Outcome {
    /// Whether a package that the walk did not reach is a left-over, and not one of a requirement that moved on.
    fn decides_left_overs(&self) -> bool {
        let asks_alike = |difference: &Difference| matches!(difference.aspect, "setting" | "digest");
        self.roots == Roots::Lockfile || self.differences.iter().all(asks_alike)
    }
}

/// Turns an outcome into facts.
pub(super) fn note(facts: &mut Facts, lookup: &Lookup, lockfile: Link<Lockfile>, outcome: Outcome) {
    let is_decided = outcome.decides_left_overs();
    for difference in outcome.differences {
        let mismatch = mismatch(facts, lockfile, difference);
        let link = facts.add(mismatch);
        facts[lockfile].mismatches.push(link);
    }
    let fact = &mut facts[lockfile];
    fact.undecided.extend(outcome.undecided);
    if let Some(refusal) = outcome.refusal {
        fact.refusal = refusal;
    }
    if let Some(tidy) = outcome.tidy {
        fact.tidy = Value::derived(tidy.to_owned());
        fact.tidy.span = outcome.rewrites.first().map(|first| first.span);
    }
    let unsaid = outcome.rewrites.len().saturating_sub(MOST_REWRITES);
    fact.rewrite_asked = outcome.rewrites.first().and_then(|first| first.asked.clone()).unwrap_or_default();
    fact.rewrites = outcome.rewrites.into_iter().take(MOST_REWRITES).map(|one| one.phrase).collect();
    if unsaid > 0 {
        fact.rewrites.push(format!("and {unsaid} more"));
    }
    fact.manifest_digest = outcome.manifest_digest.or(std::mem::take(&mut fact.manifest_digest));
    fact.version_dependent.extend(outcome.version_dependent);
    for (package, requirement) in outcome.violated {
        facts[package].rare.violated_requirement = requirement;
    }
    for (package, name, span) in outcome.broken {
        let names = &mut facts[package].rare.missing_dependencies;
        match &mut names.state {
            State::Known(known) => known.push(name),
            _ => *names = Value::written(vec![name], span),
        }
    }
    for (package, source) in outcome.unasked {
        facts[package].rare.unasked_source = source;
    }
    for (package, reachable) in outcome.reachable {
        let is_left_over = reachable.known() == Some(&false);
        facts[package].reachable = if is_left_over && !is_decided {
            Value::unknown("the manifest no longer asks for what the lockfile holds", None)
        } else {
            reachable
        };
    }
    for (package, reference) in outcome.git_references {
        facts[package].rare.git_reference = reference;
    }
    let mut told = BTreeSet::new();
    for (dependency, packages) in outcome.locked {
        told.insert(dependency);
        facts[dependency].locked = packages;
    }
    lock_by_name(facts, lookup, lockfile, &told);
}

fn mismatch(facts: &Facts, lockfile: Link<Lockfile>, difference: Difference) -> Mismatch {
    let lock_header = &facts[lockfile].header;
    let asking = difference.manifest.map(|manifest| &facts[manifest].header);
    let place = |path, span: Option<Span>, header: &Header| (path, span.unwrap_or(header.span));
    let (path, span) = match (&difference.asked_in, asking) {
        (Some(path), _) => place(path, difference.asked.span, asking.unwrap_or(lock_header)),
        (None, Some(header)) => place(&header.path, difference.asked.span, header),
        (None, None) => place(&lock_header.path, difference.recorded.span, lock_header),
    };
    let name = format!("{path}#{}:{}", difference.aspect, difference.subject);
    Mismatch {
        header: Header::new(path, name, span),
        lockfile,
        manifest: difference.manifest,
        aspect: difference.aspect.to_owned(),
        subject: difference.subject,
        asked: difference.asked,
        cause: difference.cause,
        recorded: difference.recorded,
        weight: match difference.weight {
            Weight::Resolution => "resolution",
            Weight::Spelling => "spelling",
        }
        .to_owned(),
        explanation: difference.explanation,
        remedy: difference.remedy,
    }
}

/// Links each dependency that the comparison left out to the packages of its name.
fn lock_by_name(facts: &mut Facts, lookup: &Lookup, lockfile: Link<Lockfile>, told: &BTreeSet<Link<Dependency>>) {
    let mut by_name: BTreeMap<&str, Vec<Link<LockedPackage>>> = BTreeMap::new();
    for package in lookup.packages(lockfile) {
        by_name.entry(&facts[package].contents.package).or_default().push(package);
    }
    let mut found = Vec::new();
    for manifest in &facts[lockfile].manifests {
        for dependency in lookup.dependencies(*manifest) {
            if !told.contains(&dependency)
                && facts[dependency].locked.is_empty()
                && let Some(packages) = by_name.get(facts[dependency].package.as_str())
            {
                found.push((dependency, packages.clone()));
            }
        }
    }
    for (dependency, packages) in found {
        facts[dependency].locked = packages;
    }
}
