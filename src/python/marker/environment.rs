//! Environments in which markers are evaluated.

use std::collections::BTreeSet;

use super::expression::{Atom, Expression, TextVariable, VersionVariable};
use crate::python::Version;

/// What is known of a machine and its interpreter; `None` is unknown.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// The interpreter's full version.
    pub python: Option<Version>,
    /// `os.name`: posix, nt.
    pub os_name: Option<String>,
    /// `sys.platform`: linux, darwin, win32.
    pub sys_platform: Option<String>,
    /// `platform.system()`: Linux, Darwin, Windows.
    pub platform_system: Option<String>,
    /// `platform.machine()`: x86_64, aarch64, arm64.
    pub platform_machine: Option<String>,
    /// `platform.python_implementation()`: CPython, PyPy.
    pub platform_python_implementation: Option<String>,
    /// `sys.implementation.name`: cpython, pypy.
    pub implementation_name: Option<String>,
    /// The extras that are asked for, normalised.
    pub extras: Option<BTreeSet<String>>,
    /// The groups that are asked for, normalised.
    pub groups: Option<BTreeSet<String>>,
}

impl Environment {
    /// CPython on Linux, without extras. `machine` is x86_64 or aarch64.
    pub fn linux(python: Version, machine: &str) -> Self {
        let known = |text: &str| Some(text.to_owned());
        Self {
            python: Some(python),
            os_name: known("posix"),
            sys_platform: known("linux"),
            platform_system: known("Linux"),
            platform_machine: known(machine),
            platform_python_implementation: known("CPython"),
            implementation_name: known("cpython"),
            extras: Some(BTreeSet::new()),
            groups: Some(BTreeSet::new()),
        }
    }

    pub(super) fn evaluate(&self, expression: &Expression) -> Option<bool> {
        expression.truth(&|atom| self.truth(atom))
    }

    fn truth(&self, atom: &Atom) -> Option<bool> {
        match atom {
            Atom::Version(variable, set) => {
                let version = match variable {
                    VersionVariable::PythonFullVersion => self.python.as_ref(),
                    // CPython gives its own version here, other implementations theirs.
                    VersionVariable::ImplementationVersion
                        if self.implementation_name.as_deref() == Some("cpython") =>
                    {
                        self.python.as_ref()
                    }
                    VersionVariable::ImplementationVersion => None,
                };
                version.map(|version| set.contains(&version.only_release()))
            }
            Atom::Text(variable, set) => self.text(*variable).map(|text| set.contains(text)),
            Atom::In(variable, value) => self.text(*variable).map(|text| value.contains(text.as_str())),
            Atom::Contains(variable, value) => self.text(*variable).map(|text| text.contains(value.as_str())),
            Atom::Extra(name) | Atom::Listed("extras", name) => {
                self.extras.as_ref().map(|extras| extras.contains(name))
            }
            Atom::Listed(_, name) => self.groups.as_ref().map(|groups| groups.contains(name)),
        }
    }

    fn text(&self, variable: TextVariable) -> Option<&String> {
        match variable {
            TextVariable::OsName => self.os_name.as_ref(),
            TextVariable::SysPlatform => self.sys_platform.as_ref(),
            TextVariable::PlatformSystem => self.platform_system.as_ref(),
            TextVariable::PlatformMachine => self.platform_machine.as_ref(),
            TextVariable::PlatformPythonImplementation => self.platform_python_implementation.as_ref(),
            TextVariable::ImplementationName => self.implementation_name.as_ref(),
            TextVariable::PlatformRelease | TextVariable::PlatformVersion => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::str::FromStr;

    use super::*;
    use crate::python::Marker;

    #[test]
    fn markers_hold_or_not_or_nobody_knows() {
        let mut environment = Environment::linux(Version::from_str("3.12.3").unwrap(), "aarch64");
        environment.extras = Some(["fast".to_owned()].into());
        for (marker, holds) in [
            ("python_version >= '3.12'", Some(true)),
            ("python_version == '3.12'", Some(true)),
            ("python_version > '3.12'", Some(false)),
            ("python_full_version < '3.12.4'", Some(true)),
            ("sys_platform == 'win32' or os_name == 'posix'", Some(true)),
            ("platform_machine == 'x86_64' and platform_release > '5'", Some(false)),
            ("platform_release > '5'", None),
            ("platform_system != 'Windows'", Some(true)),
            ("sys_platform in 'linux darwin'", Some(true)),
            ("'lin' not in sys_platform", Some(false)),
            ("extra == 'Fast'", Some(true)),
            ("extra != 'fast'", Some(false)),
            ("implementation_version >= '3.12'", Some(true)),
        ] {
            assert_eq!(Marker::parse(marker).unwrap().evaluate(&environment), holds, "{marker}");
        }
    }
}
