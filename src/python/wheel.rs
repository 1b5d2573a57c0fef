//! Names of wheel files: what they hold and where they fit.

use std::borrow::Cow;

use super::name;

/// A wheel's file name, taken apart: `numpy-2.1.0-cp312-cp312-manylinux_2_17_x86_64.whl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WheelName<'f> {
    package: &'f str,
    version: &'f str,
    /// The build tag, if there is one.
    pub build: Option<&'f str>,
    python: &'f str,
    abi: &'f str,
    platform: &'f str,
}

impl<'f> WheelName<'f> {
    /// Takes a file name apart; `None` when it is no wheel's.
    pub fn parse(file: &'f str) -> Option<Self> {
        let mut parts = file.strip_suffix(".whl")?.rsplitn(4, '-');
        let [platform, abi, python] = [parts.next()?, parts.next()?, parts.next()?];
        let mut front = parts.next()?.split('-');
        let [package, version] = [front.next()?, front.next()?];
        let build = front.next();
        if package.is_empty() || version.is_empty() || front.next().is_some() {
            return None;
        }
        Some(Self { package, version, build, python, abi, platform })
    }

    /// The package's name, normalised.
    pub fn package(&self) -> String {
        name::normalize(self.package)
    }

    /// The version. A local version's separator is written `_` in file names.
    pub fn version(&self) -> Cow<'f, str> {
        if self.version.contains('_') { self.version.replace('_', "+").into() } else { self.version.into() }
    }

    /// Python tags: cp312, py3.
    pub fn python(&self) -> impl Iterator<Item = &'f str> {
        self.python.split('.')
    }

    /// ABI tags: cp312, abi3, none.
    pub fn abi(&self) -> impl Iterator<Item = &'f str> {
        self.abi.split('.')
    }

    /// Platform tags: any, `manylinux_2_17_x86_64`.
    pub fn platform(&self) -> impl Iterator<Item = &'f str> {
        self.platform.split('.')
    }

    /// Whether CPython `3.minor` on glibc Linux can install it. `machine` is x86_64 or aarch64.
    pub fn fits_linux(&self, minor: u64, machine: &str) -> bool {
        self.fits_platform(machine) && self.fits_interpreter(minor)
    }

    /// Whether it is for any platform.
    pub fn is_pure(&self) -> bool {
        self.platform().any(|tag| tag == "any")
    }

    fn fits_platform(&self, machine: &str) -> bool {
        self.platform().any(|tag| {
            tag == "any"
                || (tag.ends_with(machine)
                    && (tag.starts_with("manylinux") || tag.strip_prefix("linux_") == Some(machine)))
        })
    }

    fn fits_interpreter(&self, minor: u64) -> bool {
        let minor_of = |tag: &str, prefix: &str| tag.strip_prefix(prefix)?.parse::<u64>().ok();
        self.python().any(|python| {
            let own = minor_of(python, "cp3") == Some(minor);
            let older = |prefix: &str| minor_of(python, prefix).is_some_and(|of| of <= minor);
            self.abi().any(|abi| match abi {
                "none" => python == "py3" || older("py3") || python == "cp3" || own,
                "abi3" => older("cp3"),
                abi => own && minor_of(abi, "cp3") == Some(minor),
            })
        })
    }
}

/// The version in the name of a source archive of `package`; `None` when the name is another's.
pub fn source_version<'f>(file: &'f str, package: &str) -> Option<&'f str> {
    let stem = [".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz"].iter().find_map(|end| file.strip_suffix(end))?;
    // The name may contain `-` in old archives, the version may not begin with a letter.
    stem.match_indices('-')
        .map(|(at, _)| stem.split_at(at))
        .find_map(|(front, version)| (name::normalize(front) == name::normalize(package)).then(|| &version[1..]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn names_come_apart() {
        let wheel =
            WheelName::parse("Foo_Bar-1.0_cpu-1-cp39.cp310-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl");
        let wheel = wheel.unwrap();
        assert_eq!((&*wheel.package(), &*wheel.version()), ("foo-bar", "1.0+cpu"));
        assert_eq!((wheel.build, wheel.python().count(), wheel.platform().count()), (Some("1"), 2, 2));
        assert_eq!(WheelName::parse("foo-1.0.tar.gz"), None);
        assert_eq!(WheelName::parse("foo.whl"), None);
    }

    #[test]
    fn wheels_fit_or_not() {
        for (tags, minor, machine, fits) in [
            ("py3-none-any", 12, "x86_64", true),
            ("py2.py3-none-any", 12, "aarch64", true),
            ("cp312-cp312-manylinux_2_17_x86_64", 12, "x86_64", true),
            ("cp312-cp312-manylinux_2_17_x86_64", 12, "aarch64", false),
            ("cp312-cp312-manylinux_2_17_x86_64", 13, "x86_64", false),
            ("cp39-abi3-manylinux_2_28_aarch64", 12, "aarch64", true),
            ("cp313-abi3-manylinux_2_28_aarch64", 12, "aarch64", false),
            ("cp312-cp312-musllinux_1_2_x86_64", 12, "x86_64", false),
            ("cp313-cp313t-manylinux_2_17_x86_64", 13, "x86_64", false),
            ("py3-none-manylinux_2_17_x86_64", 9, "x86_64", true),
            ("cp312-cp312-win_amd64", 12, "x86_64", false),
        ] {
            let file = format!("a-1-{tags}.whl");
            let wheel = WheelName::parse(&file).unwrap();
            assert_eq!(wheel.fits_linux(minor, machine), fits, "{tags} on 3.{minor} {machine}");
        }
    }

    #[test]
    fn source_archives_carry_their_version() {
        assert_eq!(source_version("zope.interface-5.4.0.tar.gz", "zope-interface"), Some("5.4.0"));
        assert_eq!(source_version("my-pkg-1.0.zip", "my_pkg"), Some("1.0"));
        assert_eq!(source_version("other-1.0.zip", "my_pkg"), None);
    }
}
