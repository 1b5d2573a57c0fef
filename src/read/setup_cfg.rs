//! setup.cfg: the Python that a package demands, and the one that its type checker assumes.

use super::{Claim, File, Output, Reader};
use crate::facts::Toolchain;
use crate::syntax::ini;

/// Reads setup.cfg.
pub const READER: Reader = Reader { name: "setup_cfg", role: "configuration", claims, read };

fn claims(path: &str) -> Claim {
    let is_named = crate::path::file_name(path) == "setup.cfg";
    if is_named { Claim::IfContains(&["python_requires", "python_version"]) } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    for section in ini::sections(file.text) {
        let key = match section.name {
            "options" => "python_requires",
            "mypy" => "python_version",
            _ => continue,
        };
        let Some(line) = section.get(key).and_then(ini::Setting::line) else { continue };
        let place = file.span(line.at);
        let header = file.part(key, place);
        output.facts.add(match key {
            "python_requires" => {
                let fact = Toolchain::constraining(header, "python", line.text, place);
                Toolchain { surface: key.to_owned(), ..fact }
            }
            _ => Toolchain::targeting(header, "python", "python_version of mypy", line.text, place),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, read_alone};

    #[test]
    fn demands() {
        for (text, expected) in [
            ("[metadata]\nname = a\n[options]\npython_requires = >=3.9,<4 # ours\n", vec!["constrain >=3.9,<4"]),
            ("[options]\npython_requires=~=3.8\r\n[mypy]\npython_version = 3.9\n", vec!["constrain ~=3.8", "target 3.9"]),
            ("[tool]\npython_requires = >=3.9\n", vec![]),
        ] {
            let facts = read_alone(&READER, "setup.cfg", text).facts;
            let rows = facts.toolchains.iter().map(|fact| format!("{} {}", fact.role, known(&fact.stated)));
            assert_eq!(rows.collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
