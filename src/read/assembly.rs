//! Scripts and recipes that nothing runs in CI, looked at only for the commands that put files together: what a template
//! names may be made by one of them.

use super::{Claim, File, Output, Reader};
use crate::facts::{Assembly, Step};

/// Reads scripts that copy, unpack, install into a directory or build.
pub const READER: Reader = Reader { name: "assembly", role: "other", claims, read };

/// Words of commands that put files together.
const WORDS: &[&str] = &["cp ", "mv ", "rsync ", "mkdir ", "unzip ", "tar ", "pip install", "pip3 install", "sam build"];

fn claims(path: &str) -> Claim {
    if format_of(path).is_some() { Claim::IfContains(WORDS) } else { Claim::No }
}

/// The reader that understands the commands of a file.
fn format_of(path: &str) -> Option<&'static str> {
    let name = crate::path::file_name(path);
    match name {
        "Makefile" | "makefile" | "GNUmakefile" => Some("makefile"),
        "justfile" | "Justfile" | ".justfile" => Some("justfile"),
        "Taskfile.yml" | "Taskfile.yaml" => Some("taskfile"),
        "package.json" => Some("package_scripts"),
        _ if name.ends_with(".sh") || name.ends_with(".bash") => Some("shell_script"),
        _ => None,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(reader) = format_of(file.path).and_then(super::reader) else { return };
    // What is wrong with the file is told where something runs it.
    let mut found = Output::default();
    (reader.read)(file, &mut found);
    note(found.facts.steps, output);
}

/// Notes those of some commands that put files together.
pub(super) fn note(steps: Vec<Step>, output: &mut Output) {
    for step in steps.into_iter().filter(|step| !step.puts.is_empty()) {
        output.facts.add(Assembly {
            header: step.header,
            command: step.command,
            directory: step.directory,
            puts: step.puts,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn commands_that_put_files_together() {
        let rows = |path: &str, text: &str| {
            let facts = read_alone(&READER, path, text).facts;
            assert!(facts.steps.is_empty());
            facts.assemblies.iter().map(|one| format!("{} in {:?}", one.command, one.directory.known())).collect::<Vec<_>>()
        };
        assert_eq!(rows("a/x.sh", "pip install x\ncp -r src out\n"), ["cp -r src out in Some(\"\")"]);
        assert_eq!(rows("a/Makefile", "b:\n\tcp -r src out\n"), ["cp -r src out in Some(\"a\")"]);
        let package = r#"{"scripts": {"build": "mkdir -p out && tsc"}}"#;
        assert_eq!(rows("a/package.json", package), ["mkdir -p out in Some(\"a\")"]);
    }
}
