//! What the files of a locked package tell of its integrity: hashes that cannot be, names of
//! another package, whether anything is built, and short digests to compare lockfiles by.

use std::str::FromStr;

use crate::facts::LockedPackage;
use crate::facts::recorded::Digest;
use crate::python::Version;
use crate::python::name::normalize;
use crate::python::wheel::WheelName;
use crate::source::Span;
use crate::value::Value;

/// A file of a package as its lockfile lists it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed<'t> {
    /// Its name; empty where the lockfile lists hashes alone. Hashes under one name are
    /// alternatives: a file that has one of them passes.
    pub(crate) file: &'t str,
    /// Its hash as written: `sha256:HEX`, `sha512-BASE64`.
    pub(crate) hash: Option<&'t str>,
    /// Its place.
    pub(crate) span: Span,
}

/// Source archives of Python.
const SOURCES: &[&str] = &[".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz"];

/// How many hexadecimal digits and how many characters of base64 the hashes have.
const LENGTHS: &[(&str, usize, usize)] = &[
    ("md5", 32, 24),
    ("sha1", 40, 28),
    ("sha224", 56, 40),
    ("sha256", 64, 44),
    ("sha384", 96, 64),
    ("sha512", 128, 88),
];

/// The weakest of some hash algorithms.
pub(crate) fn weakest<'a>(algorithms: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    algorithms.max_by_key(|algorithm| match *algorithm {
        "md5" => 3,
        "sha1" => 2,
        "sha224" => 1,
        _ => 0,
    })
}

/// Notes what the files tell. Names are those of Python files; other ecosystems are compared by hash alone.
pub(crate) fn note<'t>(package: &mut LockedPackage, listed: impl Iterator<Item = Listed<'t>>) {
    let is_python = package.contents.ecosystem == "python" && package.contents.source == "registry";
    let listed: Vec<Listed<'t>> = listed.collect();
    let mut built = 0_usize;
    let mut sources = 0_usize;
    for one in listed.iter().filter(|one| is_python && !one.file.is_empty()) {
        let is_source = SOURCES.iter().any(|ending| one.file.ends_with(ending));
        sources += usize::from(is_source);
        built += usize::from(!is_source);
        if package.rare.misnamed_file.is_absent()
            && let Some(version) = package.contents.version.known()
            && !is_named(one.file, &package.contents.package, version)
        {
            package.rare.misnamed_file = Value::written(one.file.to_owned(), one.span);
        }
    }
    if sources + built > 0 {
        package.contents.source_only = Some(built == 0);
    }
    package.contents.digests = digests(listed.iter().copied());
    note_malformed(package, &listed);
}

/// The digests by which lockfiles are compared.
pub(crate) fn digests<'t>(listed: impl Iterator<Item = Listed<'t>>) -> Box<[Digest]> {
    let digest = |one: Listed<'t>| Some(Digest { file: mixed(one.file), hash: mixed(one.hash?) });
    listed.filter_map(digest).collect()
}

/// Notes the first hash that leaves its file without one that can match, and the first that another stands in for.
fn note_malformed(package: &mut LockedPackage, listed: &[Listed<'_>]) {
    let is_sound = |one: &Listed<'_>| one.hash.is_some_and(is_well_formed);
    for one in listed {
        let Some(hash) = one.hash.filter(|hash| !is_well_formed(hash)) else { continue };
        let has_other = listed.iter().any(|other| other.file == one.file && is_sound(other));
        let field = if has_other { &mut package.rare.dead_hash } else { &mut package.rare.malformed_hash };
        if field.is_absent() {
            *field = Value::written(hash.to_owned(), one.span);
        }
    }
}

/// Whether a hash has as many digits as its algorithm makes, and only digits. Unknown algorithms pass.
fn is_well_formed(hash: &str) -> bool {
    let find =
        |name: &str| LENGTHS.iter().find(|(known, ..)| known.len() == name.len() && known.eq_ignore_ascii_case(name));
    if let Some((algorithm, digits)) = hash.split_once(':') {
        match algorithm {
            // Go and Terraform: base64 of a SHA-256.
            "h1" => return digits.len() == 44 && is_base64(digits),
            // Terraform: the SHA-256 of an archive.
            "zh" => return digits.len() == 64 && is_hexadecimal(digits),
            _ => {}
        }
        let Some((_, length, _)) = find(algorithm) else { return true };
        return digits.len() == *length && is_hexadecimal(digits);
    }
    // Several hashes of one file are separated by spaces, and options follow a question mark.
    hash.split_ascii_whitespace().all(|hash| {
        let Some((algorithm, digits)) = hash.split_once('-') else { return true };
        let Some((_, _, length)) = find(algorithm) else { return true };
        let digits = digits.split('?').next().unwrap_or(digits);
        digits.len() == *length && is_base64(digits)
    })
}

fn is_hexadecimal(digits: &str) -> bool {
    // Counting needs no branches, so that many bytes are looked at at once.
    digits.bytes().filter(u8::is_ascii_hexdigit).count() == digits.len()
}

fn is_base64(digits: &str) -> bool {
    digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}

/// Whether a file's name says this package and version. Names of no known kind pass.
fn is_named(file: &str, package: &str, version: &str) -> bool {
    if starts_plainly(file, package, version) {
        return true;
    }
    // The end of an address: the plus of a local version may be escaped.
    let file = &*percent_encoding::percent_decode_str(file).decode_utf8_lossy();
    let is_same = |text: &str| match (Version::from_str(text), Version::from_str(version)) {
        (Ok(one), Ok(two)) => one == two,
        _ => text == version,
    };
    if file.ends_with(".whl") {
        return WheelName::parse(file).is_some_and(|wheel| wheel.package() == package && is_same(&wheel.version()));
    }
    let Some(stem) = SOURCES.iter().find_map(|ending| file.strip_suffix(ending)) else { return true };
    // Names and versions may have hyphens themselves.
    let mut splits = stem.match_indices('-').map(|(at, _)| (&stem[..at], &stem[at + 1..]));
    splits.any(|(name, rest)| normalize(name) == package && (is_same(rest) || is_same(&rest.replace('_', "+"))))
}

/// The usual case: the normalised name with underscores, a hyphen, the version, and what ends it.
fn starts_plainly(file: &str, package: &str, version: &str) -> bool {
    let Some((name, rest)) = file.split_at_checked(package.len()) else { return false };
    let is_name = name.bytes().zip(package.bytes()).all(|(one, two)| one == two || (one == b'_' && two == b'-'));
    let rest = rest.strip_prefix('-').and_then(|rest| rest.strip_prefix(version));
    is_name && rest.is_some_and(|rest| rest.starts_with('-') || SOURCES.contains(&rest))
}

const PRIME: u64 = 0x0100_0000_01b3;

/// A short digest of a text, to tell texts apart without keeping them (FNV-1a over eight bytes at a time); 0 for none.
fn mixed(text: &str) -> u32 {
    if text.is_empty() {
        return 0;
    }
    let mut state = 0xcbf2_9ce4_8422_2325_u64 ^ text.len() as u64;
    for chunk in text.as_bytes().chunks(8) {
        let mut bytes = [0; 8];
        bytes[..chunk.len()].copy_from_slice(chunk);
        state = (state ^ u64::from_le_bytes(bytes)).wrapping_mul(PRIME);
        state ^= state >> 29;
    }
    u32::try_from(state >> 32).unwrap_or_default() ^ u32::try_from(state & u64::from(u32::MAX)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_have_the_length_of_their_algorithm() {
        let full = "0123456789abcdef".repeat(8);
        for (hash, expected) in [
            (format!("sha256:{}", &full[..64]), true),
            (format!("sha256:{}", &full[..63]), false),
            (format!("SHA256:{}", &full[..65]), false),
            (format!("sha512:{full}"), true),
            (format!("sha256:{}g", &full[..63]), false),
            (format!("blake2b:{}", &full[..9]), true),
            (format!("sha512-{}==", &full[..86]), true),
            (format!("sha512-{}==", &full[..80]), false),
            (format!("sha1-{}= sha512-{}==", &full[..27], &full[..86]), true),
            (String::new(), true),
            (format!("h1:{}=", &full[..43]), true),
            (format!("h1:{}=", &full[..40]), false),
            (format!("zh:{}", &full[..64]), true),
            (format!("zh:{}", &full[..60]), false),
        ] {
            assert_eq!(is_well_formed(&hash), expected, "{hash}");
        }
    }

    #[test]
    fn files_are_named_after_their_package() {
        for (file, package, version, expected) in [
            ("amber-1.2-py3-none-any.whl", "amber", "1.2", true),
            ("amber_dust-1.2.0-cp312-cp312-manylinux_2_17_x86_64.whl", "amber-dust", "1.2.0", true),
            ("Amber.Dust-1.2.tar.gz", "amber-dust", "1.2.0", true),
            ("amber-dust-1.2.zip", "amber-dust", "1.2", true),
            ("amber-1.2+cu118-py3-none-any.whl", "amber", "1.2+cu118", true),
            ("amber-1.2%2Bcu118-py3-none-any.whl", "amber", "1.2+cu118", true),
            ("amber-1.2_cu118-py3-none-any.whl", "amber", "1.2+cu118", true),
            ("amber-1.0.0b1.tar.gz", "amber", "1.0b1", true),
            ("amber-1.3-py3-none-any.whl", "amber", "1.2", false),
            ("birch-1.2-py3-none-any.whl", "amber", "1.2", false),
            ("amber-1.20.tar.gz", "amber", "1.2", false),
            ("amber-1.2.exe", "amber", "9", true),
        ] {
            assert_eq!(is_named(file, package, version), expected, "{file}");
        }
    }

    #[test]
    fn texts_are_told_apart() {
        let texts = ["", "a", "b", "aaaaaaaa", "aaaaaaaab", "baaaaaaaa", "sha256:00", "sha256:01"];
        let distinct: std::collections::BTreeSet<u32> = texts.iter().map(|text| mixed(text)).collect();
        assert_eq!(distinct.len(), texts.len());
    }
}
