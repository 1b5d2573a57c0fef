//! Which wheel a Lambda function gets, and what it unzips to.

use std::sync::{Mutex, PoisonError};

use foldhash::HashMap;

use super::told::Told;
use crate::facts::PackageContents;
use crate::python::Version;
use crate::python::marker::Environment;
use crate::python::wheel::WheelName;

/// An interpreter and a processor on Lambda.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Target {
    /// The minor version of CPython 3.
    minor: u64,
    /// `x86_64` or `aarch64`.
    machine: &'static str,
}

impl std::fmt::Display for Target {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "python3.{} on {}", self.minor, self.machine)
    }
}

/// How much larger a wheel is once unzipped, in hundredths: at least, and at most.
///
/// Measured on 44 wheels of 32 well-known packages (2026-11-23): pure ones 1.28 to 7.07, those with
/// compiled code 2.25 to 4.11.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ratio(u64, u64);

const PURE: Ratio = Ratio(120, 710);
const COMPILED: Ratio = Ratio(220, 420);

/// botocore ships its data compressed already: 1.28, measured as above.
const COMPRESSED: Ratio = Ratio(120, 140);

impl Ratio {
    /// Bytes unzipped, least and most.
    fn unzipped(self, bytes: u64) -> (u64, u64) {
        let of = |hundredths: u64| bytes.saturating_mul(hundredths) / 100;
        (of(self.0), of(self.1))
    }
}

/// How much of a wheel's bytes are left once its files are packed again as a build packs them, in thousandths:
/// at least, and at most.
///
/// Most tools pack wheels as tightly as builds do. maturin does not, and what it made shows in no name: of 25 wheels
/// for aarch64 (2026-11-30) the eight that it packed came to 954 to 979, the rest to 997 to 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Packing(u64, u64);

const TIGHT: Packing = Packing(1000, 1000);
const LOOSE: Packing = Packing(950, 980);
const EITHER: Packing = Packing(950, 1000);

/// Packages whose wheels are known to be packed by maturin (those that were measured).
const LOOSELY_PACKED: &[&str] =
    &["jiter", "orjson", "polars-runtime-32", "pydantic-core", "rpds-py", "ruff", "tokenizers", "watchfiles"];

impl Packing {
    fn of(package: &str, is_compiled: bool) -> Self {
        match is_compiled {
            _ if LOOSELY_PACKED.contains(&package) => LOOSE,
            true => EITHER,
            false => TIGHT,
        }
    }

    /// Bytes in the archive that is deployed, least and most.
    fn packed(self, bytes: u64) -> (u64, u64) {
        let of = |thousandths: u64| bytes.saturating_mul(thousandths) / 1000;
        (of(self.0), of(self.1))
    }
}

/// What a package contributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A wheel of so many bytes, what they come to in the archive that is deployed, and what it unzips to: at
    /// least, and at most.
    Wheel { bytes: u64, packed: (u64, u64), unzipped: (u64, u64), is_compiled: bool },
    /// A wheel fits, but the lockfile does not tell its size, or the package comes from somewhere without wheels.
    Unsized,
    /// It has wheels, and none fits.
    Missing,
}

impl Target {
    /// The target of a runtime such as `python3.12` on `x86_64` or `arm64`.
    pub(super) fn of(runtime: &str, architecture: &str) -> Option<Self> {
        let minor = runtime.strip_prefix("python3.")?.parse().ok()?;
        let machine = match architecture {
            "x86_64" => "x86_64",
            "arm64" => "aarch64",
            _ => return None,
        };
        Some(Self { minor, machine })
    }

    /// Its environment for markers.
    pub(super) fn environment(&self) -> Environment {
        Environment::linux(Version::new([3, self.minor]), self.machine)
    }

    /// The minor version of the runtime's glibc 2: Amazon Linux 2 up to Python 3.11, Amazon Linux
    /// 2023 from 3.12 on (Lambda developer guide, "Lambda runtimes", read 2026-11-23).
    fn glibc(&self) -> u64 {
        if self.minor >= 12 { 34 } else { 26 }
    }

    /// How well a wheel fits, more is better; `None` when it does not.
    fn fit(&self, wheel: &WheelName<'_>) -> Option<(u64, u64)> {
        if !wheel.fits_linux(self.minor, self.machine) {
            return None;
        }
        let platform = wheel.platform().filter_map(|tag| self.platform(tag)).max()?;
        let minor_of = |tag: &str| tag.strip_prefix("cp3")?.parse::<u64>().ok();
        let python = match () {
            () if wheel.abi().any(|abi| minor_of(abi) == Some(self.minor)) => 1000,
            () if wheel.abi().any(|abi| abi == "abi3") => {
                let minors = wheel.python().filter_map(minor_of);
                minors.filter(|minor| *minor <= self.minor).max().unwrap_or(0) + 100
            }
            () => 0,
        };
        Some((python, platform))
    }

    /// How specific a platform tag is: the glibc it asks for, 0 for any platform. `None` when it does not fit.
    fn platform(&self, tag: &str) -> Option<u64> {
        if tag == "any" {
            return Some(0);
        }
        let rest = tag.strip_suffix(self.machine)?.strip_suffix('_')?;
        let glibc = match rest {
            "manylinux1" => 5,
            "manylinux2010" => 12,
            "manylinux2014" => 17,
            "linux" => 1,
            rest => rest.strip_prefix("manylinux_2_")?.parse().ok()?,
        };
        (glibc <= self.glibc()).then_some(glibc)
    }
}

/// Chooses the wheels that are installed. Services lock the same packages, so what was chosen once serves again.
pub(super) struct Chooser<'f> {
    told: Told<'f>,
    /// By where the contents of a package are kept.
    chosen: Mutex<HashMap<(usize, Target), Found>>,
}

impl<'f> Chooser<'f> {
    pub(super) fn new(told: Told<'f>) -> Self {
        Self { told, chosen: Mutex::default() }
    }

    /// The wheel that a target gets of a package.
    pub(super) fn choose(&self, package: &'f PackageContents, target: &Target) -> Found {
        let chosen = || self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (std::ptr::from_ref(package).addr(), target.clone());
        if let Some(found) = chosen().get(&key) {
            return *found;
        }
        let found = choose(package, target, &self.told);
        chosen().insert(key, found);
        found
    }
}

/// The wheel of a package that is installed, as pip and uv rank them.
///
/// A copy that was downloaded beside the project tells both its sizes; another lockfile tells that of the archive.
fn choose(package: &PackageContents, target: &Target, told: &Told<'_>) -> Found {
    let best = package
        .wheels
        .iter()
        .filter_map(|wheel| {
            let name = WheelName::parse(wheel.file)?;
            Some((target.fit(&name)?, wheel, name))
        })
        .max_by_key(|(fit, ..)| *fit);
    let Some((_, wheel, name)) = best else {
        // What has no wheels at all is built from source, wherever that is.
        return if package.wheels.is_empty() { Found::Unsized } else { Found::Missing };
    };
    let is_compiled = !name.is_pure();
    let packing = Packing::of(&package.package, is_compiled);
    if let Some((bytes, unzipped)) = told.downloaded(wheel.file) {
        return Found::Wheel { bytes, packed: packing.packed(bytes), unzipped: (unzipped, unzipped), is_compiled };
    }
    match wheel.size.or_else(|| told.elsewhere(&package.package, wheel.file)) {
        Some(bytes) => {
            let unzipped = ratio(&package.package, &name).unzipped(bytes);
            Found::Wheel { bytes, packed: packing.packed(bytes), unzipped, is_compiled }
        }
        None => Found::Unsized,
    }
}

fn ratio(package: &str, wheel: &WheelName<'_>) -> Ratio {
    match package {
        "botocore" => COMPRESSED,
        _ if wheel.is_pure() => PURE,
        _ => COMPILED,
    }
}
