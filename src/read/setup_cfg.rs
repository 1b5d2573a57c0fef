//! setup.cfg: the Python that a package demands.

use super::{Claim, File, Output, Reader};
use crate::facts::Toolchain;

/// Reads setup.cfg.
pub const READER: Reader = Reader { name: "setup_cfg", role: "configuration", claims, read };

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "setup.cfg" { Claim::IfContains(&["python_requires"]) } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    let mut section = "";
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim_end();
        if let Some(name) = content.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
        }
        let Some((key, value)) = content.split_once('=').filter(|_| section == "options") else { continue };
        let text = value.split(" #").next().unwrap_or("").trim();
        if key.trim() == "python_requires" && !text.is_empty() {
            let from = start + (text.as_ptr() as usize - line.as_ptr() as usize);
            let place = file.span(from..from + text.len());
            let fact = Toolchain::constraining(file.part("python_requires", place), "python", text, place);
            output.facts.add(Toolchain { surface: "python_requires".to_owned(), ..fact });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, read_alone};

    #[test]
    fn demands() {
        for (text, expected) in [
            ("[metadata]\nname = a\n[options]\npython_requires = >=3.9,<4 # ours\n", vec![">=3.9,<4"]),
            ("[options]\npython_requires=~=3.8\r\n", vec!["~=3.8"]),
            ("[tool]\npython_requires = >=3.9\n", vec![]),
        ] {
            let facts = read_alone(&READER, "setup.cfg", text).facts;
            assert_eq!(facts.toolchains.iter().map(|fact| known(&fact.stated)).collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
