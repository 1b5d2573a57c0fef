//! What a path says of a file: leftovers, tests, bytecode, libraries of a platform.

/// Directories and files that tools leave behind.
const STRAY_DIRECTORIES: &[&str] = &[
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
    ".tox",
    ".nox",
    ".cache",
    ".git",
    ".hg",
    ".svn",
    ".idea",
    ".vscode",
    ".ipynb_checkpoints",
    ".eggs",
    ".aws-sam",
    "__MACOSX",
    ".nyc_output",
];

const STRAY_FILES: &[&str] = &[
    ".DS_Store",
    ".lock",
    "Thumbs.db",
    "desktop.ini",
    ".coverage",
    ".python-version",
    ".gitignore",
    ".package-lock.json",
];

const STRAY_ENDINGS: &[&str] = &[".orig", ".rej", ".swp", ".swo", "~", ".bak", ".tmp", ".log", ".pid", ".pyc.tmp"];

/// Whether a path is a cache or a leftover.
pub(super) fn is_stray(path: &str) -> bool {
    let mut parts = path.split('/').rev();
    let name = parts.next().unwrap_or("");
    STRAY_FILES.contains(&name)
        || STRAY_ENDINGS.iter().any(|ending| name.ends_with(ending) && name.len() > ending.len())
        || parts.any(|part| STRAY_DIRECTORIES.contains(&part))
}

/// Whether a path belongs to tests.
pub(super) fn is_test(path: &str) -> bool {
    let mut parts = path.split('/').rev();
    let name = parts.next().unwrap_or("");
    let is_test_name = (name.starts_with("test_") && name.ends_with(".py"))
        || name.ends_with("_test.py")
        || name == "conftest.py"
        || [".test.js", ".spec.js", ".test.ts", ".spec.ts"].iter().any(|ending| name.ends_with(ending));
    is_test_name || parts.any(|part| matches!(part, "tests" | "test" | "__tests__"))
}

/// Whether a path is bytecode.
pub(super) fn is_bytecode(path: &str) -> bool {
    path.ends_with(".pyc") || path.ends_with(".pyo")
}

/// The path of a native library without the tags of its platform: `pkg/_x.cpython-312-x86_64-linux-gnu.so` and
/// `pkg/_x.cp312-win_amd64.pyd` are both `pkg/_x`.
pub(super) fn library_stem(path: &str) -> Option<&str> {
    let is_library = [".so", ".pyd", ".dll", ".dylib", ".node"].iter().any(|ending| path.ends_with(ending));
    if !is_library && !path.contains(".so.") {
        return None;
    }
    let start = path.rfind('/').map_or(0, |at| at + 1);
    path[start..].find('.').map(|dot| &path[..start + dot])
}

/// Whether a text is a program, in which the order of lines means something.
pub(super) fn is_program(path: &str) -> bool {
    const ENDINGS: &[&str] = &[
        ".py", ".pyi", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx", ".sh", ".bash", ".rb", ".php", ".c", ".h", ".cc",
        ".cpp", ".hpp", ".rs", ".go", ".java", ".kt", ".swift", ".pl", ".lua", ".ps1", ".bat", ".sql", ".pyx", ".cs",
        ".map", ".css",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    ENDINGS.iter().any(|ending| name.ends_with(ending)) || !name.contains('.') && path.contains("bin/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_files_are() {
        for path in [".DS_Store", "a/.DS_Store", "a/__pycache__/b.txt", "x.py~", "a.orig", ".git/HEAD"] {
            assert!(is_stray(path), "{path}");
        }
        for path in ["a.py", "__pycache__.py", "~", "cache/a"] {
            assert!(!is_stray(path), "{path}");
        }
        assert!(is_test("pkg/tests/a.json") && is_test("test_a.py") && !is_test("pkg/testing.py"));
        assert_eq!(library_stem("p/_x.cpython-312-x86_64-linux-gnu.so"), Some("p/_x"));
        assert_eq!(library_stem("p/_x.cp312-win_amd64.pyd"), Some("p/_x"));
        assert_eq!(library_stem("p/libz.so.1.3"), Some("p/libz"));
        assert_eq!(library_stem("p/x.py"), None);
    }
}
