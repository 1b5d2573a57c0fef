//! The files that lines are appended to. Two runs may append at once, and a line may be cut by a full disk: nothing
//! but that line is lost.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::{Line, SCHEMA};

/// Longer lines are no records of a run.
const LONGEST: u64 = 64 * 1024 * 1024;

/// What was read of some files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lines {
    /// The lines, by repository and time.
    pub lines: Vec<Line>,
    /// What was passed over, a sentence each.
    pub passed_over: Vec<String>,
}

/// Appends a line to a file; makes the file where there is none.
///
/// # Errors
/// When the file cannot be written.
pub fn append(path: &Path, line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    let mut file = OpenOptions::new().append(true).read(true).create(true).open(path)?;
    match file.lock() {
        Ok(()) => {}
        // Some file systems have no locks; one write at the end of the file does not mix with another there either.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
        Err(error) => return Err(error),
    }
    if ends_within_line(&mut file)? {
        text.insert(0, '\n');
    }
    file.write_all(text.as_bytes())?;
    file.sync_data()
}

/// Whether the last line was cut off.
fn ends_within_line(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Reads files of lines, those of other schemas and cut ones apart.
///
/// # Errors
/// When a file cannot be read at all.
pub fn read(paths: &[impl AsRef<Path>]) -> io::Result<Lines> {
    let mut read = Lines::default();
    let mut seen = BTreeSet::new();
    for path in paths {
        let path = path.as_ref();
        let mut file = BufReader::new(File::open(path)?);
        for number in 1.. {
            let mut bytes = Vec::new();
            if file.by_ref().take(LONGEST).read_until(b'\n', &mut bytes)? == 0 {
                break;
            }
            let text = String::from_utf8_lossy(&bytes);
            let text = text.trim();
            // The same run may have been copied into two files.
            if text.is_empty() || !seen.insert(text.to_owned()) {
                continue;
            }
            match line(text) {
                Ok(line) => read.lines.push(line),
                Err(why) => read.passed_over.push(format!("{}:{number}: {why}", path.display())),
            }
        }
    }
    read.lines.sort_by(|a, b| (&a.repository, &a.time, &a.command).cmp(&(&b.repository, &b.time, &b.command)));
    Ok(read)
}

/// Reads a line.
fn line(text: &str) -> Result<Line, String> {
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|_| "the line is cut off or is not JSON".to_owned())?;
    match value.get("schema").and_then(serde_json::Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) => return Err(format!("the line is of the schema `{other}`, not `{SCHEMA}`")),
        None => return Err(format!("the line names no schema; `{SCHEMA}` is read")),
    }
    let line: Line =
        serde_json::from_value(value).map_err(|error| format!("the line is not a record of a run: {error}"))?;
    if line.day().is_none() {
        return Err(format!("`{}` is not a time", line.time));
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn sample(repository: &str, day: usize) -> Line {
        Line {
            schema: SCHEMA.to_owned(),
            time: format!("2026-11-{day:02}T00:00:00Z"),
            command: "check".to_owned(),
            repository: repository.to_owned(),
            ..Line::default()
        }
    }

    #[test]
    fn lines_survive_a_cut_file_and_other_schemas() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("trend.jsonl");
        append(&path, &sample("billing", 1)).unwrap();
        append(&path, &sample("billing", 2)).unwrap();
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 20]).unwrap();
        append(&path, &sample("billing", 3)).unwrap();
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"schema\": \"reproof-trend/9\"}\n{}\n\xff\xfe\n").unwrap();
        let read = read(&[&path]).unwrap();
        assert_eq!(read.lines, [sample("billing", 1), sample("billing", 3)]);
        let said = read.passed_over.join("\n");
        for part in [
            ":2: the line is cut off",
            ":4: the line is of the schema `reproof-trend/9`",
            ":5: the line names no",
            ":6: ",
        ] {
            assert!(said.contains(part), "{said}");
        }
    }

    #[test]
    fn two_writers_lose_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("trend.jsonl");
        std::thread::scope(|scope| {
            for writer in ["a", "b", "c", "d"] {
                let path = &path;
                scope.spawn(move || {
                    for day in 1..=25 {
                        append(path, &sample(writer, day)).unwrap();
                    }
                });
            }
        });
        let read = read(&[&path, &path]).unwrap();
        assert_eq!((read.lines.len(), read.passed_over.len()), (100, 0));
    }
}
