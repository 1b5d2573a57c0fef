//! yarn.lock of Yarn 2 and later: which packages are locked, and for which descriptors.

mod packages;

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::berry::descriptor;
use crate::berry::lock::{self, Lock};
use crate::berry::render;
use crate::facts::Lockfile;
use crate::facts::recorded::Recorded;
use crate::source;
use crate::syntax::{self, Node};
use crate::value::Value;

/// The reader of the lockfile of Yarn 2 and later.
pub const READER: Reader = Reader { name: "yarn-berry", role: "lockfile", claims, read };

/// What only a lockfile of Yarn 2 or later holds.
const SIGNS: &[&str] = &["__metadata:", "languageName:"];

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "yarn.lock" { Claim::IfContains(SIGNS) } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let header = file.header(&**file.path, file.span(0..0));
    let link = output.facts.add(Lockfile::new(header, "yarn", "node"));
    let Some(document) = output.tree(file, &READER, syntax::yaml::parse) else { return };
    let mut lock = match lock::read(&document) {
        Ok(lock) => lock,
        Err(fault) => {
            output.facts[link].refusal = Value::written(fault.message, fault.span);
            return;
        }
    };
    lock.edited = edited(file, document.root(), &lock);
    request(file, output, &lock);
    packages::read(file, output, link, &lock);
    if let Some(version) = &lock.version {
        output.facts[link].format_version = Value::written(version.text.to_string(), version.span);
    }
    output.facts[link].recorded = Recorded::Berry(Arc::new(lock));
}

/// The line in which the text is not what Yarn writes, and the entry around it.
fn edited(file: &File<'_>, root: Node<'_>, lock: &Lock) -> Option<(source::Span, String)> {
    let at = render::first_difference(file.text, root)?;
    let at = at.min(file.text.len());
    let start = memchr::memrchr(b'\n', &file.text.as_bytes()[..at]).map_or(0, |end| end + 1);
    let end = memchr::memchr(b'\n', &file.text.as_bytes()[start..]).map_or(file.text.len(), |length| start + length);
    let entry = lock.entries.iter().take_while(|entry| entry.span.range().start <= at).last();
    let inside = entry.map_or("the head".to_owned(), |entry| format!("the entry {}", entry.resolution.text));
    Some((file.span(start..end), inside))
}

/// Patches and directories that entries come from are read wherever they lie.
fn request(file: &File<'_>, output: &mut Output, lock: &Lock) {
    for entry in &lock.entries {
        let reference = entry.reference();
        let asker = descriptor::parameter(reference, "locator").unwrap_or_default();
        let base = asker.rsplit_once("@workspace:").map_or("", |(_, directory)| directory);
        let Some(base) = crate::path::join(file.directory(), base) else { continue };
        for path in descriptor::patches(reference).iter().filter(|_| reference.starts_with("patch:")) {
            let path = descriptor::patch_path(path);
            let found = match path.strip_prefix("~/") {
                Some(path) => crate::path::join(file.directory(), path),
                None => crate::path::join(&base, path),
            };
            if let Some(path) = found.filter(|path| !path.contains('<')) {
                output.request(path, "hashed-file");
            }
        }
        if let Some(at) = entry.workspace().and_then(|at| crate::path::join(file.directory(), at)) {
            output.request(crate::pnpm::beside(&at, "package.json"), "package_json");
        }
        let directory = ["portal:", "file:", "link:"].iter().find_map(|protocol| reference.strip_prefix(protocol));
        let directory = directory.and_then(|path| crate::path::join(&base, path.split(['#', ':']).next()?));
        if let Some(directory) = directory {
            output.request(crate::pnpm::beside(&directory, "package.json"), "package_json");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn entries_become_facts() {
        let text = r#"__metadata:
  version: 8
  cacheKey: 10c0

"a@npm:^1.0.0":
  version: 1.2.0
  resolution: "a@npm:1.2.0::__archiveUrl=http%3A%2F%2Fmirror.example.net%2Fa-1.2.0.tgz"
  dependencies:
    b: "npm:1"
  languageName: node
  linkType: hard

"b@npm:1":
  version: 1.0.0
  resolution: "b@npm:1.0.0"
  checksum: 10c0/aa
  languageName: node
  linkType: hard

"c@https://git.example.com/c.git#main":
  version: 1.0.0
  resolution: "c@https://git.example.com/c.git#commit=0123456789abcdef0123456789abcdef01234567"
  languageName: node
  linkType: hard

"top@workspace:.":
  version: 0.0.0-use.local
  resolution: "top@workspace:."
  languageName: unknown
  linkType: soft
"#;
        let output = read_alone(&READER, "yarn.lock", text);
        let shown: Vec<String> = output
            .facts
            .locked_packages
            .iter()
            .map(|one| {
                use crate::value::Value;
                fn known<T: ToString>(value: &Value<T>) -> String {
                    value.known().map(ToString::to_string).unwrap_or_default()
                }
                let unhashed = one.contents.unhashed_count.known().map_or(-1, |count| count.0);
                let commit = known(&one.rare.commit);
                format!(
                    "{} {} {} {} {} {unhashed} {commit}",
                    one.contents.package,
                    known(&one.contents.version),
                    one.contents.source,
                    known(&one.contents.scheme),
                    known(&one.contents.host)
                )
            })
            .collect();
        let expected = [
            "a 1.2.0 registry http mirror.example.net 1 ",
            "b 1.0.0 registry   0 ",
            "c 1.0.0 git https git.example.com -1 0123456789abcdef0123456789abcdef01234567",
            "top 0.0.0-use.local own   -1 ",
        ];
        assert_eq!(shown, expected);
    }
}
