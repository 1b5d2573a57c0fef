//! Deployables and their sizes.

use super::field::{Bytes, Count};
use super::table::fact;
use super::{Header, Interval, Link, Lockfile, Part, PartKind};
use crate::value::Value;

fact! {
    /// What a function deploys, with its size measured or predicted.
    Artifact {
        /// The function.
        lambda: Link<super::Lambda>,
        /// How the size is known: measured, predicted, unknown.
        how: String,
        /// Compressed size in bytes; several values are the ends of an interval.
        compressed: Value<Bytes>,
        /// Unzipped size in bytes with all layers; several values are the ends of an interval. Unknown when a part has no upper end.
        unzipped: Value<Bytes>,
        /// The least it unzips to with all layers: packages without a size, layers of others and bytecode are not counted.
        unzipped_least: Value<Bytes>,
        /// Bytes of the files of its own code directory, without what git ignores and what packing leaves out. Absent for what was built.
        source: Value<Bytes>,
        /// Unzipped bytes of its locked packages; several values are the ends of an interval. Absent when nothing is installed.
        packages: Value<Bytes>,
        /// Unzipped bytes of its layers. Absent when it has none, unknown for those that are declared elsewhere.
        layers: Value<Bytes>,
        /// What it consists of, each part with the least it unzips to: `packages 210.3 MB`, `source 4.0 MB`, `the layer Shared 12.1 MB`.
        parts: Vec<String>,
        /// The lockfile the packages come from.
        lockfile: Option<Link<Lockfile>>,
        /// How many packages it holds.
        package_count: Count,
        /// The packages that weigh most, with their sizes, heaviest first.
        heaviest: Vec<String>,
        /// Packages without a wheel for the function's processor and Python.
        missing_wheels: Vec<String>,
        /// Packages with compiled code for one processor.
        compiled: Vec<String>,
    }
    carried {
        /// The parts that it is summed up from.
        made_of: Vec<Part>,
    }
}

fact! {
    /// What a build has left: an archive, or a directory that is packed as it stands.
    Build {
        /// What made it: aws-sam, serverless, cdk, chalice, other.
        builder: String,
        /// Its form: archive or directory.
        form: String,
        /// The name of the function it was built for, where its place tells.
        function: Value<String>,
        /// The function it was built for.
        lambda: Option<Link<super::Lambda>>,
        /// Bytes of the archive. Absent for directories, unknown when it could not be measured.
        compressed: Value<Bytes>,
        /// Bytes of its files. Unknown when it could not be measured.
        unzipped: Value<Bytes>,
        /// How many files it holds.
        entry_count: Count,
        /// Why it could not be measured. Absent when it was.
        refusal: Value<String>,
        /// The first file that stands after one that sorts behind it. Absent when they are sorted.
        unsorted_entry: Value<String>,
        /// The first file whose time differs from that of the first. Absent when all have the same.
        dated_entry: Value<String>,
        /// The first file of Python bytecode. Absent when there is none.
        bytecode_entry: Value<String>,
        /// The first file whose permissions depend on the umask of who built it. Absent when there is none.
        moded_entry: Value<String>,
        /// The first path that is absolute or leads out of the package. Absent when there is none.
        unsafe_entry: Value<String>,
        /// The first path that stands twice. Absent when there is none.
        double_entry: Value<String>,
        /// The first record of where a package was installed from. Absent when there is none.
        located_entry: Value<String>,
        /// The first library of another system or processor than the function's. Absent when there is none.
        foreign_entry: Value<String>,
        /// The first file with a time to the second in universal time beside the packed one. Absent when there is none.
        stamped_entry: Value<String>,
        /// The first file that names the user who owned it. Absent when there is none.
        owned_entry: Value<String>,
        /// The first file that was packed on a system without Unix permissions. Absent when there is none.
        unmoded_entry: Value<String>,
        /// The half of the SDK for Python that it holds without the other: boto3 or botocore. Absent when it holds both or neither.
        lone_sdk: Value<String>,
    }
    carried {
        /// The directory of the project it was built from.
        home: String,
        /// The first library for x86_64, and the first for arm64.
        processors: (Option<String>, Option<String>),
    }
}

fact! {
    /// A wheel in a directory `wheelhouse`, `wheels` or `.wheels` beside a template: it tells the size that a lockfile does not.
    Download {
        /// Its file name.
        file: String,
        /// Bytes of the archive.
        bytes: Bytes,
        /// Bytes of its files. Unknown when it cannot be read.
        unzipped: Value<Bytes>,
    }
}

impl Artifact {
    /// An artifact of which nothing can be said, for this reason.
    pub fn unknown(header: Header, lambda: Link<super::Lambda>, reason: &str) -> Self {
        Self {
            header,
            lambda,
            how: "unknown".to_owned(),
            compressed: Value::unknown(reason, None),
            unzipped: Value::unknown(reason, None),
            unzipped_least: Value::unknown(reason, None),
            source: Value::absent(),
            packages: Value::absent(),
            layers: Value::absent(),
            parts: Vec::new(),
            lockfile: None,
            package_count: Count(0),
            heaviest: Vec::new(),
            missing_wheels: Vec::new(),
            compiled: Vec::new(),
            made_of: Vec::new(),
        }
    }

    /// Adds up its parts.
    pub fn add_up(&mut self) {
        let sum_of = |wanted: &dyn Fn(&PartKind) -> bool| {
            let mut parts = self.made_of.iter().filter(|part| wanted(&part.kind)).map(|part| &part.unzipped);
            let first = parts.next()?.clone();
            Some(parts.fold(first, |sum, part| sum.plus(part)))
        };
        let value = |sum: Option<Interval>| sum.map_or_else(Value::absent, |sum| sum.value());
        let whole = sum_of(&|_| true).unwrap_or(Interval::NOTHING);
        let compressed = self.made_of.iter().fold(Interval::NOTHING, |sum, part| sum.plus(&part.compressed));
        self.source = value(sum_of(&|kind| *kind == PartKind::Source));
        self.packages = value(sum_of(&|kind| *kind == PartKind::Packages));
        self.layers = value(sum_of(&|kind| matches!(kind, PartKind::Layer(_))));
        self.unzipped_least = Value::derived(Bytes::of(whole.least));
        self.unzipped = whole.value();
        self.compressed = compressed.value();
        self.parts = self.made_of.iter().map(Part::shown).collect();
        if self.how != "measured" {
            self.how = if whole.most.is_ok() || self.lockfile.is_some() { "predicted" } else { "unknown" }.to_owned();
        }
    }
}
