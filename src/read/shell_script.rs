//! Shell scripts that a job or image runs. They start where they are called from.

use super::{Claim, File, Output, Reader};
use crate::steps::{Job, Script};
use crate::syntax::places::Places;

/// Reads shell scripts when a command asks for them.
pub const READER: Reader = Reader { name: "shell_script", role: "other", claims: |_| Claim::No, read };

fn read(file: &File<'_>, output: &mut Output) {
    let shebang = file.text.lines().next().filter(|line| line.starts_with("#!"));
    let is_shell = match shebang {
        Some(line) => line.contains("sh") && !line.contains("pwsh") && !line.contains("fish"),
        None => file.path.ends_with("sh"),
    };
    if !is_shell || output.conflict(file, &READER) {
        return;
    }
    let whole = file.span(0..file.text.len());
    let places = Places::verbatim(whole, 0, file.text.len());
    let mut job = Job::new(file.path, "shell-script", "", true);
    let script = Script::plain(file.text, &places, Ok(String::new()));
    if let Err(reason) = job.run(&script) {
        output.problem(file, &READER, "script", reason.to_owned(), file.span(0..0));
    }
    output.facts.steps.extend(job.finish());
}
