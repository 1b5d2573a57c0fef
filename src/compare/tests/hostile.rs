//! Archives that mean harm, or are broken: refused, with the reason word by word.

use super::compared;
use super::writer::{Item, gzip, header, item, tar, zip};

fn refusal(bytes: &[u8], ending: &str) -> String {
    match compared(bytes, &[bytes, b"\n"].concat(), ending) {
        Ok(found) => panic!("it was compared: {:?}", found.level),
        Err(refusal) => refusal.to_string(),
    }
}

/// Two entries of which the second one stands in the bytes of the first.
fn overlapping() -> Vec<u8> {
    let mut bytes = zip(&[item("a", "1".repeat(200)), item("b", "2")]);
    let second = memchr::memmem::rfind(&bytes, b"PK\x01\x02").unwrap();
    bytes[second + 42..second + 46].fill(0);
    // The name must fit too, or it is refused for that.
    let name = second + 46;
    bytes[name] = b'b';
    bytes
}

fn bomb() -> Vec<u8> {
    zip(&[item("zeros", vec![0; 100 * 1024 * 1024])])
}

fn lying_size() -> Vec<u8> {
    let mut bytes = zip(&[item("a", "1".repeat(1000))]);
    let central = memchr::memmem::rfind(&bytes, b"PK\x01\x02").unwrap();
    bytes[central + 24..central + 28].copy_from_slice(&10u32.to_le_bytes());
    bytes
}

fn wrong_checksum() -> Vec<u8> {
    let mut bytes = zip(&[Item { level: None, ..item("a", "hello") }]);
    let at = memchr::memmem::find(&bytes, b"hello").unwrap();
    bytes[at] = b'j';
    bytes
}

fn flagged(flags: u8, method: u8) -> Vec<u8> {
    let mut bytes = zip(&[item("a", "1")]);
    let central = memchr::memmem::rfind(&bytes, b"PK\x01\x02").unwrap();
    bytes[central + 8] = flags;
    bytes[central + 10] = method;
    bytes
}

fn linked(target: &str) -> Vec<u8> {
    zip(&[Item { mode: 0o120_777, ..item("lib/x.so", target) }])
}

fn raw_path(path: &str) -> Vec<u8> {
    let mut header = header("x", 1);
    header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
    tar(&[(header, "1")])
}

fn special(kind: tar::EntryType, target: &str) -> Vec<u8> {
    let mut header = header("x", 0);
    header.set_entry_type(kind);
    header.set_link_name_literal(target).unwrap();
    tar(&[(header, "")])
}

#[test]
fn hostile_zip_archives_are_refused() {
    let whole = zip(&[item("a", "1"), item("b", "2")]);
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (whole[..whole.len() - 30].to_vec(), "it is cut off or no zip archive: its list of files is missing"),
        (b"no zip".to_vec(), "it is cut off or no zip archive: its list of files is missing"),
        (Vec::new(), "it is cut off or no zip archive: its list of files is missing"),
        (zip(&[item("/etc/passwd", "x")]), "its entry `/etc/passwd` would be unpacked outside of its directory"),
        (zip(&[item("../x", "x")]), "its entry `../x` would be unpacked outside of its directory"),
        (zip(&[item("a\\..\\..\\x", "x")]), "its entry `a\\..\\..\\x` would be unpacked outside of its directory"),
        (zip(&[item("C:x", "x")]), "its entry `C:x` would be unpacked outside of its directory"),
        (zip(&[item("a", "1"), item("a", "2")]), "it has two entries `a`: what is unpacked depends on the tool"),
        (zip(&[item("a", "1"), item("./a", "2")]), "it has two entries `a`: what is unpacked depends on the tool"),
        (zip(&[item("a", "1"), item("a/b", "2")]), "its entry `a` is a file, and `a/b` stands below it"),
        (
            zip(&[Item { local: Some("b"), ..item("a", "1") }]),
            "its entry `a` is called `b` where it stands: tools unpack one or the other",
        ),
        (linked("/etc/passwd"), "its link `lib/x.so` leads out of it, to `/etc/passwd`"),
        (linked("../../x"), "its link `lib/x.so` leads out of it, to `../../x`"),
        (overlapping(), "its entries `b` and `a` share bytes, as in a zip bomb"),
        (lying_size(), "the content of its entry `a` is not what its checksum and size say"),
        (wrong_checksum(), "the content of its entry `a` is not what its checksum and size say"),
        (flagged(1, 8), "its entry `a` is encrypted"),
        (flagged(0, 12), "its entry `a` is compressed by method 12 of zip; 0 (stored) and 8 (deflate) are read"),
        (bomb(), "it unpacks to more than 200 times its size, as no build does"),
    ];
    for (bytes, expected) in cases {
        assert_eq!(refusal(&bytes, ".zip"), expected);
    }
}

#[test]
fn hostile_tar_archives_are_refused() {
    let whole = tar(&[(header("a", 3000), &"1".repeat(3000))]);
    let packed = gzip(&whole, 6, 0);
    let zeros = gzip(&tar(&[(header("zeros", 100 << 20), &"\0".repeat(100 << 20))]), 9, 0);
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (raw_path("/etc/passwd"), "its entry `/etc/passwd` would be unpacked outside of its directory"),
        (raw_path("a/../../b"), "its entry `a/../../b` would be unpacked outside of its directory"),
        (special(tar::EntryType::Symlink, "/etc"), "its link `x` leads out of it, to `/etc`"),
        (special(tar::EntryType::Symlink, "../x"), "its link `x` leads out of it, to `../x`"),
        (special(tar::EntryType::Link, "../x"), "its entry `x` stands for `../x`, which is not there"),
        (special(tar::EntryType::Char, "x"), "its entry `x` is a device, pipe or of an unknown kind"),
        (special(tar::EntryType::Fifo, "x"), "its entry `x` is a device, pipe or of an unknown kind"),
        (
            tar(&[(header("a", 1), "1"), (header("a", 1), "2")]),
            "it has two entries `a`: what is unpacked depends on the tool",
        ),
        (zeros, "it unpacks to more than 200 times its size, as no build does"),
    ];
    for (bytes, expected) in cases {
        assert_eq!(refusal(&bytes, ".tar"), expected);
    }
    for cut in [packed[..packed.len() - 4].to_vec(), whole[..700].to_vec()] {
        assert!(refusal(&cut, ".tar").starts_with("it is cut off"), "{}", refusal(&cut, ".tar"));
    }
}

#[test]
fn other_archives_are_not_taken_for_files() {
    for ending in [".tar.bz2", ".7z"] {
        let expected = "it is an archive of a kind that is not read: zip and tar (plain, gzip, xz, Zstandard) are";
        assert_eq!(refusal(b"BZh91AY&SY", ending), expected);
    }
}
