//! The directories that the steps of a job work in.

use std::ops::Range;

use super::MOST;
use super::job::Frame;
use crate::facts::Step;
use crate::lock_use::ACTION;
use crate::path;
use crate::shell::expressions;
use crate::syntax::Node;

/// What a step or the defaults of its job state.
fn stated<'d>(frame: &Frame<'d>, step: Node<'d>) -> Option<Node<'d>> {
    let key = "working-directory";
    step.get(key).or_else(|| frame.defaults.iter().find_map(|defaults| defaults.get(key)))
}

/// The directory that a step starts in, from the root; or why that is not known.
pub(super) fn directory<'d>(frame: &Frame<'d>, step: Node<'d>) -> Result<String, String> {
    let inside = match stated(frame, step) {
        None => String::new(),
        Some(stated) => match stated.scalar().and_then(|text| text.strip_prefix("${{ github.workspace }}")) {
            Some(rest) if !rest.contains("${{") => rest.trim_start_matches('/').to_owned(),
            _ => frame.lookup.one(stated)?,
        },
    };
    let place = path::join("", &inside).ok_or_else(|| format!("`{inside}` lies outside the repository"))?;
    let place = match &frame.within {
        Some(own) if path::is_below(&place, own) => place[own.len()..].trim_start_matches('/').to_owned(),
        Some(_) => return Err("it works beside the repository".to_owned()),
        None => place,
    };
    if frame.is_foreign(&place) { Err("it works on another repository".to_owned()) } else { Ok(place) }
}

/// The directory that a step starts in, as written, where values of a matrix decide it.
pub(super) fn among<'d>(frame: &Frame<'d>, step: Node<'d>) -> Option<String> {
    let text = stated(frame, step)?.scalar()?;
    let is_value = |place: Range<usize>| text[place.start + 3..place.end - 2].trim().starts_with("matrix.");
    let places = expressions(text);
    let is_of_matrix = !places.is_empty() && places.into_iter().all(is_value);
    path::join("", text).filter(|place| is_of_matrix && frame.within.is_none() && !frame.is_foreign(place))
}

/// The directory a job's settings agree on: its default, or the one all its commands work in.
pub(super) fn scope(frame: &Frame<'_>, node: Node<'_>) -> String {
    let mut directories: Vec<String> = Vec::new();
    for step in node.get("steps").into_iter().flat_map(Node::items).filter(|step| step.get("run").is_some()).take(MOST) {
        let stated = step.get("working-directory").and_then(Node::scalar);
        let default = frame.defaults.iter().find_map(|defaults| defaults.get("working-directory")).and_then(Node::scalar);
        let Some(text) = stated.or(default) else { return String::new() };
        match path::join("", text).filter(|_| !text.contains("${{")) {
            Some(directory) if directories.is_empty() || directories.contains(&directory) => directories.push(directory),
            _ => return String::new(),
        }
    }
    directories.into_iter().next().unwrap_or_default()
}

/// The directory that all commands of a job work in, if it is one below the root.
pub(super) fn common_directory(steps: &[Step]) -> Option<String> {
    let mut commands = steps.iter().filter(|step| step.tool != ACTION && !step.finds_changes && step.images.builds.is_empty() && step.images.files.is_empty());
    let first = commands.next()?.directory.known().filter(|directory| !directory.is_empty())?;
    commands.all(|step| step.directory.known() == Some(first)).then(|| first.clone())
}
