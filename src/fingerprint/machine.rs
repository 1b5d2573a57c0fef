//! Where a build ran, without saying on whose machine: class, a hash that tells machines apart, platform, environment.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::record::{Class, Environment, Target};
use crate::python::canonical_json::hex;

/// The value of a variable of the environment.
pub type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Variables that services of CI set.
const CI: &[&str] = &[
    "CI",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "CODEBUILD_BUILD_ID",
    "JENKINS_URL",
    "TF_BUILD",
    "TEAMCITY_VERSION",
    "BUILDKITE",
];

/// Variables that are another for each job of CI: two jobs are two machines, though both run one image.
const JOBS: &[&str] = &[
    "GITHUB_RUN_ID",
    "GITHUB_RUN_ATTEMPT",
    "GITHUB_JOB",
    "RUNNER_TRACKING_ID",
    "CI_JOB_ID",
    "CODEBUILD_BUILD_ID",
    "BUILD_TAG",
    "BUILDKITE_JOB_ID",
    "CIRCLE_WORKFLOW_JOB_ID",
    "SYSTEM_JOBID",
];

/// Files that hold an id drawn when the system was installed (machine-id(5)).
const IDS: &[&str] = &["/etc/machine-id", "/var/lib/dbus/machine-id"];

/// Who builds, by the variables of CI.
pub fn class(variable: Variable<'_>) -> Class {
    let is_set =
        |name: &&str| variable(name).is_some_and(|value| !value.is_empty() && value != "false" && value != "0");
    if CI.iter().any(is_set) { Class::Ci } else { Class::Dev }
}

/// A hash that tells machines apart within one commit: the commit is its salt, so that it does not follow a machine
/// from commit to commit. `None` where nothing tells machines apart.
pub fn machine(variable: Variable<'_>, commit: &str, read: &dyn Fn(&Path) -> Option<String>) -> Option<String> {
    let jobs =
        JOBS.iter().filter_map(|name| Some(format!("{name}={}\n", variable(name).filter(|value| !value.is_empty())?)));
    let id =
        IDS.iter().find_map(|path| read(Path::new(path))).map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
    let seed: String = jobs.chain(id).collect();
    if seed.is_empty() {
        return None;
    }
    let mut hasher = Sha256::new();
    hasher.update(format!("reproof\0{commit}\0{seed}"));
    Some(hex(&hasher.finalize())[..16].to_owned())
}

/// The platform. `python` is the version of Python that built, where there is one.
pub fn target(python: Option<&str>) -> Target {
    let abi = python.and_then(|version| {
        let mut parts = version.split('.');
        Some(format!("cp{}{}", parts.next()?, parts.next()?))
    });
    Target { os: std::env::consts::OS.to_owned(), arch: std::env::consts::ARCH.to_owned(), libc: libc(), abi }
}

/// The C library of the system, as its own file says it.
fn libc() -> Option<String> {
    let arch = std::env::consts::ARCH;
    let glibc =
        [format!("/lib/{arch}-linux-gnu/libc.so.6"), "/lib64/libc.so.6".to_owned(), "/usr/lib/libc.so.6".to_owned()];
    for file in glibc {
        if let Ok(bytes) = std::fs::read(file) {
            const WORDS: &[u8] = b"GNU C Library";
            let told = memchr::memmem::find(&bytes, WORDS).map(|at| &bytes[at..bytes.len().min(at + 200)])?;
            let at = memchr::memmem::find(told, b"version ")? + 8;
            let version: String = told[at..]
                .iter()
                .map(|byte| char::from(*byte))
                .take_while(|c| c.is_ascii_digit() || *c == '.')
                .collect();
            return Some(format!("glibc {}", version.trim_end_matches('.')));
        }
    }
    Path::new(&format!("/lib/ld-musl-{arch}.so.1")).exists().then(|| "musl".to_owned())
}

/// What of the environment changes builds, in classes.
pub fn environment(variable: Variable<'_>) -> Environment {
    let tz = match variable("TZ").as_deref() {
        None | Some("") => "unset",
        Some("UTC" | "UTC0" | "Etc/UTC" | "GMT" | ":UTC") => "utc",
        Some(_) => "other",
    };
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(name).filter(|value| !value.is_empty()));
    let lang = match locale.map(|value| value.to_ascii_lowercase()).as_deref() {
        None => "unset",
        Some("c" | "posix") => "c",
        Some("c.utf-8" | "c.utf8") => "c-utf8",
        Some(other) if other.ends_with("utf-8") || other.ends_with("utf8") => "utf8",
        Some(_) => "other",
    };
    Environment {
        source_date_epoch: variable("SOURCE_DATE_EPOCH").is_some_and(|value| !value.is_empty()),
        fixed_hash_seed: variable("PYTHONHASHSEED").is_some_and(|value| value.parse::<u32>().is_ok()),
        tz: Some(tz.to_owned()),
        lang: Some(lang.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(table: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        move |name| table.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn variables_tell_who_builds() {
        for (table, is_ci) in [
            (&[("CI", "true")][..], true),
            (&[("GITLAB_CI", "1")], true),
            (&[("CI", "false")], false),
            (&[("CI", "")], false),
            (&[], false),
        ] {
            assert_eq!(class(&from(table)) == Class::Ci, is_ci, "{table:?}");
        }
    }

    #[test]
    fn machines_are_told_apart_within_a_commit() {
        let id = |id: &'static str| move |_: &Path| (!id.is_empty()).then(|| id.to_owned());
        let one = machine(&from(&[]), "c1", &id("m1\n"));
        assert_eq!(one, machine(&from(&[]), "c1", &id("m1")));
        assert_ne!(one, machine(&from(&[]), "c1", &id("m2")));
        assert_ne!(one, machine(&from(&[]), "c2", &id("m1")));
        assert_ne!(one, machine(&from(&[("GITHUB_RUN_ID", "7")]), "c1", &id("m1")));
        assert_eq!(machine(&from(&[]), "c1", &id("")), None);
        assert!(one.is_some_and(|hash| hash.len() == 16));
    }

    #[test]
    fn the_environment_is_kept_in_classes() {
        let found = environment(&from(&[
            ("TZ", "Europe/Berlin"),
            ("LANG", "de_DE.UTF-8"),
            ("SOURCE_DATE_EPOCH", "1"),
            ("PYTHONHASHSEED", "random"),
        ]));
        assert_eq!((found.tz.as_deref(), found.lang.as_deref()), (Some("other"), Some("utf8")));
        assert_eq!((found.source_date_epoch, found.fixed_hash_seed), (true, false));
        let found = environment(&from(&[("TZ", "UTC"), ("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")]));
        assert_eq!((found.tz.as_deref(), found.lang.as_deref()), (Some("utc"), Some("c")));
    }
}
