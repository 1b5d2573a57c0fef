//! What is staged, held against what git itself says differs from `HEAD`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

fn git(root: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=T", "-c", "user.email=t@example.com"];
    let done = Command::new("git").current_dir(root).args(identity).args(arguments).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

fn write(root: &Path, path: &str, text: &str) {
    let full = root.join(path);
    fs::create_dir_all(full.parent().unwrap()).unwrap();
    fs::write(full, text).unwrap();
}

/// The staged paths as reproof and as git see them.
fn both(root: &Path) -> (BTreeSet<String>, BTreeSet<String>) {
    let ours = reproof::git::staged(root).unwrap().1;
    let theirs = git(root, &["diff", "--cached", "--name-only", "--no-renames"]);
    (ours, theirs.lines().map(str::to_owned).collect())
}

#[test]
fn staged_paths_are_those_that_git_names() {
    let directory = TempDir::new().unwrap();
    let root = directory.path();
    git(root, &["init", "-q", "-b", "main"]);
    for path in
        ["a/b/c.txt", "a/b/d.txt", "a/e.txt", "gone/x/y.txt", "gone/z.txt", "same/deep/er.txt", "top.txt", "was_file"]
    {
        write(root, path, path);
    }
    git(root, &["add", "."]);
    let (ours, theirs) = both_before_the_first_commit(root);
    assert_eq!(ours, theirs);
    git(root, &["commit", "-q", "-m", "one"]);
    assert_eq!(both(root).0, BTreeSet::new());

    write(root, "a/b/c.txt", "changed");
    write(root, "new/folder/file.txt", "new");
    fs::remove_dir_all(root.join("gone")).unwrap();
    fs::remove_file(root.join("was_file")).unwrap();
    write(root, "was_file/now_a_folder.txt", "x");
    git(root, &["add", "-A"]);
    write(root, "same/deep/er.txt", "changed and not staged");
    let (ours, theirs) = both(root);
    assert_eq!(ours, theirs);
    assert_eq!(ours.len(), 6);
}

/// Before the first commit everything in the index is staged.
fn both_before_the_first_commit(root: &Path) -> (BTreeSet<String>, BTreeSet<String>) {
    let ours = reproof::git::staged(root).unwrap().1;
    (ours, git(root, &["ls-files"]).lines().map(str::to_owned).collect())
}
