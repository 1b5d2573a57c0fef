//! The machine that an environment is rehearsed for.

use std::str::FromStr;

use crate::facts::{Facts, Lockfile};
use crate::path;
use crate::python::Version;
use crate::python::marker::Environment;
use crate::python::wheel::WheelName;

use super::locked::Machines;

/// A machine: interpreter, system, processor, C library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Python's version, as exactly as it is known; `None` when nothing tells.
    pub python: Option<Version>,
    /// `linux`, `macos` or `windows`.
    pub system: System,
    /// `x86_64` or `aarch64`.
    pub machine: &'static str,
    /// Whether the C library is musl; glibc otherwise. Only for Linux.
    pub is_musl: bool,
    /// The minor version of glibc 2 that is there. Only for Linux.
    pub glibc: u64,
}

/// An operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Linux.
    Linux,
    /// macOS.
    Macos,
    /// Windows.
    Windows,
}

/// The newest that is widely deployed: 2.39 (Ubuntu 24.04, read 2026-11).
const NEWEST_GLIBC: u64 = 39;

/// A `--target` that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("--target takes words such as python3.12, linux, x86_64, musl, joined by `-`; `{0}` is none of them")]
pub struct TargetError(String);

impl Default for Target {
    /// Linux on x86_64 with glibc: what most things are deployed to.
    fn default() -> Self {
        Self { python: None, system: System::Linux, machine: "x86_64", is_musl: false, glibc: NEWEST_GLIBC }
    }
}

impl FromStr for Target {
    type Err = TargetError;

    /// `python3.12-linux-x86_64`, any part left out.
    fn from_str(text: &str) -> Result<Self, TargetError> {
        let mut target = Self::default();
        for word in text.split(['-', ',', ' ']).filter(|word| !word.is_empty()) {
            match word {
                "linux" => target.system = System::Linux,
                "macos" | "darwin" => target.system = System::Macos,
                "windows" | "win32" => target.system = System::Windows,
                "x86_64" | "amd64" | "x64" => target.machine = "x86_64",
                "aarch64" | "arm64" => target.machine = "aarch64",
                "musl" => target.is_musl = true,
                "gnu" | "glibc" => target.is_musl = false,
                word => {
                    let version = word.strip_prefix("python").or_else(|| word.strip_prefix("cp")).unwrap_or(word);
                    let version = Version::from_str(version).ok().filter(|version| version.release().len() >= 2);
                    target.python = Some(version.ok_or_else(|| TargetError(word.to_owned()))?);
                }
            }
        }
        Ok(target)
    }
}

impl Target {
    /// What a repository says of the machine of a lockfile: its functions, its images, its version files.
    pub(super) fn of(facts: &Facts, lockfile: &Lockfile) -> Self {
        let mut target = Self::default();
        let directory = path::directory(&lockfile.header.path);
        let function = facts.lambdas.iter().find(|lambda| {
            let runtime = lambda.runtime.known().map(String::as_str).unwrap_or_default();
            runtime.starts_with("python") && lambda.header.service == lockfile.header.service
        });
        if let Some(function) = function {
            let runtime = function.runtime.known().and_then(|runtime| runtime.strip_prefix("python"));
            target.python = runtime.and_then(|version| Version::from_str(version).ok());
            // Amazon Linux 2 up to Python 3.11, Amazon Linux 2023 after it (Lambda developer guide, read 2026-11-23).
            let is_new = target.python.as_ref().is_some_and(|python| *python >= Version::new([3, 12]));
            target.glibc = if is_new { 34 } else { 26 };
            if function.architecture.known().is_some_and(|of| of == "arm64") {
                target.machine = "aarch64";
            }
        }
        let is_alpine = |tag: &String| tag.contains("alpine");
        target.is_musl = facts.images.iter().any(|image| {
            image.role == "base"
                && image.header.service == lockfile.header.service
                && image.tag.known().is_some_and(is_alpine)
        });
        // The statement nearest to a machine counts, then the nearest directory.
        const PHASES: [&str; 5] = ["deploy", "image", "image-builder", "ci", "dev"];
        let mut stated: Vec<(usize, usize, Version)> = Vec::new();
        for toolchain in
            facts.toolchains.iter().filter(|of| of.tool == "python" && of.role == "select" && !of.enumerated)
        {
            let phase = PHASES.iter().position(|phase| *phase == toolchain.phase);
            let is_above = path::is_below(directory, &toolchain.scope);
            let text = toolchain.stated.known().map(String::as_str).unwrap_or_default();
            let version = text.trim_start_matches("python").trim_start_matches("cpython-");
            if let (Some(phase), true, Ok(version)) = (phase, is_above, Version::from_str(version))
                && version.release().len() >= 2
            {
                stated.push((usize::MAX - toolchain.scope.len(), phase, version));
            }
        }
        if target.python.is_none() {
            stated.sort_by_key(|(distance, phase, _)| (*distance, *phase));
            target.python = stated.into_iter().next().map(|(.., version)| version);
        }
        target
    }

    /// In words: `Python 3.12 on Linux, x86_64`.
    pub fn words(&self) -> String {
        let system = match self.system {
            System::Linux if self.is_musl => "Linux (musl)",
            System::Linux => "Linux",
            System::Macos => "macOS",
            System::Windows => "Windows",
        };
        match &self.python {
            Some(python) => format!("Python {python} on {system}, {}", self.machine),
            None => format!("{system}, {}", self.machine),
        }
    }

    /// Its environment for markers.
    pub(super) fn environment(&self) -> Environment {
        let known = |text: &str| Some(text.to_owned());
        let (os, system, platform, machine) = match self.system {
            System::Linux => ("posix", "linux", "Linux", self.machine),
            System::Macos => ("posix", "darwin", "Darwin", if self.machine == "aarch64" { "arm64" } else { "x86_64" }),
            System::Windows => ("nt", "win32", "Windows", if self.machine == "aarch64" { "ARM64" } else { "AMD64" }),
        };
        Environment {
            python: self.python.clone(),
            os_name: known(os),
            sys_platform: known(system),
            platform_system: known(platform),
            platform_machine: known(machine),
            platform_python_implementation: known("CPython"),
            implementation_name: known("cpython"),
            // Extras and groups that nobody here knows of may be installed.
            extras: None,
            groups: None,
        }
    }

    /// How well a wheel fits, more is better; `None` when it does not, or when the interpreter is not known.
    pub(super) fn fit(&self, file: &str) -> Option<(u64, u64)> {
        let minor = *self.python.as_ref()?.release().get(1)?;
        let wheel = WheelName::parse(file)?;
        let platform = wheel.platform().filter_map(|tag| self.platform(tag)).max()?;
        let python =
            wheel.python().flat_map(|python| wheel.abi().filter_map(move |abi| interpreter(python, abi, minor)));
        Some((python.max()?, platform))
    }

    /// How specific a platform tag is; `None` when it does not fit.
    fn platform(&self, tag: &str) -> Option<u64> {
        if tag == "any" {
            return Some(0);
        }
        match self.system {
            System::Linux => {
                let rest = tag.strip_suffix(self.machine)?.strip_suffix('_')?;
                let versioned = |prefix: &str| rest.strip_prefix(prefix)?.parse::<u64>().ok().map(|minor| minor + 1);
                if self.is_musl {
                    return versioned("musllinux_1_").or_else(|| (rest == "linux").then_some(1));
                }
                match rest {
                    "manylinux1" => Some(6),
                    "manylinux2010" => Some(13),
                    "manylinux2014" => Some(18),
                    "linux" => Some(1),
                    _ => versioned("manylinux_2_").filter(|minor| *minor <= self.glibc + 1),
                }
            }
            System::Macos => {
                let rest = tag.strip_prefix("macosx_")?;
                let machine = if self.machine == "aarch64" { "arm64" } else { "x86_64" };
                (rest.ends_with(machine) || rest.ends_with("universal2")).then_some(1)
            }
            System::Windows => {
                let wanted = if self.machine == "aarch64" { "win_arm64" } else { "win_amd64" };
                (tag == wanted).then_some(1)
            }
        }
    }

    /// Whether npm installs a package on this machine. An optional one that is for others is left out.
    pub(super) fn takes(&self, machines: &Machines) -> bool {
        let system = match self.system {
            System::Linux => "linux",
            System::Macos => "darwin",
            System::Windows => "win32",
        };
        let machine = if self.machine == "aarch64" { "arm64" } else { "x64" };
        let libc = if self.is_musl { "musl" } else { "glibc" };
        let fits = |list: &[String], own: &str| {
            let is_refused = list.iter().any(|word| word.strip_prefix('!') == Some(own));
            let wanted: Vec<&String> = list.iter().filter(|word| !word.starts_with('!')).collect();
            !is_refused && (wanted.is_empty() || wanted.iter().any(|word| *word == own || *word == "any"))
        };
        let is_libc = self.system != System::Linux || fits(&machines.libc, libc);
        fits(&machines.os, system) && fits(&machines.cpu, machine) && is_libc
    }
}

/// How specific a pair of interpreter and ABI tag is for CPython `3.minor`; `None` when it does not fit.
fn interpreter(python: &str, abi: &str, minor: u64) -> Option<u64> {
    let minor_of = |tag: &str, prefix: &str| tag.strip_prefix(prefix)?.parse::<u64>().ok();
    let older = |prefix: &str| minor_of(python, prefix).filter(|of| *of <= minor);
    match abi {
        "none" if python == "py3" => Some(0),
        "none" => older("py3").or_else(|| older("cp3").filter(|of| *of == minor)).map(|of| of + 1),
        "abi3" => older("cp3").map(|of| of + 100),
        abi => (minor_of(abi, "cp3") == Some(minor) && minor_of(python, "cp3") == Some(minor)).then_some(1000),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn targets_are_read() {
        for (text, words) in [
            ("python3.12-linux-x86_64", "Python 3.12 on Linux, x86_64"),
            ("3.11.4-macos-arm64", "Python 3.11.4 on macOS, aarch64"),
            ("musl", "Linux (musl), x86_64"),
        ] {
            assert_eq!(text.parse::<Target>().unwrap().words(), words);
        }
        assert!("amiga".parse::<Target>().is_err());
        assert!("3".parse::<Target>().is_err());
    }

    #[test]
    fn wheels_fit_their_machine() {
        for (target, tags, fits) in [
            ("3.12", "py3-none-any", true),
            ("3.12", "py2.py3-none-any", true),
            ("3.12", "cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64", true),
            ("3.12", "cp311-cp311-manylinux_2_17_x86_64", false),
            ("3.12", "cp39-abi3-manylinux_2_28_x86_64", true),
            ("3.12", "cp312-cp312-musllinux_1_2_x86_64", false),
            ("3.12-musl", "cp312-cp312-musllinux_1_2_x86_64", true),
            ("3.12-musl", "cp312-cp312-manylinux_2_17_x86_64", false),
            ("3.12-arm64", "cp312-cp312-manylinux_2_17_x86_64", false),
            ("3.12-macos-arm64", "cp312-cp312-macosx_11_0_arm64", true),
            ("3.12-macos-arm64", "cp312-cp312-macosx_10_9_universal2", true),
            ("3.12-windows", "cp312-cp312-win_amd64", true),
            ("3.12-windows", "cp312-cp312-win32", false),
            ("3.13", "cp313-cp313t-manylinux_2_17_x86_64", false),
            ("linux", "py3-none-any", false),
        ] {
            let target: Target = target.parse().unwrap();
            assert_eq!(target.fit(&format!("a-1-{tags}.whl")).is_some(), fits, "{tags} on {}", target.words());
        }
    }

    #[test]
    fn packages_of_node_are_for_some_machines() {
        let target = Target::default();
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        for (os, cpu, libc, takes) in [
            (&[][..], &[][..], &[][..], true),
            (&["darwin"], &[], &[], false),
            (&["linux", "darwin"], &["x64"], &["glibc"], true),
            (&["!win32"], &[], &[], true),
            (&["!linux"], &[], &[], false),
            (&["linux"], &["x64"], &["musl"], false),
            (&["linux"], &["arm64"], &[], false),
        ] {
            let machines = Machines { is_optional: true, os: list(os), cpu: list(cpu), libc: list(libc) };
            assert_eq!(target.takes(&machines), takes, "{machines:?}");
        }
    }
}
