//! What rattler 0.28 says of the same versions, ranges and requirements (asked 2026-11-30).

#![allow(clippy::unwrap_used, reason = "tests")]

use super::{MatchSpec, Version, VersionSpec};

/// The versions that each range is asked about.
const VERSIONS: &str = "1.2 1.2.0 1.2.3 1.2a1 1.2.0a0 1.2rc1 1.2.dev1 1.2.post1 2.0 2 1.10 3.10.0a0 3.9.16 3.10.1 1!1.0 1.2+cu118 2024a 2.2.2 2.3 8h 1.1.1w 1.1.1 1_2 1.2_ 0.4.1 1.0.1a 9e 2025.1.0";

/// Ranges, each with the versions that it admits.
const RANGES: &[(&str, &str)] = &[
    (
        "*",
        "1.2 1.2.0 1.2.3 1.2a1 1.2.0a0 1.2rc1 1.2.dev1 1.2.post1 2.0 2 1.10 3.10.0a0 3.9.16 3.10.1 1!1.0 1.2+cu118 2024a 2.2.2 2.3 8h 1.1.1w 1.1.1 1_2 1.2_ 0.4.1 1.0.1a 9e 2025.1.0",
    ),
    ("1.2", "1.2 1.2.0 1_2"),
    ("=1.2", "1.2 1.2.0 1.2.3 1.2a1 1.2.0a0 1.2rc1 1.2.dev1 1.2.post1 1.2+cu118 1_2 1.2_"),
    ("==1.2", "1.2 1.2.0 1_2"),
    ("1.2.*", "1.2 1.2.0 1.2.3 1.2a1 1.2.0a0 1.2rc1 1.2.dev1 1.2.post1 1.2+cu118 1_2 1.2_"),
    (">=1.2", "1.2 1.2.0 1.2.3 1.2.post1 2.0 2 1.10 3.10.0a0 3.9.16 3.10.1 1!1.0 2024a 2.2.2 2.3 8h 1_2 9e 2025.1.0"),
    (">1.2", "1.2.3 1.2.post1 2.0 2 1.10 3.10.0a0 3.9.16 3.10.1 1!1.0 2024a 2.2.2 2.3 8h 9e 2025.1.0"),
    ("<1.2", "1.2a1 1.2.0a0 1.2rc1 1.2.dev1 1.2+cu118 1.1.1w 1.1.1 1.2_ 0.4.1 1.0.1a"),
    ("<=1.2", "1.2 1.2.0 1.2a1 1.2.0a0 1.2rc1 1.2.dev1 1.2+cu118 1.1.1w 1.1.1 1_2 1.2_ 0.4.1 1.0.1a"),
    (
        "!=1.2",
        "1.2.3 1.2a1 1.2.0a0 1.2rc1 1.2.dev1 1.2.post1 2.0 2 1.10 3.10.0a0 3.9.16 3.10.1 1!1.0 1.2+cu118 2024a 2.2.2 2.3 8h 1.1.1w 1.1.1 1.2_ 0.4.1 1.0.1a 9e 2025.1.0",
    ),
    ("!=1.2.*", "2.0 2 1.10 3.10.0a0 3.9.16 3.10.1 1!1.0 2024a 2.2.2 2.3 8h 1.1.1w 1.1.1 0.4.1 1.0.1a 9e 2025.1.0"),
    ("~=1.2", "1.2 1.2.0 1.2.3 1.2.post1 1.10 1_2"),
    ("~=1.2.0", "1.2 1.2.0 1.2.3 1.2.post1 1_2"),
    (">=1.2,<2.0a0", "1.2 1.2.0 1.2.3 1.2.post1 1.10 1_2"),
    (">=1.2,<1.10|>=3", "1.2 1.2.0 1.2.3 1.2.post1 3.10.0a0 3.9.16 3.10.1 1!1.0 2024a 8h 1_2 9e 2025.1.0"),
    ("(>=1,<1.2)|2.*", "1.2a1 1.2.0a0 1.2rc1 1.2.dev1 2.0 2 1.2+cu118 2.2.2 2.3 1.1.1w 1.1.1 1.2_ 1.0.1a"),
    (">=3.9,<3.10.0a0", "3.9.16"),
    ("=3.10", "3.10.0a0 3.10.1"),
    ("1.1.1.*", "1.1.1w 1.1.1"),
    (">=1.1.1a,<1.1.2a", "1.1.1w 1.1.1"),
    (">=2.2.2, <3", "2.2.2 2.3"),
    ("2024*", "2024a"),
    ("=1.2.*", "1.2 1.2.0 1.2.3 1.2a1 1.2.0a0 1.2rc1 1.2.dev1 1.2.post1 1.2+cu118 1_2 1.2_"),
    (">=1.2.*", "1.2 1.2.0 1.2.3 1.2.post1 2.0 2 1.10 3.10.0a0 3.9.16 3.10.1 1!1.0 2024a 2.2.2 2.3 8h 1_2 9e 2025.1.0"),
    ("==1.2.*", "1.2 1.2.0 1.2.3 1.2a1 1.2.0a0 1.2rc1 1.2.dev1 1.2.post1 1.2+cu118 1_2 1.2_"),
    ("1.2*", "1.2 1.2.0 1.2.3 1.2a1 1.2.0a0 1.2rc1 1.2.dev1 1.2.post1 1.2+cu118 1_2 1.2_"),
    ("1!1.*", "1!1.0"),
    ("=2", "2.0 2 2.2.2 2.3"),
    (
        ">=0.4,!=0.4.1",
        "1.2 1.2.0 1.2.3 1.2a1 1.2.0a0 1.2rc1 1.2.dev1 1.2.post1 2.0 2 1.10 3.10.0a0 3.9.16 3.10.1 1!1.0 1.2+cu118 2024a 2.2.2 2.3 8h 1.1.1w 1.1.1 1_2 1.2_ 1.0.1a 9e 2025.1.0",
    ),
    (
        ">=1.2rc1",
        "1.2 1.2.0 1.2.3 1.2.0a0 1.2rc1 1.2.dev1 1.2.post1 2.0 2 1.10 3.10.0a0 3.9.16 3.10.1 1!1.0 1.2+cu118 2024a 2.2.2 2.3 8h 1_2 9e 2025.1.0",
    ),
    ("<1.2.post1", "1.2 1.2.0 1.2a1 1.2.0a0 1.2rc1 1.2.dev1 1.2+cu118 1.1.1w 1.1.1 1_2 1.2_ 0.4.1 1.0.1a"),
    ("~=2.2,!=2.3", "2.2.2"),
];

#[test]
fn ranges_admit_what_rattler_says() {
    for (range, expected) in RANGES {
        let spec = VersionSpec::parse(range).unwrap();
        let admitted = VERSIONS.split(' ').filter(|text| spec.admits(&Version::parse(text).unwrap()));
        assert_eq!(admitted.collect::<Vec<_>>().join(" "), *expected, "{range}");
    }
    for text in ["^1$", "1.2,", ">=", "a b c", "(1"] {
        assert_eq!(VersionSpec::parse(text), None, "{text}");
    }
}

#[test]
fn requirements_are_taken_apart() {
    let cases = [
        ("numpy=1.11.1=py36_0", "numpy ==1.11.1 py36_0"),
        ("numpy=1.11", "numpy =1.11"),
        ("numpy 1.11 py*", "numpy 1.11 py*"),
        ("numpy >=1.11 , <2", "numpy >=1.11,<2"),
        ("numpy >=1.11, <2 py36_0", "numpy >=1.11,<2 py36_0"),
        ("conda-forge::numpy>=1", "numpy >=1"),
        ("numpy[version='>=1,<2',build=py3*]", "numpy >=1,<2 py3*"),
        ("Libblas[build=*openblas]", "libblas * *openblas"),
        ("numpy=1.11.*=py36*", "numpy 1.11.* py36*"),
    ];
    for (text, plain) in cases {
        let mut spec = MatchSpec::parse(text).unwrap();
        spec.channel = None;
        let mut other = MatchSpec::parse(plain).unwrap();
        if spec.version.is_none() {
            other.version = None;
        }
        assert_eq!(spec, other, "{text}");
    }
    let spec = MatchSpec::parse("gpu *[when=\"__cuda>=12\", extras=[a, b]]").unwrap();
    assert_eq!((spec.when.as_deref(), spec.extras.join(" ")), (Some("__cuda>=12"), "a b".to_owned()));
    assert_eq!(MatchSpec::parse("a@b"), None);
}

#[test]
fn builds_fit_patterns() {
    let cases = [
        ("x * py39_*", "py39_0", Some(true)),
        ("x * py38*", "py39_0", Some(false)),
        ("x * *openblas", "h1_openblas", Some(true)),
        ("x * *_cp*", "h_cpython", Some(true)),
        ("x * py39_0", "Py39_0", Some(true)),
        ("x * ^py.*$", "py39_0", None),
        ("x[build_number=1]", "py39_0", None),
        ("x >2[build_number=1]", "py39_0", Some(false)),
    ];
    for (spec, build, expected) in cases {
        assert_eq!(MatchSpec::parse(spec).unwrap().fits("1.0", build), expected, "{spec}");
    }
}
