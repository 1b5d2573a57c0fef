//! A Python package that is a directory of the repository: what its pyproject.toml says against what pixi recorded of it.

use crate::facts::recorded::CondaPackage;
use crate::python::{Marker, PythonRange, Requirement, Specifier};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// The first thing that is not as it was recorded, and in words; `Err` where the file does not tell.
pub(super) fn compare(root: Node<'_>, package: &CondaPackage) -> Result<Option<(Value<String>, String)>, String> {
    let open = || format!("what {} asks for is only known when it is built", package.name);
    let project = root.get("project").ok_or_else(open)?;
    let dynamic: Vec<&str> = project.get("dynamic").into_iter().flat_map(Node::items).filter_map(Node::text).collect();
    if ["dependencies", "optional-dependencies"].iter().any(|key| dynamic.contains(key)) {
        return Err(open());
    }
    let version = project.get("version").and_then(|node| Some((node.text()?, node.inner_span())));
    if let Some((text, span)) =
        version.filter(|(text, _)| !package.version.is_empty() && !is_same_version(text, &package.version))
    {
        let words = format!("{} is {text}, {} when it was locked", package.name, package.version);
        return Ok(Some((Value::written(text.to_owned(), span), words)));
    }
    let pythons = project.get("requires-python").and_then(|node| Some((node.text()?, node.inner_span())));
    if let (Some((text, span)), Some(recorded)) = (pythons, &package.requires_python)
        && let (Ok(now), Ok(then)) = (Specifier::parse(text), Specifier::parse(recorded))
        && !now.is_same_set(&then)
    {
        let words = format!("{} is for Python {text}, for {recorded} when it was locked", package.name);
        return Ok(Some((Value::written(text.to_owned(), span), words)));
    }
    let recorded: Vec<Requirement> = package.depends.iter().filter_map(|text| Requirement::parse(text).ok()).collect();
    let stated = stated(project).ok_or_else(open)?;
    for (requirement, text, span) in &stated {
        if !recorded.iter().any(|one| is_same(one, requirement)) {
            let words = format!("{} asks for {text}, it did not when it was locked", package.name);
            return Ok(Some((Value::written(text.clone(), *span), words)));
        }
    }
    let left = recorded.iter().find(|one| !stated.iter().any(|(requirement, ..)| is_same(one, requirement)));
    Ok(left.map(|left| {
        let place = project.entry("dependencies").map_or(project.span(), |entry| entry.key.span());
        let words = format!("{} asked for {} when it was locked, now it does not", package.name, left.name);
        (Value { span: Some(place), ..Value::absent() }, words)
    }))
}

/// What a project asks for, with the extras that bring it; `None` where a requirement is not read.
fn stated(project: Node<'_>) -> Option<Vec<(Requirement, String, Span)>> {
    let mut all = Vec::new();
    let mut add = |list: Option<Node<'_>>, extra: Option<&str>| {
        for item in list.into_iter().flat_map(Node::items) {
            let text = item.text()?;
            let mut requirement = Requirement::parse(text).ok()?;
            if let Some(extra) = extra {
                requirement.marker = requirement.marker.and(&Marker::extra(extra));
            }
            all.push((requirement, text.to_owned(), item.inner_span()));
        }
        Some(())
    };
    add(project.get("dependencies"), None)?;
    for entry in project.get("optional-dependencies").into_iter().flat_map(Node::own_entries) {
        add(Some(entry.value), entry.key.scalar())?;
    }
    Some(all)
}

fn is_same(one: &Requirement, other: &Requirement) -> bool {
    let same_marker = || one.marker.is_same(&other.marker, &PythonRange::all()).unwrap_or(true);
    one.name == other.name
        && one.extras == other.extras
        && (one.url.is_some() || other.url.is_some() || one.specifier.is_same_set(&other.specifier))
        && same_marker()
}

fn is_same_version(one: &str, other: &str) -> bool {
    let parse = |text: &str| text.parse::<crate::python::Version>().ok();
    one == other || parse(one).zip(parse(other)).is_none_or(|(one, other)| one == other)
}
