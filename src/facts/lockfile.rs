//! What was resolved, and how far it is from what is asked for.

use super::field::{Count, Days, Text};
use super::recorded::{Digest, Edge, Recorded, Wheels};
use super::table::fact;
use super::{Dependency, Header, Link, Manifest, Rare, Step, Toolchain};
use crate::value::Value;

fact! {
    /// A lockfile: the exact packages that were resolved.
    Lockfile {
        /// The tool that writes it: uv, poetry, pdm, pipenv, pip-tools, uv-pip, cargo, npm, pnpm, yarn, bun, go, terraform, bundler, composer; pylock for pylock.toml and export for a requirements file made of another lockfile.
        tool: String,
        /// The ecosystem: python, rust, node, go, terraform, ruby, php.
        ecosystem: String,
        /// The version of its format, as written.
        format_version: Value<String>,
        /// The manifests it answers for, the root first.
        manifests: Vec<Link<Manifest>>,
        /// The root of a workspace whose lockfile the tool reads instead of this one. Absent for a lockfile that is in use.
        ruled_by: Option<Link<Manifest>>,
        /// How many packages it locks, the project's own not counted.
        package_count: Count,
        /// How many of them have a hash for every artifact.
        hashed_count: Count,
        /// How many packages it locks that need a hash: those from a registry or a URL.
        hashable_count: Count,
        /// The weakest hash algorithm that one of its packages relies on (md5, sha1, sha256, sha512), placed at the first such package. Absent when no package has a hash.
        weakest_hash: Value<Text>,
        /// How many of its packages rely on that algorithm.
        weakest_hash_count: Count,
        /// What git does with it: `tracked` or `untracked`; absent without git.
        tracking: Value<String>,
        /// A host it fetches packages from that few lockfiles of its kind use, while most share another one; placed where it is named first. Absent when there is none.
        foreign_host: Value<String>,
        /// How old a package must be before the project takes it, where its tool or a bot is told so: the longest of `exclude-newer`, `min-release-age`, `minimumReleaseAge`, `npmMinimalAgeGate` and `cooldown`. A cut-off day counts as the days since.
        cool_down: Value<Days>,
        /// Names of its packages that need not wait so long.
        cool_down_exempt: Vec<String>,
        /// The first release of its tool that reads its format, by `data/lock-formats.toml`. Absent where the table does not tell.
        reads_from: Value<String>,
        /// The first release of its tool that reads its format no more, by the same table. Absent where it is still read or the table does not tell.
        reads_until: Value<String>,
        /// A statement for its directory that selects a release of its tool before the first that reads it.
        unread_by: Option<Link<Toolchain>>,
        /// A statement for its directory that selects a release of its tool which reads it no more.
        outgrown_by: Option<Link<Toolchain>>,
        /// The ways in which it differs from its manifests.
        mismatches: Vec<Link<Mismatch>>,
        /// Why the comparison with its manifests could not be completed, one phrase each; empty when it was completed.
        undecided: Vec<String>,
        /// What releases of the tool judge differently, a phrase each; empty when the releases in use are known or agree.
        version_dependent: Vec<String>,
        /// What the tool's own check would do other than compare: the error it stops with. Absent when it would not stop.
        refusal: Value<String>,
        /// Whether a plain install would rewrite the file although the tool's own check passes: `same` or `changed`; absent where that is not compared, unknown when it cannot be told.
        tidy: Value<String>,
        /// What a plain install would rewrite although the tool's own check passes, a phrase each; empty where that is not compared.
        rewrites: Vec<String>,
        /// What a manifest asks for that the first of these does not have, placed there. Absent when it is none of a manifest's.
        rewrite_asked: Value<String>,
        /// A command of a job that runs on changes and fails when the lockfile is out of step. Absent when no such command is seen.
        checked_by: Option<Link<Step>>,
        /// A command that runs when something changes and locks anew where the lockfile is out of step.
        mended_by: Option<Link<Step>>,
        /// Whether a command that is seen checks it in a job that runs on changes. Absent without CI, unknown when jobs run what is not seen here.
        checked: Value<bool>,
        /// The digest of the manifest that it records, for tools that record one.
        recorded_digest: Value<String>,
        /// The digest of the manifest as it is now, for the same tools.
        manifest_digest: Value<String>,
    }
    carried {
        /// Whether a byte order mark stands before its text, which some tools refuse.
        has_byte_order_mark: bool,
        /// What the lockfile records, for the derivation that compares it.
        recorded: Recorded,
        /// Whether its tool resolves the merge conflict in it by itself, so that its check goes on.
        heals_conflict: bool,
    }
}

fact! {
    /// A package in a lockfile.
    LockedPackage in PackageFields {
        /// The lockfile.
        lockfile: Link<Lockfile>,
        /// Whether something in the lockfile or a manifest requires it; absent when the lockfile does not record that, unknown when it cannot be told.
        reachable: Value<bool>,
        /// How many days ago its youngest artifact was uploaded.
        age: Option<Days>,
    }
    rare as RarePackage {
        /// The first hash that has not as many digits as its algorithm makes, placed there, where no other hash listed for the same file is any better, so that no file passes. Absent when there is none.
        malformed_hash: Value<String>,
        /// The first hash that has not as many digits as its algorithm makes, placed there, where another hash for the same file (or, without names of files, for the package) may still match. Absent when there is none.
        dead_hash: Value<String>,
        /// The first file whose name is of another package or version, placed there. Absent when there is none.
        misnamed_file: Value<String>,
        /// What the lockfile has here although nothing asks for it: another package, or an address or repository where a version of the registry is wanted; placed there. Absent when it is what is asked for.
        unasked_source: Value<String>,
        /// A package of the same name and version in another lockfile that has another hash for the same file.
        rival: Option<Link<LockedPackage>>,
        /// A host of its artifacts that it alone uses, or with one other package, while all others share another host and no settings file names it; placed there. Absent when there is none.
        lone_host: Value<Text>,
        /// For git: the commit it is locked to.
        commit: Value<String>,
        /// What its manifest asks git to follow: branch, tag, rev (a full commit), short-rev (any other `rev`), default-branch.
        git_reference: Value<String>,
        /// The requirement of a manifest or of another locked package that its version does not satisfy, placed there: `idna >=3`, `idna >=3 of httpx`. Absent when it satisfies all.
        violated_requirement: Value<String>,
        /// Packages that it needs and that are not in the lockfile, placed where the first is asked for. Absent when there are none.
        missing_dependencies: Value<Vec<String>>,
    }
    shared contents: PackageContents {
        /// The package's name, as its ecosystem normalises it.
        package: String,
        /// The locked version; absent for packages without one.
        version: Value<String>,
        /// Where it comes from: registry, git, url, path, own (the project itself).
        source: &'static str,
        /// The ecosystem: python, rust, node.
        ecosystem: &'static str,
        /// The host it is fetched from, in lower case.
        host: Value<Text>,
        /// The address scheme it is fetched with: https, http, file, ssh, git.
        scheme: Value<Text>,
        /// How many artifacts (wheels, archives) are listed.
        artifact_count: Count,
        /// How many of them lack a hash, placed at the first; 1 for a package that needs artifacts and lists none.
        unhashed_count: Value<Count>,
        /// The hash algorithm of its artifacts, the weakest if they differ: sha256, sha512, sha1, md5.
        hash_algorithm: Value<Text>,
        /// Whether only source archives are listed and nothing that is built. Absent where files are not listed by name.
        source_only: Option<bool>,
    }
    carrying {
        /// The address of the registry, repository, archive or directory it comes from, as written.
        location: Option<Box<str>>,
        /// The day its youngest artifact was uploaded, where the lockfile tells.
        uploaded: Option<crate::day::Day>,
        /// Digests of its files and their hashes.
        digests: Box<[Digest]>,
        /// Its wheels, for the prediction of package sizes.
        wheels: Wheels,
        /// Names of the packages it depends on in the lockfile, with the marker of each edge.
        edges: Vec<Edge>,
    }
}

fact! {
    /// Evidence that a lockfile is out of step with a manifest: one for each requirement, setting, member or source that differs. Placed in the manifest.
    Mismatch {
        /// The lockfile.
        lockfile: Link<Lockfile>,
        /// The manifest; absent when the difference lies in the lockfile alone.
        manifest: Option<Link<Manifest>>,
        /// What differs: requirement, setting, member, source, version, edge, orphan, digest, file (the lockfile as a whole).
        aspect: String,
        /// The name of the requirement, setting or member.
        subject: String,
        /// What the manifest asks for, placed there; absent when it asks for nothing.
        asked: Value<String>,
        /// Another statement that brings the difference about, placed there: `beta asks outside for the feature on`. Absent when there is none.
        cause: Value<String>,
        /// What the lockfile records, placed there; absent when it records nothing.
        recorded: Value<String>,
        /// What changed: `resolution` (another set of packages may be wanted) or `spelling` (the same set is wanted, in other words).
        weight: String,
        /// A sentence part that says what differs: `httpx >=0.27 is not in the lockfile`.
        explanation: String,
        /// The command that mends it: `uv lock`.
        remedy: String,
    }
}

fact! {
    /// A direct dependency whose locked version differs from the one that most lockfiles of the repository hold.
    Spread {
        /// The dependency.
        dependency: Link<Dependency>,
        /// Dependencies of other manifests on the same package, held by the same lockfile.
        others: Vec<Link<Dependency>>,
        /// The package.
        package: String,
        /// The ecosystem.
        ecosystem: String,
        /// The version locked here.
        version: String,
        /// The version that most lockfiles of what is shipped hold.
        usual_version: String,
        /// How many of them hold the usual version.
        usual_count: Count,
        /// How many of them hold the package, and this one.
        service_count: Count,
        /// Whether its project lies beside what is shipped (tests, benchmarks, documents, tools of the build) and takes in no package of the repository by its path.
        aside: bool,
        /// The first part in which the two versions differ: major, minor, patch, other.
        distance: String,
        /// A locked package of the usual version.
        usual: Link<LockedPackage>,
    }
}

impl Lockfile {
    /// A lockfile of which nothing is known yet but whose it is. Readers fill in what it says, derivations the rest.
    pub fn new(header: Header, tool: &str, ecosystem: &str) -> Self {
        Self {
            header,
            tool: tool.to_owned(),
            ecosystem: ecosystem.to_owned(),
            format_version: Value::absent(),
            manifests: Vec::new(),
            ruled_by: None,
            package_count: Count(0),
            hashed_count: Count(0),
            hashable_count: Count(0),
            weakest_hash: Value::absent(),
            weakest_hash_count: Count(0),
            tracking: Value::absent(),
            foreign_host: Value::absent(),
            cool_down: Value::absent(),
            cool_down_exempt: Vec::new(),
            reads_from: Value::absent(),
            reads_until: Value::absent(),
            unread_by: None,
            outgrown_by: None,
            mismatches: Vec::new(),
            undecided: Vec::new(),
            version_dependent: Vec::new(),
            refusal: Value::absent(),
            tidy: Value::absent(),
            rewrites: Vec::new(),
            rewrite_asked: Value::absent(),
            checked_by: None,
            mended_by: None,
            checked: Value::absent(),
            recorded_digest: Value::absent(),
            manifest_digest: Value::absent(),
            has_byte_order_mark: false,
            recorded: Recorded::Nothing,
            heals_conflict: false,
        }
    }
}

impl LockedPackage {
    /// Its version, with its place in the lockfile.
    pub fn version(&self) -> Value<String> {
        self.contents.placed(&self.contents.version)
    }

    /// A package of which nothing is known yet but its name.
    pub fn new(header: Header, lockfile: Link<Lockfile>, ecosystem: &'static str, package: impl Into<String>) -> Self {
        PackageFields {
            header,
            lockfile,
            reachable: Value::absent(),
            age: None,
            rare: Rare::default(),
            contents: PackageContents { ecosystem, package: package.into(), ..PackageContents::default() }.into(),
        }
        .into()
    }
}
