//! Hashes that Yarn puts into locators.

use sha2::{Digest, Sha512};

use crate::python::canonical_json::hex;

/// The start of the SHA-512 of texts, one after the other, in hexadecimal digits.
pub fn short(texts: &[&str]) -> String {
    let mut hash = Sha512::new();
    for text in texts {
        hash.update(text);
    }
    hex(&hash.finalize()[..3])
}

/// The name of a workspace without one, by its directory from the root; the root is empty.
pub fn unnamed_workspace(directory: &str) -> String {
    let (name, at) =
        if directory.is_empty() { ("root-workspace", ".") } else { (crate::path::file_name(directory), directory) };
    format!("{name}-{}", short(&[at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_has_the_name_that_yarn_gives_it() {
        assert_eq!(unnamed_workspace(""), "root-workspace-0b6124");
    }
}
