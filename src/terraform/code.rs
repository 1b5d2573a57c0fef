//! Where the code of a function lies: the directory behind its archive.

use super::declare::Declaring;
use super::evaluate::{FROM_ROOT, Scope};
use super::expand::Copy;
use super::term::{Argument, Shape, Term};
use crate::path;
use crate::value::Value;

/// How a function is packaged, and from where.
pub(super) struct Code {
    pub(super) package_type: &'static str,
    pub(super) directory: Value<String>,
    /// Whether it is an archive in S3.
    pub(super) stored: bool,
    pub(super) doubt: Option<String>,
    /// Patterns, as git writes them, of the files that packing leaves out.
    pub(super) left_out: Value<Vec<String>>,
}

/// The code of an `aws_lambda_function`.
pub(super) fn of_function<'d>(declaring: &Declaring<'d>, copy: &Copy<'d>) -> Code {
    let get = |key: &str| declaring.get(copy, key);
    if !get("image_uri").is_null() || get("package_type").term.scalar() == Some("Image") {
        return image();
    }
    let bucket = get("s3_bucket");
    if !bucket.is_null() {
        return Code { stored: true, ..zip(Value::unknown("its code is in S3", bucket.span)) };
    }
    let file = get("filename");
    let reference = file.term.reference().filter(|reference| {
        reference.parts.first().is_some_and(|part| part == "data")
            && reference.parts.get(1).is_some_and(|part| part == "archive_file")
    });
    if let Some(reference) = reference
        && let Some(name) = reference.parts.get(2)
    {
        let module = declaring.world.instances[reference.instance].module;
        let Some(block) = module.data.get(&("archive_file", name.as_str())) else {
            return zip(Value::unknown("the archive is not declared", file.span));
        };
        // Within a block of several the archive is of the same key.
        let scope = Scope { instance: reference.instance, each: copy.scope.each.clone(), ..Scope::default() };
        let of = |key: &str| declaring.argument(&scope, block.body, key);
        let source = of("source_dir").or(|| of("source_file"));
        let directory = match source.is_null() {
            true => Value::unknown("its archive is put together from parts", file.span),
            false => directory(declaring, reference.instance, &source),
        };
        return Code { left_out: left_out(&of("excludes")), ..zip(directory) };
    }
    zip(match file.term.written() {
        Some(name) => Value::unknown(format!("its code is the archive {}, which is built", shown(&name)), file.span),
        None => Value::unknown("its code is named at deployment", file.span),
    })
}

/// The code of the lambda module of the registry: one source path, or the path of the only source.
pub(super) fn of_module<'d>(declaring: &Declaring<'d>, copy: &Copy<'d>) -> Code {
    let get = |key: &str| declaring.get(copy, key);
    if !get("image_uri").is_null() || get("package_type").term.scalar() == Some("Image") {
        return image();
    }
    let mut source = get("source_path");
    if let [only] = source.term.items() {
        source = Argument { term: only.clone(), span: only.span.or(source.span) };
    }
    if let Shape::Map(_) = source.term.shape {
        let builds = ["commands", "patterns", "prefix_in_zip"].iter().any(|key| !source.get(key).is_null());
        if builds {
            return zip(Value::unknown("its source is packed by commands or patterns", source.span));
        }
        source = source.get("path");
    }
    match source.term.shape {
        Shape::Null => zip(Value::unknown("its package is made elsewhere", None)),
        Shape::List(_) => zip(Value::unknown("its package has several sources", source.span)),
        _ => zip(directory(declaring, copy.scope.instance, &source)),
    }
}

/// A path as Terraform sees it: from its working directory, or from `path.module`.
fn directory(declaring: &Declaring<'_>, instance: usize, source: &Argument) -> Value<String> {
    let root = declaring.world.instances[instance].root;
    source.value(None, |text| {
        let joined = match text.strip_prefix(FROM_ROOT) {
            Some(rest) => path::join("", rest.trim_start_matches('/')),
            None => path::join(root, text),
        };
        joined.ok_or_else(|| format!("{text} leads out of the repository"))
    })
}

fn zip(directory: Value<String>) -> Code {
    Code { package_type: "zip", directory, stored: false, doubt: None, left_out: Value::absent() }
}

fn image() -> Code {
    let doubt = "its code is in an image".to_owned();
    let directory = Value::unknown(doubt.clone(), None);
    Code { package_type: "image", doubt: Some(doubt), ..zip(directory) }
}

/// The patterns of `excludes`, which start at the directory that is packed.
fn left_out(excludes: &Argument) -> Value<Vec<String>> {
    match &excludes.term.shape {
        Shape::Null => Value::absent(),
        Shape::List(items) => {
            let patterns = items.iter().map(|item| Some(format!("/{}", item.scalar()?.trim_start_matches('/'))));
            match patterns.collect::<Option<Vec<_>>>() {
                Some(patterns) => Value::derived(patterns),
                None => Value::unknown("what its archive leaves out is chosen at deployment", excludes.span),
            }
        }
        _ => Value::unknown("what its archive leaves out is chosen at deployment", excludes.span),
    }
}

/// A path for people.
fn shown(text: &str) -> &str {
    text.strip_prefix(FROM_ROOT).unwrap_or(text)
}

/// The archive that a function names, from the root.
pub(super) fn archive<'d>(declaring: &Declaring<'d>, copy: &Copy<'d>) -> Option<String> {
    let file = declaring.get(copy, "filename");
    directory(declaring, copy.scope.instance, &file).known().cloned()
}

/// A name that a deployment gives, when it is known.
pub(super) fn name(term: &Term) -> Option<String> {
    term.scalar().map(str::to_owned)
}
