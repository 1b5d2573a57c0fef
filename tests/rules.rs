//! The examples of all built-in rules hold, run through the real readers by the binary itself.

use std::process::Command;

#[test]
fn the_examples_of_all_rules_hold() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_reproof")).args(["rules", "test"]).env("NO_COLOR", "1").output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stderr), text(&output.stdout));
    assert!(text(&output.stdout).contains(" 0 failed"));
}
