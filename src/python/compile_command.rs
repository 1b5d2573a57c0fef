//! The command in the first comment of a compiled requirements file: pip-compile, `uv pip compile`, `uv export`.

use super::requirements_file::Command;

/// The program that wrote the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// pip-compile of pip-tools.
    PipCompile,
    /// `uv pip compile`.
    UvPipCompile,
    /// `uv export`, `poetry export` or `pdm export`: the file is made of another lockfile.
    Export,
    /// A command of the project's own (`CUSTOM_COMPILE_COMMAND`).
    Custom,
}

/// What the command asked for. Options that do not change which packages are pinned are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compile {
    /// The program.
    pub writer: Writer,
    /// Its inputs, as written.
    pub inputs: Vec<String>,
    /// The file it wrote, as written.
    pub output: Option<String>,
    /// Files of constraints.
    pub constraints: Vec<String>,
    /// Whether hashes were asked for.
    pub hashes: bool,
    /// The extras of a project that were asked for, as written.
    pub extras: Vec<String>,
    /// Whether all extras were asked for.
    pub all_extras: bool,
    /// The groups that were asked for, as written.
    pub groups: Vec<String>,
    /// Whether the pins are for every platform.
    pub universal: bool,
    /// The interpreter that was asked for.
    pub python: Option<String>,
    /// Whether pins leave extras out.
    pub strips_extras: bool,
    /// Whether comments tell what each pin is for.
    pub annotates: bool,
    /// Whether setuptools and pip are pinned like others.
    pub allows_unsafe: bool,
    /// Packages that are never written, as written.
    pub left_out: Vec<String>,
}

/// Options that take a value as the next word.
const WITH_VALUE: &[&str] = &[
    "annotation-style",
    "build-constraint",
    "build-constraints",
    "build-isolation",
    "cache-dir",
    "cert",
    "client-cert",
    "color",
    "config",
    "config-file",
    "config-setting",
    "config-settings",
    "default-index",
    "directory",
    "exclude-newer",
    "excludes",
    "find-links",
    "fork-strategy",
    "format",
    "index",
    "index-strategy",
    "index-url",
    "extra-index-url",
    "keyring-provider",
    "link-mode",
    "max-rounds",
    "newline",
    "no-binary",
    "only-binary",
    "override",
    "overrides",
    "pip-args",
    "pre-release",
    "prerelease",
    "project",
    "python-platform",
    "refresh-package",
    "reinstall-package",
    "resolution",
    "resolver",
    "torch-backend",
    "trusted-host",
    "allow-insecure-host",
    "upgrade-package",
    "no-build-package",
    "no-binary-package",
    "custom-compile-command",
    "all-build-deps-for",
    "package",
];

const SHORT: &[(&str, &str)] = &[
    ("-o", "output-file"),
    ("-c", "constraint"),
    ("-p", "python"),
    ("-b", "build-constraint"),
    ("-i", "index-url"),
    ("-f", "find-links"),
    ("-P", "upgrade-package"),
    ("-C", "config-setting"),
];

impl Compile {
    /// Reads a command.
    pub fn of(command: &Command) -> Self {
        let words: Vec<&str> = command.words.iter().map(String::as_str).collect();
        let (writer, rest) = match words.as_slice() {
            ["uv", "pip", "compile", rest @ ..] => (Writer::UvPipCompile, rest),
            ["uv" | "poetry" | "pdm", "export", rest @ ..] => (Writer::Export, rest),
            [first, rest @ ..] if first.rsplit('/').next() == Some("pip-compile") => (Writer::PipCompile, rest),
            ["python", "-m", "piptools", "compile", rest @ ..] => (Writer::PipCompile, rest),
            _ => (Writer::Custom, &[][..]),
        };
        let is_uv = writer == Writer::UvPipCompile;
        let mut compile = Self {
            writer,
            inputs: Vec::new(),
            output: None,
            constraints: Vec::new(),
            hashes: false,
            extras: Vec::new(),
            all_extras: false,
            groups: Vec::new(),
            universal: false,
            python: command.python.clone(),
            strips_extras: is_uv,
            annotates: true,
            allows_unsafe: is_uv,
            left_out: Vec::new(),
        };
        let mut words = rest.iter().copied();
        while let Some(word) = words.next() {
            let Some(option) = option(word) else {
                compile.inputs.push(word.to_owned());
                continue;
            };
            let (name, value) = option;
            if !compile.flag(name) {
                let is_known = VALUES.contains(&name) || WITH_VALUE.contains(&name);
                let value =
                    value.map(str::to_owned).or_else(|| is_known.then(|| words.next()).flatten().map(str::to_owned));
                compile.value(name, value.unwrap_or_default());
            }
        }
        compile
    }

    /// Takes in an option without a value.
    fn flag(&mut self, name: &str) -> bool {
        let is_on = !name.starts_with("no-");
        match name {
            "generate-hashes" | "no-generate-hashes" => self.hashes = is_on,
            "all-extras" => self.all_extras = true,
            "universal" => self.universal = true,
            "strip-extras" | "no-strip-extras" => self.strips_extras = is_on,
            "annotate" | "no-annotate" => self.annotates = is_on,
            "allow-unsafe" | "no-allow-unsafe" => self.allows_unsafe = is_on,
            _ => return false,
        }
        true
    }

    fn value(&mut self, name: &str, value: String) {
        match name {
            "output-file" => self.output = Some(value),
            "constraint" | "constraints" => self.constraints.push(value),
            "extra" => self.extras.extend(value.split(',').map(str::to_owned)),
            "group" => self.groups.push(value),
            // A path to an interpreter tells nothing.
            "python-version" | "python" if value.starts_with(|c: char| c.is_ascii_digit()) => self.python = Some(value),
            "unsafe-package" | "no-emit-package" => self.left_out.push(value),
            _ => {}
        }
    }
}

/// Options whose value is looked at.
const VALUES: &[&str] = &[
    "output-file",
    "constraint",
    "constraints",
    "extra",
    "group",
    "python-version",
    "python",
    "unsafe-package",
    "no-emit-package",
];

fn option(word: &str) -> Option<(&str, Option<&str>)> {
    if let Some(long) = word.strip_prefix("--") {
        return Some(long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value))));
    }
    if !word.starts_with('-') || word == "-" {
        return None;
    }
    let known = SHORT.iter().find(|(short, _)| word.starts_with(short));
    let Some((short, name)) = known else { return Some((word, None)) };
    let value = word[short.len()..].trim_start_matches('=');
    Some((name, (!value.is_empty()).then_some(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(words: &str) -> Compile {
        Compile::of(&Command { words: words.split(' ').map(str::to_owned).collect(), python: None })
    }

    #[test]
    fn inputs_are_what_is_no_option() {
        let cases = [
            ("pip-compile --generate-hashes --output-file=out.txt a.in b.in", "a.in,b.in", Some("out.txt")),
            ("uv pip compile a.in -o out.txt --python-version 3.12 -c c.txt", "a.in", Some("out.txt")),
            ("uv pip compile --index-url https://corp.example.com/simple -oout.txt a.in", "a.in", Some("out.txt")),
            ("pip-compile --extra=dev --pip-args='x' -q pyproject.toml", "pyproject.toml", None),
            ("make lock", "", None),
        ];
        for (words, inputs, output) in cases {
            let compile = compile(words);
            assert_eq!((compile.inputs.join(","), compile.output.as_deref()), (inputs.to_owned(), output), "{words}");
        }
        let uv = compile("uv pip compile --universal --no-annotate --extra a --extra b -c one -c two x.in");
        assert!(uv.universal && !uv.annotates && uv.strips_extras);
        assert_eq!((uv.extras.join(","), uv.constraints.join(",")), ("a,b".to_owned(), "one,two".to_owned()));
        assert_eq!(compile("uv export --format requirements-txt").writer, Writer::Export);
    }
}
