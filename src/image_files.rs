//! What a stage of an image holds of the directory that it is built from: which of its files lie where in the image.
//!
//! Only copies and mounts are followed. What commands make, and what the base image has, is not known.

use std::sync::Arc;

use crate::path;

/// The variable of AWS's base images for the directory of functions, which is also where their commands start, and its value
/// (<https://docs.aws.amazon.com/lambda/latest/dg/images-create.html>, read 2026-12-01).
const LAMBDA: (&str, &str) = ("$LAMBDA_TASK_ROOT", "/var/task");

/// Endings of archives, which `ADD` unpacks.
const ARCHIVES: &[&str] = &[".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst"];

/// What has been copied into a stage, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StageFiles {
    copies: Vec<Arc<Copied>>,
}

/// One copy.
#[derive(Debug, PartialEq, Eq)]
struct Copied {
    origin: Origin,
    /// What is copied, as written.
    sources: Vec<String>,
    /// Where to, in the image.
    target: String,
    /// Whether the target is written as a directory.
    into: bool,
}

/// Where something is copied from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The directory that the image is built from.
    Context,
    /// Another stage, as it is at its end.
    Stage(Arc<StageFiles>),
    /// Another image, an address, a text: what it holds is not known.
    Elsewhere,
}

/// Where a command of a stage runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workplace {
    /// What the stage holds by then.
    pub files: Arc<StageFiles>,
    /// The directory in the image.
    pub directory: String,
    /// The directory of the repository that its file takes this one for.
    pub taken_for: String,
}

/// A directory of the repository that an image may be built from.
pub struct Context<'a> {
    /// The directory, from the root.
    pub directory: &'a str,
    /// Whether there is a file at a path.
    pub has_file: &'a dyn Fn(&str) -> bool,
    /// Whether there is a directory at a path.
    pub has_directory: &'a dyn Fn(&str) -> bool,
}

/// What is known of a path in an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// A file of the repository lies there.
    Of(String),
    /// Nothing has been copied there.
    Nothing,
    /// It cannot be told.
    Unknown,
}

/// The directory that commands of a base image start in, as far as its name tells.
pub fn start_of(repository: &str) -> &'static str {
    if is_of_functions(repository) { LAMBDA.0 } else { "" }
}

/// Whether an image is AWS's for functions: what is built of it is deployed as one.
pub fn is_of_functions(repository: &str) -> bool {
    repository.contains("lambda/") || repository.contains("aws-lambda-")
}

/// A path of an image as seen from a directory of it. One that only the base image or a variable tells begins with its name.
pub fn place(from: &str, text: &str) -> Option<String> {
    let text = text.trim_matches(['"', '\'']).replace(['{', '}'], "");
    let base = if text.starts_with(['/', '$']) { "" } else { from };
    let root = if text.starts_with('/') || base.starts_with('/') { "/" } else { "" };
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().filter(|part| !part.starts_with('$'))?;
            }
            part => parts.push(part),
        }
    }
    let place = format!("{root}{}", parts.join("/"));
    Some(match place.strip_prefix(LAMBDA.1) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{}{rest}", LAMBDA.0),
        _ => place,
    })
}

/// The directory above a path of an image, up to the one that everything begins with.
fn above(place: &str) -> Option<&str> {
    match place {
        "" | "/" => None,
        _ => match place.rfind('/') {
            Some(0) => Some("/"),
            Some(at) => Some(&place[..at]),
            None if place.starts_with('$') => None,
            None => Some(""),
        },
    }
}

/// A directory of an image and those above it, nearest first.
pub fn ancestors(place: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(place), |place| above(place))
}

/// The path of a file in a directory of an image.
pub fn inside(directory: &str, name: &str) -> String {
    match directory {
        "" => name.to_owned(),
        "/" => format!("/{name}"),
        _ => format!("{directory}/{name}"),
    }
}

/// A path as seen from a directory of the image above it; empty for itself.
fn below<'p>(path: &'p str, directory: &str) -> Option<&'p str> {
    match directory {
        _ if path == directory => Some(""),
        "" => Some(path).filter(|path| !path.starts_with(['/', '$'])),
        "/" => path.strip_prefix('/'),
        _ => path.strip_prefix(directory)?.strip_prefix('/'),
    }
}

/// Whether two places begin alike, so that one can be told to lie below the other or not.
fn are_comparable(one: &str, other: &str) -> bool {
    let root = |place: &str| match place.chars().next() {
        Some('$') => place.split('/').next().unwrap_or("").to_owned(),
        Some('/') => "/".to_owned(),
        _ => String::new(),
    };
    root(one) == root(other)
}

impl StageFiles {
    /// Notes a copy. A target that cannot be followed may be any.
    pub fn copy(&mut self, origin: Origin, sources: Vec<String>, from: &str, target: &str) {
        let into = target.ends_with('/') || target.ends_with('.') || sources.len() > 1;
        let (origin, target) = match place(from, target) {
            Some(target) => (origin, target),
            None => (Origin::Elsewhere, "/".to_owned()),
        };
        let is_unread = |source: &String| {
            source.contains("://") || source.contains('$') || ARCHIVES.iter().any(|end| source.ends_with(end))
        };
        let origin = if sources.iter().any(is_unread) { Origin::Elsewhere } else { origin };
        let into = into || target == from;
        self.copies.push(Arc::new(Copied { origin, sources, target, into }));
    }

    /// Which file of the repository lies at a path.
    pub fn find(&self, path: &str, context: &Context<'_>) -> Held {
        let mut answer = Held::Nothing;
        for copied in self.copies.iter().rev() {
            match copied.find(path, context) {
                Held::Of(file) => return Held::Of(file),
                Held::Unknown => answer = Held::Unknown,
                Held::Nothing => {}
            }
        }
        answer
    }

    /// How many of the files and directories that are copied a directory of the repository has.
    pub fn count(&self, context: &Context<'_>) -> usize {
        let own = |copied: &Copied| match &copied.origin {
            Origin::Context => copied.sources.iter().filter(|source| context.has(source)).count(),
            Origin::Stage(files) => files.count(context),
            Origin::Elsewhere => 0,
        };
        self.copies.iter().map(|copied| own(copied)).sum()
    }
}

impl Context<'_> {
    fn path(&self, source: &str) -> Option<String> {
        let source = source.trim_start_matches('/');
        // What leads above the directory begins at it.
        let source = source.trim_start_matches("./").trim_start_matches("../");
        path::join(self.directory, source)
    }

    fn has(&self, source: &str) -> bool {
        let found = self.path(source).filter(|path| *path != self.directory);
        found.is_some_and(|path| (self.has_file)(&path) || (self.has_directory)(&path))
    }
}

impl Copied {
    fn find(&self, path: &str, context: &Context<'_>) -> Held {
        let mut answer = Held::Nothing;
        for source in &self.sources {
            let found = match &self.origin {
                Origin::Context => self.of_context(source, path, context),
                Origin::Stage(files) => self.of_stage(source, path, files, context),
                Origin::Elsewhere => self.of_elsewhere(path),
            };
            match found {
                Held::Of(file) => return Held::Of(file),
                Held::Unknown => answer = Held::Unknown,
                Held::Nothing => {}
            }
        }
        answer
    }

    /// Whether a source, when it is a file, comes to lie at a path.
    fn lands(&self, name: &str, path: &str) -> bool {
        path == inside(&self.target, name) || (!self.into && path == self.target)
    }

    fn of_elsewhere(&self, path: &str) -> Held {
        let may_be = !are_comparable(path, &self.target) || below(path, &self.target).is_some();
        if may_be { Held::Unknown } else { Held::Nothing }
    }

    fn of_context(&self, source: &str, path: &str, context: &Context<'_>) -> Held {
        let Some(from) = context.path(source) else { return Held::Unknown };
        if is_pattern(source) {
            return self.of_pattern(source, path, |name| {
                let file = path::join(path::directory(&from), name).filter(|file| (context.has_file)(file));
                file.map_or(Held::Nothing, Held::Of)
            });
        }
        if (context.has_file)(&from) {
            let is_it = self.lands(path::file_name(&from), path);
            return if is_it { Held::Of(from) } else { Held::Nothing };
        }
        if !are_comparable(path, &self.target) {
            return Held::Unknown;
        }
        let Some(rest) = below(path, &self.target) else { return Held::Nothing };
        if from != context.directory && !(context.has_directory)(&from) {
            // It is made before the image is built.
            return Held::Unknown;
        }
        let file = path::join(&from, rest).filter(|file| (context.has_file)(file));
        file.map_or(Held::Nothing, Held::Of)
    }

    fn of_stage(&self, source: &str, path: &str, files: &StageFiles, context: &Context<'_>) -> Held {
        let Some(from) = place("/", source) else { return Held::Unknown };
        if is_pattern(source) {
            let directory = above(&from).unwrap_or("/").to_owned();
            return self.of_pattern(source, path, |name| files.find(&inside(&directory, name), context));
        }
        if !are_comparable(path, &self.target) {
            return Held::Unknown;
        }
        let Some(rest) = below(path, &self.target) else { return Held::Nothing };
        let name = from.rsplit('/').next().unwrap_or("");
        let as_file = if self.lands(name, path) { files.find(&from, context) } else { Held::Nothing };
        match as_file {
            Held::Of(file) => Held::Of(file),
            _ if rest.is_empty() => Held::Nothing,
            // A file that is made in a stage lies in it too.
            _ => match files.find(&inside(&from, rest), context) {
                Held::Of(file) => Held::Of(file),
                _ => Held::Unknown,
            },
        }
    }

    /// What a pattern in the last part of a source brings to a path.
    fn of_pattern(&self, source: &str, path: &str, found: impl Fn(&str) -> Held) -> Held {
        let (directory, pattern) = source.rsplit_once('/').unwrap_or(("", source));
        let name = path.rsplit('/').next().unwrap_or(path);
        if is_pattern(directory) || !are_comparable(path, &self.target) {
            return Held::Unknown;
        }
        match below(path, &self.target) {
            None => Held::Nothing,
            Some(rest) if rest == name => {
                if matches(pattern, name) {
                    found(name)
                } else {
                    Held::Nothing
                }
            }
            // What directories hold is copied, not they themselves.
            Some(_) => {
                if pattern == "*" {
                    Held::Unknown
                } else {
                    Held::Nothing
                }
            }
        }
    }
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

fn matches(pattern: &str, name: &str) -> bool {
    globset::Glob::new(&path::literal_braces(pattern)).is_ok_and(|glob| glob.compile_matcher().is_match(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: &[&str] = &["package.json", "package-lock.json", "web/package.json", "web/src/a.js", "app.py"];

    fn found(stage: &StageFiles, path: &str) -> String {
        let has_directory = |path: &str| FILES.iter().any(|file| file.starts_with(&format!("{path}/")));
        let context = Context { directory: "", has_file: &|path| FILES.contains(&path), has_directory: &has_directory };
        match stage.find(path, &context) {
            Held::Of(file) => file,
            Held::Nothing => "-".to_owned(),
            Held::Unknown => "?".to_owned(),
        }
    }

    fn stage(copies: &[(&str, &str, &str)]) -> StageFiles {
        let mut stage = StageFiles::default();
        for (sources, from, target) in copies {
            let sources = sources.split(' ').map(ToOwned::to_owned).collect();
            stage.copy(Origin::Context, sources, from, target);
        }
        stage
    }

    #[test]
    fn what_copies_bring() {
        for (copies, path, expected) in [
            (vec![(".", "/app", ".")], "/app/package-lock.json", "package-lock.json"),
            (vec![("package.json", "/app", "./")], "/app/package-lock.json", "-"),
            (vec![("package.json", "/app", "./")], "/app/package.json", "package.json"),
            (vec![("package*.json", "/app", "./")], "/app/package-lock.json", "package-lock.json"),
            (vec![("package.json yarn.lock*", "/app", ".")], "/app/yarn.lock", "-"),
            (vec![("web", "/", "/app")], "/app/package-lock.json", "-"),
            (vec![("web", "/", "/app")], "/app/package.json", "web/package.json"),
            (vec![("web/", "/app", "web/")], "/app/package.json", "-"),
            (vec![("package-lock.json", "", "/app")], "/app/package-lock.json", "package-lock.json"),
            (vec![("package-lock.json", "", "/app")], "package-lock.json", "-"),
            (vec![(".", "", "/app")], "package-lock.json", "?"),
            (vec![("dist", "/app", "./")], "/app/package-lock.json", "?"),
            (vec![("dist", "/app", "./dist")], "/app/package-lock.json", "-"),
            (vec![("$DIR", "/app", "./")], "/app/package-lock.json", "?"),
            (vec![("package.json", "/", "${LAMBDA_TASK_ROOT}/")], "$LAMBDA_TASK_ROOT/package.json", "package.json"),
            (vec![("package.json", "/", "/var/task")], "$LAMBDA_TASK_ROOT/package.json", "package.json"),
            (vec![("../package.json", "/app", ".")], "/app/package.json", "package.json"),
            (vec![("*", "/app", "./")], "/app/package-lock.json", "package-lock.json"),
            (vec![("app.py", "/app", "package-lock.json")], "/app/package-lock.json", "app.py"),
        ] {
            assert_eq!(found(&stage(&copies), path), expected, "{copies:?} {path}");
        }
    }

    #[test]
    fn what_other_stages_bring() {
        let of_stage = |source: &str, target: &str| {
            let build = stage(&[("package.json", "/app", "./"), ("web", "/app", "./web")]);
            let mut files = StageFiles::default();
            files.copy(Origin::Stage(Arc::new(build)), vec![source.to_owned()], "/srv", target);
            files
        };
        assert_eq!(found(&of_stage("/app/package*.json", "./"), "/srv/package.json"), "package.json");
        assert_eq!(found(&of_stage("/app/package*.json", "./"), "/srv/package-lock.json"), "-");
        assert_eq!(found(&of_stage("/app/web", "."), "/srv/package.json"), "web/package.json");
        assert_eq!(found(&of_stage("/app/web", "."), "/srv/package-lock.json"), "?");
        assert_eq!(found(&of_stage("/app/web", "/srv/web"), "/srv/package-lock.json"), "-");
    }

    #[test]
    fn directories_above_one_of_an_image() {
        let all = |place| ancestors(place).map(ToOwned::to_owned).collect::<Vec<_>>();
        assert_eq!(all("/app/web"), ["/app/web", "/app", "/"]);
        assert_eq!(all("web"), ["web", ""]);
        assert_eq!(all("$LAMBDA_TASK_ROOT"), ["$LAMBDA_TASK_ROOT"]);
    }
}
