//! Lists the files below `rules/`, so that a rule is one new file and no other line.

#![allow(clippy::print_stdout, reason = "a build script speaks to cargo on standard output")]

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let mut list = String::from("&[\n");
    for group in names(&Path::new(&root).join("rules"))? {
        let folder = Path::new(&root).join("rules").join(&group);
        if !folder.is_dir() {
            return Err(format!("rules/{group} is no folder: a rule stands in the folder of its group").into());
        }
        for file in names(&folder)? {
            let path = format!("rules/{group}/{file}");
            // From the manifest, so that a folder that was moved with its build is built again.
            writeln!(list, "    ({path:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/\", {path:?}))),")?;
        }
    }
    list.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("rules.rs"), list)?;
    Ok(())
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().into_string().map_err(|name| format!("{name:?} is not UTF-8"))?;
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
