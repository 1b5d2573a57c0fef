//! Which release of a tool reads which format of its lockfile, from the table in `data/lock-formats.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

const TABLE: &str = include_str!("../data/lock-formats.toml");

/// A format of a lockfile.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Format {
    /// The tool that writes it.
    pub tool: String,
    /// The name under which releases of the tool are stated.
    pub toolchain: String,
    /// The format, as lockfiles write it.
    pub format: String,
    /// The first release that reads it.
    pub first: Option<String>,
    /// The first release that reads it no more.
    pub until: Option<String>,
}

#[derive(Deserialize)]
struct Written {
    format: Vec<Format>,
}

/// The rows for a format of a tool's lockfile; none where the table does not tell.
pub fn of(tool: &str, format: &str) -> impl Iterator<Item = &'static Format> {
    static FORMATS: OnceLock<Vec<Format>> = OnceLock::new();
    let all = FORMATS.get_or_init(|| {
        let written: Written = toml::from_str(TABLE).expect("a test reads the table that is compiled in");
        written.format
    });
    all.iter().filter(move |row| row.tool == tool && row.format == format)
}

impl Format {
    /// The numbers of the first release; none where it is not known.
    pub fn first_release(&self) -> Option<Vec<u64>> {
        self.first.as_deref().map(numbers)
    }

    /// The numbers of the first release that reads it no more.
    pub fn end(&self) -> Option<Vec<u64>> {
        self.until.as_deref().map(numbers)
    }
}

fn numbers(text: &str) -> Vec<u64> {
    text.split('.').filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read() {
        assert!(of("cargo", "4").all(|row| row.first_release() == Some(vec![1, 78])));
        assert_eq!(of("cargo", "4").count(), 1);
        assert_eq!(of("cargo", "99").count(), 0);
        assert!(of("pnpm", "5.4").all(|row| row.first_release().is_none() && row.end() == Some(vec![8])));
    }
}
