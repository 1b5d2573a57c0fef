//! The rewritings that may explain a file, by what it is; the weakest first.

use super::chain::{Rewriting, Step};
use super::{first_line, json, library, mask, native};
use crate::artifact::unreturned;
use crate::compare::cause::{
    BUILD_ID, BYTE_ORDER_MARK, EMBEDDED_DATE, EMBEDDED_PATH, FOREIGN_BINARY, JSON_LAYOUT, JSON_ORDER, Kind,
    LIBRARY_HEADER, LINE_ENDINGS, LINE_ORDER, NODE_FIELDS, RANDOM_ID, SET_ORDER, SHEBANG, WHEEL_GENERATOR,
};
use crate::compare::names::is_program;

fn step(kind: &'static Kind, apply: Rewriting, seen: fn(&[u8], &[u8]) -> Option<String>) -> Step {
    Step { kind, apply, seen }
}

/// The rewritings for two contents of one path.
pub(super) fn steps(path: &str, a: &[u8], b: &[u8]) -> Vec<Step> {
    let mut steps = Vec::new();
    let is_text = memchr::memchr(0, a).is_none() && memchr::memchr(0, b).is_none();
    if is_text {
        steps.push(step(BYTE_ORDER_MARK, without_mark, seen_mark));
        steps.push(step(LINE_ENDINGS, one_line_end, seen_line_end));
        steps.push(step(SHEBANG, without_interpreter, first_line));
    }
    if path.ends_with(".dist-info/WHEEL") {
        steps.push(step(WHEEL_GENERATOR, without_generator, seen_generator));
        steps.push(step(FOREIGN_BINARY, without_tags, first_line));
    }
    steps.push(step(LIBRARY_HEADER, library::without_headers, |_, _| None));
    steps.push(step(BUILD_ID, native::without_build_id, native::seen_build_id));
    steps.push(step(EMBEDDED_PATH, mask::paths, mask::seen_path));
    steps.push(step(EMBEDDED_DATE, mask::dates, mask::seen_date));
    steps.push(step(RANDOM_ID, mask::random, mask::seen_random));
    if is_text {
        let is_json = path.ends_with(".json") || path.ends_with(".map") || path.ends_with(".ipynb");
        if is_json {
            steps.push(step(JSON_LAYOUT, json::dense, first_line));
            steps.push(step(JSON_ORDER, json::sorted, first_line));
            steps.push(step(NODE_FIELDS, json::without_install_fields, first_line));
        }
        steps.push(step(SET_ORDER, mask::sets, mask::seen_set));
        if !is_json && !is_program(path) {
            steps.push(step(LINE_ORDER, sorted_lines, first_line));
        }
    }
    steps
}

const MARK: &[u8] = b"\xef\xbb\xbf";

fn without_mark(bytes: &[u8]) -> Option<Vec<u8>> {
    bytes.strip_prefix(MARK).map(<[u8]>::to_vec)
}

fn seen_mark(a: &[u8], _: &[u8]) -> Option<String> {
    Some(format!("it stands in {}", if a.starts_with(MARK) { "A" } else { "B" }))
}

fn one_line_end(bytes: &[u8]) -> Option<Vec<u8>> {
    memchr::memchr(b'\r', bytes)?;
    let mut out = Vec::with_capacity(bytes.len());
    let _ends_so = unreturned(bytes, false, &mut out);
    Some(out)
}

pub(super) fn seen_line_end(a: &[u8], b: &[u8]) -> Option<String> {
    let say = |bytes: &[u8]| {
        let crlf = memchr::memmem::find_iter(bytes, b"\r\n").count();
        let lf = memchr::memchr_iter(b'\n', bytes).count() - crlf;
        format!("{crlf} lines end with CRLF and {lf} with LF")
    };
    Some(format!("{} in A; {} in B", say(a), say(b)))
}

fn without_interpreter(bytes: &[u8]) -> Option<Vec<u8>> {
    let rest = bytes.strip_prefix(b"#!")?;
    let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    Some([b"#!", &rest[end..]].concat())
}

fn generator(bytes: &[u8]) -> Option<(usize, usize)> {
    let start = memchr::memmem::find(bytes, b"Generator:").filter(|at| *at == 0 || bytes[at - 1] == b'\n')?;
    let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
    Some((start, end))
}

fn without_generator(bytes: &[u8]) -> Option<Vec<u8>> {
    let (start, end) = generator(bytes)?;
    Some([&bytes[..start], &bytes[end..]].concat())
}

/// WHEEL without the tags of the platforms that it is for.
fn without_tags(bytes: &[u8]) -> Option<Vec<u8>> {
    let lines = || bytes.split_inclusive(|byte| *byte == b'\n');
    let is_tag = |line: &&[u8]| line.starts_with(b"Tag:");
    lines().any(|line| is_tag(&line)).then(|| lines().filter(|line| !is_tag(line)).collect::<Vec<_>>().concat())
}

fn seen_generator(a: &[u8], b: &[u8]) -> Option<String> {
    let say = |bytes: &[u8]| {
        generator(bytes).map_or("nothing".to_owned(), |(start, end)| super::shown(&bytes[start + 10..end]))
    };
    Some(format!("`{}` in A, `{}` in B", say(a), say(b)))
}

fn sorted_lines(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    if lines.len() < 3 {
        return None;
    }
    lines.sort_unstable();
    Some(lines.join(&b'\n'))
}
