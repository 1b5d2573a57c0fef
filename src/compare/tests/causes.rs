//! Each cause alone, and all together.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::{ALL, Layer, Level};
use super::writer::{Item, commented, gzip, header, item, tar, zip};
use super::{compared, ids};

const PY: &str = "import os\nprint('hello')\n";

/// Two archives of a few files that differ in one.
fn changed(path: &str, a: impl AsRef<[u8]>, b: impl AsRef<[u8]>) -> (Vec<u8>, Vec<u8>) {
    let around = |data: &[u8]| zip(&[item("app.py", PY), item(path, data), item("readme.txt", "hello\nthere\nyou\n")]);
    (around(a.as_ref()), around(b.as_ref()))
}

/// Two archives of which one has a file more.
fn added(path: &str, data: &str) -> (Vec<u8>, Vec<u8>) {
    (zip(&[item("app.py", PY)]), zip(&[item("app.py", PY), item(path, data)]))
}

/// Two archives of the same files, changed as a whole.
fn touched(change: impl Fn(&mut Item)) -> (Vec<u8>, Vec<u8>) {
    let items = [item("app.py", PY.repeat(40)), item("readme.txt", "hello\n".repeat(40))];
    let mut other = items.clone();
    other.iter_mut().for_each(change);
    (zip(&items), zip(&other))
}

fn bytecode(magic: u16, flags: u32, time: u32, source: &str) -> Vec<u8> {
    let mut out = magic.to_le_bytes().to_vec();
    out.extend(b"\r\n");
    out.extend(flags.to_le_bytes());
    out.extend(time.to_le_bytes());
    out.extend(80u32.to_le_bytes());
    out.extend(b"\xe3\0\0\0\0\x01\x02\x03s\x04\0\0\0abcd");
    out.push(b'z' | 0x80);
    out.push(u8::try_from(source.len()).unwrap());
    out.extend(source.as_bytes());
    out.extend(b"N)\0tail");
    out
}

/// A small ELF library: a section of code, a note with the build id and the compiler's words.
fn library(machine: u16, code: &[u8], id: u8, comment: &[u8]) -> Vec<u8> {
    let note = [&[4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0][..], b"GNU\0", &[id; 20]].concat();
    let names = b"\0.text\0.note.gnu.build-id\0.comment\0.shstrtab\0";
    // Name, kind, flags, content.
    let sections: [(u32, u32, u64, &[u8]); 4] =
        [(1, 1, 6, code), (7, 7, 2, &note), (26, 1, 0, comment), (35, 3, 0, names)];
    let mut out = b"\x7fELF\x02\x01\x01".to_vec();
    out.resize(16, 0);
    out.extend(3u16.to_le_bytes());
    out.extend(machine.to_le_bytes());
    out.extend(1u32.to_le_bytes());
    out.extend([0; 16]);
    let shift = out.len();
    out.extend([0; 8]);
    out.extend([0, 0, 0, 0, 64, 0, 56, 0, 0, 0, 64, 0, 5, 0, 4, 0]);
    let mut table = vec![0; 64];
    for (name, kind, flags, data) in sections {
        out.resize(out.len().next_multiple_of(8), 0);
        table.extend(name.to_le_bytes());
        table.extend(kind.to_le_bytes());
        table.extend(flags.to_le_bytes());
        table.extend(0u64.to_le_bytes());
        table.extend((out.len() as u64).to_le_bytes());
        table.extend((data.len() as u64).to_le_bytes());
        table.extend([0; 8]);
        table.extend(4u64.to_le_bytes());
        table.extend(0u64.to_le_bytes());
        out.extend(data);
    }
    out.resize(out.len().next_multiple_of(8), 0);
    let place = (out.len() as u64).to_le_bytes();
    out[shift..shift + 8].copy_from_slice(&place);
    out.extend(table);
    out
}

fn static_library(time: &str) -> Vec<u8> {
    format!("!<arch>\n{:<16}{time:<12}{:<6}{:<6}{:<8}{:<10}`\nabcd", "x.o/", 0, 0, "100644", 4).into_bytes()
}

const RECORD: &str = "app.py,sha256=AA,10\npkg/x.py,sha256=BB,20\npkg-1.dist-info/RECORD,,\n";

type Pair = (Vec<u8>, Vec<u8>);

/// A pair of zip archives, and the only cause that it has.
fn zips() -> Vec<(&'static str, Pair)> {
    let link = |target: &str| Item { mode: 0o120_777, ..item("lib/x.so", target) };
    let (own, other) = ("pkg-1.dist-info/RECORD", "pkg-1.dist-info");
    let lines: Vec<&str> = RECORD.lines().collect();
    let reordered = format!("{}\n{}\n{}\n", lines[1], lines[0], lines[2]);
    let wheel =
        |hash: &str, data: &str| zip(&[item("app.py", data), item(own, format!("app.py,sha256={hash},10\n{own},,\n"))]);
    vec![
        ("file-contents", changed("x.py", "a = 1\n", "a = 2\n")),
        ("file-contents", changed("x.bin", b"\0\x01", b"\0\x02")),
        ("file-contents", changed("x.py", "a()\nb()\nc()\n", "b()\na()\nc()\n")),
        ("file-contents", changed("x.js", "get('/api/v1/x')", "get('/api/v2/x')")),
        ("file-contents", changed("x.so", library(62, b"one!", 1, b"gcc"), library(62, b"two!", 2, b"gcc"))),
        ("only-in-one", added("extra.py", "x")),
        ("moved", (zip(&[item("a.py", PY)]), zip(&[item("b.py", PY)]))),
        (
            "entry-kind",
            (zip(&[link("y.so"), item("lib/y.so", "y")]), zip(&[item("lib/x.so", "x"), item("lib/y.so", "y")])),
        ),
        ("record-wrong", changed(own, RECORD, RECORD.replace("AA", "CC"))),
        ("other-platform", changed("x.so", library(62, b"code", 1, b"gcc"), library(183, b"code", 1, b"gcc"))),
        (
            "other-platform",
            (
                zip(&[item("_x.cpython-312-x86_64-linux-gnu.so", "one")]),
                zip(&[item("_x.cpython-312-aarch64-linux-gnu.so", "two")]),
            ),
        ),
        ("native-notes", changed("x.so", library(62, b"code", 1, b"gcc 13"), library(62, b"code", 1, b"gcc 14"))),
        ("build-id", changed("x.so", library(62, b"code", 1, b"gcc"), library(62, b"code", 2, b"gcc"))),
        ("static-library-header", changed("x.a", static_library("1700000000"), static_library("1700000099"))),
        ("bytecode", changed("x.pyc", bytecode(3531, 0, 1, "/a/x.py"), bytecode(3531, 0, 2, "/a/x.py"))),
        ("bytecode", changed("x.pyc", bytecode(3531, 0, 1, "/a/x.py"), bytecode(3531, 1, 9, "/a/x.py"))),
        ("bytecode", changed("x.pyc", bytecode(3531, 1, 1, "/home/ann/x.py"), bytecode(3531, 1, 1, "/tmp/b/c/x.py"))),
        ("bytecode", changed("x.pyc", bytecode(3531, 0, 1, "/a/x.py"), bytecode(3571, 0, 1, "/a/x.py"))),
        ("bytecode", added("__pycache__/app.cpython-312.pyc", "x")),
        ("line-endings", changed("x.py", "a\nb\n", "a\r\nb\r\n")),
        ("byte-order-mark", changed("x.csv", "a,b\n", "\u{feff}a,b\n")),
        ("shebang", changed("bin/run", "#!/usr/bin/python3\nrun()\n", "#!/opt/x/bin/python\nrun()\n")),
        ("embedded-path", changed("x.py", "at = '/home/ann/app/x.c'\n", "at = '/builds/ci/1/x.c'\n")),
        ("embedded-path", changed("x.bin", b"\0\x01/home/ann/x.c\0", b"\0\x01/tmp/build/x.c\0")),
        ("embedded-date", changed("x.py", "built = '2026-11-23T10:00:00Z'\n", "built = '2026-11-24T11:30:00Z'\n")),
        ("random-id", changed("x.txt", "6f1c2f8e-0000-4000-8000-000000000001", "6f1c2f8e-0000-4000-8000-000000000002")),
        ("record-order", changed(own, RECORD, reordered)),
        (
            "wheel-generator",
            changed(
                &format!("{other}/WHEEL"),
                "Wheel-Version: 1.0\nGenerator: a 1\n",
                "Wheel-Version: 1.0\nGenerator: b 2\n",
            ),
        ),
        (
            "other-platform",
            changed(&format!("{other}/WHEEL"), "Tag: cp312-cp312-linux_x86_64\n", "Tag: cp312-cp312-linux_aarch64\n"),
        ),
        ("install-records", changed(&format!("{other}/INSTALLER"), "pip\n", "uv\n")),
        ("install-records", added(&format!("{other}/direct_url.json"), "{}")),
        ("json-key-order", changed("x.json", r#"{"a":1,"b":[1,2]}"#, r#"{"b":[1,2],"a":1}"#)),
        ("json-layout", changed("x.json", r#"{"a":1,"b":"x y"}"#, "{\"a\": 1,\n \"b\": \"x y\"}\n")),
        (
            "node-install-fields",
            changed(
                "node_modules/x/package.json",
                r#"{"name":"x","_where":"/home/ann"}"#,
                r#"{"name":"x","_where":"/build"}"#,
            ),
        ),
        ("set-order", changed("x.py", "x = {'b', 'a'}\n", "x = {'a', 'b'}\n")),
        ("line-order", changed("SOURCES.txt", "a\nb\nc\n", "c\na\nb\n")),
        ("nested-archive", changed("x.json.gz", gzip(b"{}", 6, 1), gzip(b"{}", 6, 2))),
        ("nested-archive", changed("x.whl", zip(&[item("a", "1")]), zip(&[Item { clock: 60, ..item("a", "1") }]))),
        ("stray-files", added(".pytest_cache/x", "x")),
        ("test-files", added("tests/test_x.py", "x")),
        (
            "link-copied",
            (zip(&[link("y.so"), item("lib/y.so", "y")]), zip(&[item("lib/x.so", "y"), item("lib/y.so", "y")])),
        ),
        ("executable-bit", touched(|item| item.mode |= 0o111)),
        ("name-case", (zip(&[item("Readme.txt", "x")]), zip(&[item("README.txt", "x")]))),
        ("name-unicode", (zip(&[item("caf\u{e9}", "x")]), zip(&[item("cafe\u{301}", "x")]))),
        ("root-folder", (zip(&[item("a", "1"), item("b", "2")]), zip(&[item("x-1.0/a", "1"), item("x-1.0/b", "2")]))),
        ("entry-order", (zip(&[item("a", "1"), item("b", "2")]), zip(&[item("b", "2"), item("a", "1")]))),
        ("modes", touched(|item| item.mode = 0o100_664)),
        ("directory-entries", (zip(&[item("a/b", "1")]), zip(&[item("a/b", "1"), item("a/", "")]))),
        ("compression-method", touched(|item| item.level = None)),
        ("compression", touched(|item| item.level = Some(0))),
        ("extra-fields", touched(|item| item.extra = vec![0x75, 0x78, 4, 0, 1, 2, 3, 4])),
        ("zip-writer", touched(|item| item.system = 0)),
        ("archive-comment", (zip(&[item("a", "1")]), commented(&[item("a", "1")], "built by ci"))),
        ("archive-comment", touched(|item| item.comment = "x")),
        (
            "archive-layout",
            (zip(&[item("a", "1")]), [b"#!/usr/bin/env python3\n".to_vec(), zip(&[item("a", "1")])].concat()),
        ),
        ("embedded-date", changed("x.whl", zip(&[item("a", "2026-11-23")]), zip(&[item("a", "2026-11-24")]))),
        ("record-follows", (wheel("AA", "x = '2026-11-23'\n"), wheel("BB", "x = '2026-11-24'\n"))),
    ]
}

/// A pair of zip archives whose entries bear other times, and the only cause that it has.
fn times() -> Vec<(&'static str, Pair)> {
    vec![
        ("time-zone", touched(|item| item.clock += 7200)),
        ("timestamps", touched(|item| item.clock += 86_400)),
        ("time-rounding", touched(|item| item.clock += 2)),
        ("timestamps", touched(|item| item.clock += u32::try_from(item.path.len()).unwrap() * 1000)),
    ]
}

/// A pair of tar archives, and the only cause that it has.
fn tars() -> Vec<(&'static str, Pair)> {
    let own = || vec![(header("a", 1), "1"), (header("b", 1), "2")];
    let changed = |change: fn(&mut tar::Header)| {
        let mut members = own();
        members.iter_mut().for_each(|(header, _)| change(header));
        tar(&members)
    };
    let plain = tar(&own());
    let mut ustar = tar::Header::new_ustar();
    ustar.set_path("a").unwrap();
    ustar.set_size(1);
    ustar.set_mode(0o644);
    ustar.set_mtime(1_000_000_000);
    vec![
        ("owners", (plain.clone(), changed(|header| header.set_uid(1000)))),
        ("owners", (plain.clone(), changed(|header| header.set_username("ann").unwrap()))),
        ("timestamps", (plain.clone(), changed(|header| header.set_mtime(1)))),
        ("modes", (plain.clone(), changed(|header| header.set_mode(0o600)))),
        ("executable-bit", (plain.clone(), changed(|header| header.set_mode(0o755)))),
        ("entry-order", (plain.clone(), tar(&own().into_iter().rev().collect::<Vec<_>>()))),
        ("tar-dialect", (tar(&own()[..1]), tar(&[(ustar, "1")]))),
        ("gzip-header", (gzip(&plain, 6, 1), gzip(&plain, 6, 2))),
        ("compression", (gzip(&plain.repeat(1), 1, 1), gzip(&plain, 9, 1))),
        ("form", (plain.clone(), gzip(&plain, 6, 1))),
        ("file-contents", (gzip(&plain, 6, 1), gzip(&tar(&[(header("a", 1), "1"), (header("b", 1), "9")]), 6, 1))),
        ("embedded-date", (tar(&[(header("a", 10), "2026-11-23")]), tar(&[(header("a", 10), "2026-11-24")]))),
    ]
}

fn all() -> Vec<(&'static str, Pair, &'static str)> {
    let zips = zips().into_iter().chain(times()).map(|(cause, pair)| (cause, pair, ".zip"));
    zips.chain(tars().into_iter().map(|(cause, pair)| (cause, pair, ".tar"))).collect()
}

#[test]
fn a_pair_for_each_cause_has_that_cause_alone() {
    for (number, (cause, (a, b), ending)) in all().into_iter().enumerate() {
        for (own, other) in [(&a, &b), (&b, &a)] {
            let found = compared(own, other, ending).unwrap_or_else(|error| panic!("{cause} ({number}): {error}"));
            let ids: Vec<_> =
                ids(&found).into_iter().filter(|id| cause != "record-follows" || *id != "embedded-date").collect();
            assert_eq!(ids, [cause], "pair {number}: {:#?}", found.causes);
            let layer = ALL.iter().find(|kind| kind.id == cause).unwrap().layer;
            let level = match layer {
                Layer::Container => Level::SameEntries,
                Layer::Metadata => Level::SameContents,
                Layer::Content => Level::SameButForKnownCauses,
                Layer::Unexplained => Level::Different,
            };
            assert_eq!(found.level, level, "{cause}");
        }
    }
}

#[test]
fn every_cause_has_a_pair() {
    let shown: BTreeSet<&str> = all().iter().map(|(cause, ..)| *cause).collect();
    let known: BTreeSet<&str> = ALL.iter().map(|kind| kind.id).collect();
    assert_eq!(shown, known);
}

#[test]
fn a_build_is_the_same_as_itself() {
    for (cause, (a, b), ending) in all() {
        for one in [a, b] {
            let found = compared(&one, &one, ending).unwrap();
            assert_eq!((found.level, found.causes.len()), (Level::SameBytes, 0), "{cause}");
        }
    }
}

#[test]
fn several_causes_are_all_told() {
    let a = zip(&[
        item("a.py", "at = '/home/ann/x.c'\nb = 1\n"),
        item("b.py", "x\n"),
        item("c/__pycache__/d.pyc", "x"),
        item("e.json", r#"{"a":1,"b":"2026-11-23"}"#),
    ]);
    let b = zip(&[
        Item { clock: 60, ..item("b.py", "x\n") },
        Item { level: None, ..item("a.py", "at = '/builds/1/x.c'\r\nb = 1\r\n") },
        Item { mode: 0o100_600, ..item("e.json", r#"{"b":"2026-11-24","a":1}"#) },
    ]);
    let found = compared(&a, &b, ".zip").unwrap();
    let expected = [
        "bytecode",
        "line-endings",
        "embedded-path",
        "embedded-date",
        "json-key-order",
        "entry-order",
        "timestamps",
        "modes",
        "compression-method",
    ];
    assert_eq!((ids(&found), found.level), (expected.to_vec(), Level::SameButForKnownCauses));
}

#[test]
fn archives_and_directories_are_held_against_each_other() {
    let items = [item("app.py", PY), item("pkg/x.py", "x")];
    let directory = tempfile::tempdir().unwrap();
    let built = directory.path().join("built");
    std::fs::create_dir_all(built.join("pkg")).unwrap();
    for item in &items {
        std::fs::write(built.join(std::str::from_utf8(&item.path).unwrap()), &item.data).unwrap();
    }
    let archive = directory.path().join("a.zip");
    std::fs::write(&archive, zip(&items)).unwrap();
    let mut folder = crate::artifact::open(&built, "x").unwrap();
    let mut packed = crate::artifact::open(&archive, "x").unwrap();
    let found = super::compare(&mut packed, &mut folder).unwrap();
    assert_eq!((ids(&found), found.level), (vec!["directory-entries", "form"], Level::SameContents));
    let skipped: Vec<_> = found.skipped.iter().map(|skipped| skipped.what.as_str()).collect();
    assert_eq!(skipped, ["order", "times", "owners"]);
    assert_eq!(crate::artifact::content_digest(&packed), crate::artifact::content_digest(&folder));
    let found = super::compare(&mut folder, &mut crate::artifact::open(&built, "x").unwrap()).unwrap();
    assert_eq!((found.level, found.causes.len()), (Level::SameEntries, 0));
}

/// A tar archive with the file `a.txt` in xz and in Zstandard, as Python's lzma and zstandard write it.
const XZ: &str = "fd377a585a000004e6d6b446020021011c00000010cf58cce007ff003e5d00308b8a87c40ef297a4f8753dc5a9edd997aa1eafd5d37b105b48b3ac9d\
                  855ab656b4092e514cdebb1f639690cc4baa5151c3101c211ce39d755866cf5300000000425574a550870f0b00015a80100000004118bf8fb1c467fb\
                  020000000004595a";
const ZSTD: &str = "28b52ffd600007cd0100c2c2080fc06b0c0095c6fecb04d1e2efa1732982e18bce25e5411bc6de25ff9662ffde3a71020720701ffafd638e3a60f284\
                    4b0486b3932b02";

fn bytes(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn tar_archives_in_xz_and_zstandard_are_read() {
    let found = compared(&bytes(XZ), &bytes(ZSTD), ".tar").unwrap();
    assert_eq!((ids(&found), found.level, found.equal), (vec!["form"], Level::SameEntries, 1));
    for cut in [bytes(XZ)[..100].to_vec(), bytes(ZSTD)[..50].to_vec()] {
        let refusal = compared(&cut, &cut, ".tar").unwrap_err().to_string();
        assert!(refusal.starts_with("it is cut off"), "{refusal}");
    }
}

/// Small sets of files, each with a time and whether it is compressed.
fn files() -> impl Strategy<Value = Vec<Item>> {
    let file = ("[a-d]{1,3}(/[a-d]{1,2})?", "[ab\\n]{0,20}", 0..40_000u32, proptest::bool::ANY);
    proptest::collection::vec(file, 0..8).prop_map(|files| {
        let mut items: Vec<Item> = Vec::new();
        for (path, data, clock, deflated) in files {
            let fits = |other: &Item| {
                let other = std::str::from_utf8(&other.path).unwrap();
                other != path && !other.starts_with(&format!("{path}/")) && !path.starts_with(&format!("{other}/"))
            };
            if items.iter().all(fits) {
                items.push(Item { clock, level: deflated.then_some(6), ..item(&path, data) });
            }
        }
        items
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_packed_otherwise_holds_the_same(items in files(), shift in 1..20_000u32) {
        let same = compared(&zip(&items), &zip(&items), ".zip").unwrap();
        prop_assert_eq!((same.level, same.causes.len()), (Level::SameBytes, 0));
        let other: Vec<Item> =
            items.iter().rev().map(|item| Item { clock: item.clock + shift, level: None, ..item.clone() }).collect();
        let found = compared(&zip(&items), &zip(&other), ".zip").unwrap();
        prop_assert!(found.level <= Level::SameContents, "{:?}", found.causes);
        prop_assert_eq!(found.equal, items.len());
    }

    #[test]
    fn bytes_of_any_kind_do_no_harm(start in 0..4usize, noise in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        let archive = [zip(&[item("a", "1"), item("b", "2")]), gzip(b"x", 6, 1), tar(&[(header("a", 1), "1")]), Vec::new()];
        let mut damaged = archive[start].clone();
        for (at, byte) in noise.iter().enumerate().filter(|(at, _)| at % 7 == 0) {
            let length = damaged.len();
            if length > 0 {
                damaged[(at * 31 + usize::from(*byte)) % length] ^= byte;
            }
        }
        damaged.extend(&noise);
        let _refused_or_compared = compared(&damaged, &archive[start], ".zip");
    }
}
