//! The one archive of a locked package of Node: its hashes, and the name that its address bears.

use super::{Listed, note_artifacts};
use crate::facts::{Count, LockedPackage};
use crate::node::archive;
use crate::node::lock::strongest_hash;
use crate::source::Span;
use crate::value::Value;

/// An archive as a lockfile lists it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tarball<'t> {
    /// The address it is fetched from.
    pub(crate) address: Option<(&'t str, Span)>,
    /// Its hashes, separated by spaces: `sha512-BASE64`.
    pub(crate) integrity: Option<(&'t str, Span)>,
    /// The place where a hash is missed.
    pub(crate) place: Span,
}

/// Notes what the archive of a package from a registry or an address tells.
pub(crate) fn note(package: &mut LockedPackage, tarball: Tarball<'_>) {
    let digest = tarball.address.and_then(|(address, span)| Some((address.rsplit_once('#')?.1, span)));
    // Yarn 1 puts the SHA-1 after the address.
    let digest = digest.filter(|(digits, _)| digits.len() > 30 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let written = digest.map(|(digits, span)| (format!("sha1:{digits}"), span));
    let strongest = tarball.integrity.and_then(|(text, span)| Some((strongest_hash(text)?, span)));
    let algorithm = strongest.or_else(|| written.as_ref().map(|(_, span)| ("sha1", *span)));
    package.contents.artifact_count = Count(1);
    package.contents.unhashed_count = Value::written(Count(i64::from(algorithm.is_none())), tarball.place);
    package.contents.hash_algorithm =
        algorithm.map_or_else(Value::absent, |(name, span)| Value::written(name.into(), span));
    // Hashes of one algorithm are compared between lockfiles, whichever tool wrote them.
    let words =
        tarball.integrity.into_iter().flat_map(|(text, span)| text.split_whitespace().map(move |hash| (hash, span)));
    let listed =
        words.map(|(hash, span)| Listed { file: hash.split('-').next().unwrap_or(hash), hash: Some(hash), span });
    let after =
        written.iter().map(|(hash, span)| Listed { file: "sha1 after the address", hash: Some(hash), span: *span });
    note_artifacts(package, listed.chain(after));
    if let (Some((address, span)), "registry", Some(version)) =
        (tarball.address, package.contents.source, package.contents.version.known())
        && archive::is_of_another(address, &package.contents.package, version)
    {
        let path = address.split_once("/-/").map_or(address, |(front, _)| front);
        let start = path.find("://").map_or(0, |at| at + 3);
        let start = path[start..].find('/').map_or(0, |at| start + at + 1);
        let shown = address.split(['?', '#']).next().unwrap_or(address);
        package.rare.misnamed_file = Value::written(shown[start..].to_owned(), span);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Header, Link};
    use crate::source::SourceId;

    #[test]
    fn hashes_and_names_are_noted() {
        let full = format!("sha512-{}==", "a".repeat(86));
        let sha1 = format!("https://npm.example.com/ms/-/ms-2.0.0.tgz#{}", "a".repeat(40));
        let address = "https://npm.example.com/ms/-/ms-2.0.0.tgz";
        let other = "https://npm.example.com/evil/-/evil-2.0.0.tgz";
        let cases = [
            (Some(address), Some(full.as_str()), "0 sha512 - -"),
            (Some(address), None, "1 - - -"),
            (Some(&*sha1), None, "0 sha1 - -"),
            (Some(address), Some("sha512-aa"), "0 sha512 sha512-aa -"),
            (Some(address), Some("nonsense"), "1 - - -"),
            (Some(other), Some(full.as_str()), "0 sha512 - evil/-/evil-2.0.0.tgz"),
            (None, Some(full.as_str()), "0 sha512 - -"),
        ];
        let place = Span::new(SourceId::FIRST, 0..0);
        for (address, integrity, expected) in cases {
            let header = Header::new(&"a".into(), "a", place);
            let mut package = LockedPackage::new(header, Link::new(0), "node", "ms");
            package.contents.source = "registry";
            package.contents.version = Value::derived("2.0.0".into());
            let with_place = |text| (text, place);
            note(
                &mut package,
                Tarball { address: address.map(with_place), integrity: integrity.map(with_place), place },
            );
            use crate::read::known as word;
            let unhashed = package.contents.unhashed_count.known().map_or(-1, |count| count.0);
            let found = format!(
                "{unhashed} {} {} {}",
                word(&package.contents.hash_algorithm),
                word(&package.rare.malformed_hash),
                word(&package.rare.misnamed_file)
            );
            assert_eq!(found, expected, "{address:?} {integrity:?}");
        }
    }
}
