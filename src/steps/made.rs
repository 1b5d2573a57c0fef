//! The files and directories that a command makes, as its words name them.

use crate::lock_use::Invocation;

/// Programs that put what their first words name where the last one says.
const PUT: &[&str] = &["cp", "mv", "rsync"];

/// Paths that a command makes, seen from its directory; those that only the run tells are left out.
pub(super) fn paths(invocation: &Invocation) -> Vec<String> {
    let words = || invocation.arguments.iter().filter(|word| !word.text.starts_with('-'));
    let made: Vec<_> = match invocation.program.as_str() {
        "mkdir" => words().collect(),
        program if PUT.contains(&program) && words().count() > 1 => words().next_back().into_iter().collect(),
        "unzip" => {
            let asked = invocation.arguments.iter().position(|word| word.text == "-d");
            asked.and_then(|at| invocation.arguments.get(at + 1)).into_iter().collect()
        }
        _ => Vec::new(),
    };
    let told = made.into_iter().filter(|word| !word.dynamic && !word.text.starts_with(['/', '~']));
    told.map(|word| word.text.trim_end_matches('/').to_owned()).filter(|path| !path.is_empty() && path != ".").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lock_use, shell};

    #[test]
    fn paths_are_those_that_words_name() {
        for (text, expected) in [
            ("mkdir lmdcode", vec!["lmdcode"]),
            ("mkdir -p a/b/ c", vec!["a/b", "c"]),
            ("cp -r dist app.js lmdcode/", vec!["lmdcode"]),
            ("unzip -q layer.zip -d layer", vec!["layer"]),
            ("mv a b", vec!["b"]),
            ("cp a .", vec![]),
            ("mkdir $OUT /tmp/x", vec![]),
            ("ls a b", vec![]),
        ] {
            let commands = shell::parse(text, Some("")).expect("the text of a test parses");
            let found: Vec<String> = lock_use::invocations(&commands[0]).iter().flat_map(paths).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
