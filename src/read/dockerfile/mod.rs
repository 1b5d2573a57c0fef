//! Dockerfiles: the images of their stages, the runtimes these carry, and the commands they run.
//!
//! The grammar is `parse-dockerfile`'s. Where it gives up, the rest of the file is a problem,
//! and a scan of the lines still finds its images.

mod arguments;
mod copies;
mod empty_command;
mod heredoc;
mod kept;
mod named;
mod run;
mod stage;
mod start;

use parse_dockerfile::{Instruction, parse_iter};

use crate::facts::Image;
use crate::path;
use crate::read::{Claim, File, Output, Reader};
use crate::source::Span;

/// Reads Dockerfiles.
pub const READER: Reader = Reader { name: "dockerfile", role: "other", claims, read };

fn claims(path: &str) -> Claim {
    let name = path::file_name(path).to_ascii_lowercase();
    let is_named = matches!(name.as_str(), "dockerfile" | "containerfile")
        || (name.starts_with("dockerfile.") && !name.ends_with("ignore") && !is_text(path))
        || (name.starts_with("dockerfile-") && !name.contains('.'))
        || name.ends_with(".dockerfile");
    if is_named { Claim::Yes } else { Claim::No }
}

/// Ends of names, as programs write them, that make `Dockerfile.md` a text about Dockerfiles, a template of one, or a program that reads them.
const TEXTS: &[&str] = &[
    "adoc", "bak", "c", "css", "erb", "go", "html", "in", "j2", "java", "jinja", "js", "json", "lua", "md", "mjs", "mustache", "orig",
    "php", "py", "rb", "rej", "rs", "rst", "sh", "swp", "tar", "template", "tmpl", "toml", "tpl", "ts", "txt", "vim", "xml", "yaml", "yml",
];

fn is_text(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, end)| TEXTS.contains(&end))
}

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    frontend(file, output);
    let blanked = heredoc::blank(file.text);
    let text = empty_command::spell_out(blanked.text);
    let mut reading = stage::Reading::new(file, blanked.bodies);
    match parse_iter(&text) {
        Ok(instructions) => {
            let mut end = 0;
            for instruction in instructions {
                match instruction {
                    Ok(instruction) => {
                        end = end.max(start_of(&instruction));
                        reading.instruction(&instruction, output);
                    }
                    Err(error) => {
                        give_up(file, &error.to_string(), output);
                        stage::scan(&mut reading, file.text, end);
                        break;
                    }
                }
            }
        }
        Err(error) => {
            give_up(file, &error.to_string(), output);
            stage::scan(&mut reading, file.text, 0);
        }
    }
    reading.finish(output);
}

/// The image that reads the file: `# syntax=docker/dockerfile:1` among the directives at its head.
fn frontend(file: &File<'_>, output: &mut Output) {
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((key, value)) = line.trim().strip_prefix('#').and_then(|rest| rest.split_once('=')) else { return };
        if key.trim().eq_ignore_ascii_case("syntax") && !value.trim().is_empty() {
            let value = value.trim();
            let from = start + (value.as_ptr() as usize - line.as_ptr() as usize);
            let place = file.span(from..from + value.len());
            output.facts.add(Image::named(file.part("syntax", place), "frontend", value, place));
            return;
        }
    }
}

/// Past the keyword of an instruction that has been read.
fn start_of(instruction: &Instruction<'_>) -> usize {
    match instruction {
        Instruction::From(from) => from.from.span.end,
        Instruction::Run(run) => run.run.span.end,
        Instruction::Copy(copy) => copy.copy.span.end,
        Instruction::Add(add) => add.add.span.end,
        _ => 0,
    }
}

/// The parser's message ends in `at line N column M`.
fn give_up(file: &File<'_>, message: &str, output: &mut Output) {
    let line = message.rsplit("line ").next().and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
    let line = line.and_then(|line| line.parse().ok()).unwrap_or(1);
    let span: Span = file.span(crate::source::line_range(file.text, line));
    let what = message.split(" at line").next().unwrap_or(message).replace('`', "");
    output.problem(file, &READER, "syntax", format!("the Dockerfile is not understood: {what}"), span);
}

#[cfg(test)]
mod tests;
