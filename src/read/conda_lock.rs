//! conda-lock.yml: packages of conda and pip for several platforms.

use std::sync::Arc;

use super::{Claim, File, Listed, Output, Reader, note_artifacts};
use crate::address;
use crate::facts::recorded::{CondaEnvironment, CondaPackage, CondaPlatform, CondaRecord, Noted, Recorded};
use crate::facts::{Count, LockedPackage, Lockfile};
use crate::path;
use crate::python::name::normalize;
use crate::source::Span;
use crate::syntax::{self, Node};
use crate::value::Value;

/// Reads conda-lock.yml.
pub const READER: Reader = Reader { name: "conda-lock", role: "lockfile", claims, read };

fn claims(path: &str) -> Claim {
    let name = path::file_name(path);
    let is_named = ["conda-lock.yml", "conda-lock.yaml"].iter().any(|usual| name.strip_suffix(usual).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    if is_named { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let header = file.header(&**file.path, Span::top(file.source));
    let link = output.facts.add(Lockfile::new(header, "conda-lock", "conda"));
    let Some(document) = output.tree(file, &READER, syntax::yaml::parse) else { return };
    let root = document.root();
    let version = root.get("version");
    output.facts[link].format_version = version.map_or_else(Value::absent, |node| Value::written(node.scalar().unwrap_or_default().to_owned(), node.span()));
    // conda-lock 4.0 reads format 1 only.
    if version.and_then(Node::int) != Some(1) {
        let message = version.and_then(Node::scalar).map_or("it has no version".to_owned(), |text| format!("{text} is a version of the format that conda-lock does not know"));
        let place = version.map_or_else(|| Span::top(file.source), Node::span);
        output.facts[link].refusal = Value::written(message, place);
        return;
    }
    let noted = |node: Node<'_>| Some(Noted { text: node.scalar()?.into(), span: node.span() });
    let list = |key: &str| root.at(&["metadata", key]).into_iter().flat_map(Node::items);
    let sources: Vec<Noted> = list("sources").filter_map(noted).collect();
    for source in &sources {
        if let Some(path) = path::join(file.directory(), &source.text) {
            output.request(path, "conda-environment");
        }
    }
    let mut packages: Vec<CondaPackage> = Vec::new();
    let mut platform_of: Vec<&str> = Vec::new();
    let mut counts = [0_i64; 3];
    for item in root.get("package").into_iter().flat_map(Node::items) {
        let field = |key: &str| item.get(key).and_then(Node::scalar);
        let (Some(name), Some(place)) = (field("name"), item.get("name")) else { continue };
        packages.extend(recorded(item));
        platform_of.push(field("platform").unwrap_or_default());
        let ecosystem = if field("manager") == Some("pip") { "python" } else { "conda" };
        let part = format!("{name}/{}", field("platform").unwrap_or_default());
        let mut package = LockedPackage::new(file.part(&part, place.span()), link, ecosystem, name);
        package.contents.version = field("version").map_or_else(Value::absent, |version| Value::written(version.to_owned(), place.span()));
        package.contents.source = "registry";
        let url = item.get("url").and_then(|node| Some((node.scalar()?, node.span())));
        if let Some((text, span)) = url {
            package.contents.location = Some(text.into());
            if let Some(parsed) = address::parse(text) {
                package.contents.host = Value::written(parsed.host, span);
                package.contents.scheme = Value::written(parsed.scheme, span);
            }
        }
        let hash = item.at(&["hash", "sha256"]).and_then(Node::scalar).map(|digits| format!("sha256:{digits}"));
        let weak = hash.is_none() && item.at(&["hash", "md5"]).is_some();
        package.contents.artifact_count = Count(1);
        package.contents.unhashed_count = Value::written(Count(i64::from(hash.is_none() && !weak)), place.span());
        if hash.is_some() || weak {
            package.contents.hash_algorithm = Value::derived(if weak { "md5" } else { "sha256" }.into());
        }
        // Files of other platforms have the same names.
        let name = url.map_or("", |(text, _)| if ecosystem == "conda" { text } else { text.rsplit('/').next().unwrap_or_default() });
        note_artifacts(&mut package, std::iter::once(Listed { file: name, hash: hash.as_deref(), span: place.span() }));
        counts[0] += 1;
        counts[1] += 1;
        counts[2] += i64::from(hash.is_some() || weak);
        output.facts.add(package);
    }
    let platforms = list("platforms").filter_map(noted).map(|name| {
        let own = platform_of.iter().enumerate().filter(|(_, platform)| ***platform == *name.text);
        let packages = own.map(|(at, _)| at).collect();
        CondaPlatform { subdir: name.text.clone(), name, virtual_packages: None, packages }
    });
    let digests = root.at(&["metadata", "content_hash"]).into_iter().flat_map(Node::own_entries);
    let digests = digests.filter_map(|entry| Some((entry.key.scalar()?.into(), noted(entry.value)?))).collect();
    let environment = CondaEnvironment {
        name: Noted { text: "default".into(), span: Span::top(file.source) },
        channels: list("channels").filter_map(|channel| noted(channel.get("url")?)).collect(),
        indexes: Vec::new(),
        options: Vec::new(),
        platforms: platforms.collect(),
    };
    let lockfile = &mut output.facts[link];
    [lockfile.package_count, lockfile.hashable_count, lockfile.hashed_count] = counts.map(Count);
    lockfile.recorded = Recorded::Conda(Arc::new(CondaRecord { environments: vec![environment], sources, packages, digests }));
}

/// What a comparison needs of a package.
fn recorded(item: Node<'_>) -> Option<CondaPackage> {
    let field = |key: &str| item.get(key).and_then(Node::scalar);
    let is_python = field("manager") == Some("pip");
    let asks = item.get("dependencies").into_iter().flat_map(Node::own_entries);
    let asks = asks.filter_map(|entry| Some(format!("{} {}", entry.key.scalar()?, entry.value.scalar()?).into()));
    let name = field("name")?;
    Some(CondaPackage {
        is_python,
        name: if is_python { normalize(name) } else { name.to_ascii_lowercase() }.into(),
        version: field("version").unwrap_or_default().into(),
        build: field("build").unwrap_or_default().into(),
        location: field("url").unwrap_or_default().into(),
        span: item.get("name")?.span(),
        is_source: false,
        depends: asks.collect(),
        extra_depends: Vec::new(),
        sources: Vec::new(),
        brings: None,
        requires_python: None,
        index: None,
        made: None,
    })
}
