//! Files of settings that differ between machines: `.env` and its kin. What they hold is not looked at.

use super::{Claim, File, Output, Reader};
use crate::facts::{Count, Stray};
use crate::path;

/// Reads nothing but the name: whether git tracks it is for others to say.
pub const READER: Reader = Reader { name: "env_file", role: "other", claims, read };

/// Endings of files that show what an `.env` needs without holding it.
const SHOWN: &[&str] = &["example", "sample", "template", "test", "dist", "defaults", "schema", "ci"];

fn claims(path: &str) -> Claim {
    if is_env_file(path) { Claim::Yes } else { Claim::No }
}

/// Whether a file holds such settings, by its name.
pub(crate) fn is_env_file(path: &str) -> bool {
    let name = path::file_name(path);
    let holds = |end: &str| !end.split('.').any(|part| SHOWN.contains(&part));
    name == ".env" || name.strip_prefix(".env.").is_some_and(holds)
}

fn read(file: &File<'_>, output: &mut Output) {
    output.facts.add(Stray {
        header: file.header(&**file.path, file.span(0..0)),
        form: "secrets".to_owned(),
        place: file.path.to_string(),
        file_count: Count(1),
    });
}
