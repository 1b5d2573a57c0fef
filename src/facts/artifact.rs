//! Deployables and their sizes.

use super::field::{Bytes, Count};
use super::table::fact;
use super::{Header, Link, Lockfile};
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
        /// Unzipped size in bytes; several values are the ends of an interval. Layers of unknown size are not counted.
        unzipped: Value<Bytes>,
        /// The least it unzips to: packages without a size, layers and the function's own source are not counted.
        unzipped_least: Value<Bytes>,
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
    pub fn unknown(
        header: Header,
        lambda: Link<super::Lambda>,
        lockfile: Option<Link<Lockfile>>,
        reason: &str,
    ) -> Self {
        Self {
            header,
            lambda,
            how: "unknown".to_owned(),
            compressed: Value::unknown(reason, None),
            unzipped: Value::unknown(reason, None),
            unzipped_least: Value::unknown(reason, None),
            lockfile,
            package_count: Count(0),
            heaviest: Vec::new(),
            missing_wheels: Vec::new(),
            compiled: Vec::new(),
        }
    }
}
