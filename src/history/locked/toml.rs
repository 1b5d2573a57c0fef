//! uv.lock, poetry.lock, pdm.lock and Cargo.lock line by line, as their tools write them.

use super::{Locked, Pin};

#[derive(Default)]
struct Block<'t> {
    name: &'t str,
    version: &'t str,
    source: String,
    is_own: bool,
}

/// Reads a lockfile of `[[package]]` tables.
pub(super) fn read(shape: &'static str, text: &str) -> Locked {
    let mut pins = Vec::new();
    let mut block: Option<Block<'_>> = None;
    let mut in_head = false;
    let mut in_source = false;
    for line in text.lines() {
        if let Some(table) = line.strip_prefix('[') {
            if table.starts_with("[package]]") || table.starts_with("[distribution]]") {
                pins.extend(block.take().and_then(|block| block.pin(shape)));
                block = Some(Block::default());
                in_head = true;
            } else {
                in_head = false;
                // Only tables of a package stand below it; others end it.
                if !table.trim_start_matches('[').starts_with("package.") {
                    pins.extend(block.take().and_then(|block| block.pin(shape)));
                }
            }
            in_source = table.starts_with("package.source]");
            continue;
        }
        let Some(block) = block.as_mut().filter(|_| in_head || in_source) else { continue };
        let Some((key, value)) = line.split_once('=') else { continue };
        // Keys of lists over several lines are indented.
        match key.trim_end() {
            "name" if in_head => block.name = unquoted(value),
            "version" if in_head => block.version = unquoted(value),
            "source" if in_head => block.set_source(value.trim()),
            "git" | "url" | "path" | "revision" if in_head && shape == "pdm" => block.add(key.trim_end(), value),
            "editable" if in_head && shape == "pdm" => block.is_own = value.trim() == "true",
            "type" | "url" | "resolved_reference" if in_source => block.add(key.trim_end(), value),
            _ => {}
        }
    }
    pins.extend(block.take().and_then(|block| block.pin(shape)));
    Locked::new(shape, pins)
}

impl Block<'_> {
    fn set_source(&mut self, value: &str) {
        let inner = value.trim_start_matches('{').trim_start();
        self.is_own = ["virtual", "editable", "directory", "path"]
            .iter()
            .any(|word| inner.strip_prefix(word).is_some_and(|rest| rest.trim_start().starts_with('=')));
        self.source = unquoted(value).to_owned();
    }

    fn add(&mut self, key: &str, value: &str) {
        let value = unquoted(value);
        self.is_own |= key == "path" || (key == "type" && matches!(value, "directory" | "file"));
        self.source.push_str(value);
        self.source.push(' ');
    }

    fn pin(self, shape: &str) -> Option<Pin> {
        // Cargo writes no source for crates of the repository itself.
        let is_own = self.is_own || (shape == "cargo" && self.source.is_empty());
        let is_whole = !self.name.is_empty() && !self.version.is_empty();
        (is_whole && !is_own).then(|| Pin {
            name: self.name.into(),
            version: self.version.into(),
            source: self.source.into(),
        })
    }
}

fn unquoted(value: &str) -> &str {
    value.trim().trim_matches('"')
}
