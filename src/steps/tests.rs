//! Tables of cases.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::source::SourceId;
use crate::syntax::places::Places;
use crate::value::State;

fn steps(scripts: &[&str]) -> Vec<Step> {
    let path: Arc<str> = "ci.yml".into();
    let mut job = Job::new(&path, "workflow", "test", true);
    for text in scripts {
        let places = Places::verbatim(Span::top(SourceId::FIRST), 0, text.len());
        let script = Script::plain(text, &places, Ok("app".to_owned()));
        job.run(&script).unwrap();
    }
    job.finish()
}

fn shown(scripts: &[&str]) -> Vec<String> {
    let show = |step: &Step| {
        let mut parts = vec![step.tool.clone(), step.lock_use.known().cloned().unwrap_or_else(|| "?".to_owned())];
        match &step.directory.state {
            State::Known(directory) => parts.push(format!("in {directory}")),
            State::Unknown(_) => parts.push("in ?".to_owned()),
            _ => {}
        }
        if step.remote_script {
            parts = vec![format!("remote {}", step.command)];
        }
        if step.purpose != "check" {
            parts.push(step.purpose.clone());
        }
        parts.join(" ")
    };
    steps(scripts).iter().filter(|step| step.call.is_none() && !step.finds_changes).map(show).collect()
}

#[test]
fn changed_files_that_are_looked_for() {
    for (script, expected) in [
        ("git diff --exit-code uv.lock", true),
        ("git --no-pager diff --quiet", true),
        ("git diff-index --quiet HEAD --", true),
        ("if ! git diff --quiet; then git diff > fix.patch; fi", false),
        ("git diff --quiet || echo changed", false),
        ("if ! git diff --quiet; then echo changed; exit 1; fi", true),
        ("git diff --exit-code || (echo changed && false)", true),
        ("git diff", false),
        ("git status --porcelain", false),
        ("if [ -n \"$(git status --porcelain)\" ]; then exit 1; fi", true),
        ("changed=$(git status -s)", true),
        ("git status --porcelain | grep . && exit 1", true),
        ("bash -c 'test -z \"$(git status --porcelain)\"'", true),
    ] {
        assert_eq!(steps(&[script]).iter().any(|step| step.finds_changes), expected, "{script}");
    }
}

#[test]
fn jobs() {
    let cases: &[(&[&str], &[&str])] = &[
        (&["cd web\nnpm ci\n", "npm test"], &["npm proves in app/web"]),
        (&["npm ci --prefix ../web"], &["npm proves in web"]),
        (&["cd $X && uv sync"], &["uv may-rewrite in ?"]),
        (&["export UV_FROZEN=1\nuv sync", "uv sync"], &["uv uses in app", "uv may-rewrite in app"]),
        (&["echo UV_LOCKED=1 >> $GITHUB_ENV", "uv sync"], &["uv proves in app"]),
        (&["bundle config set --local deployment true", "bundle install"], &["bundler proves in app"]),
        (&["bundle config set frozen true && bundle install"], &["bundler proves in app"]),
        (&["check() { eval \"$1\"; }\ncheck \"uv lock --check\""], &["uv proves in app"]),
        (&["say() { echo \"$1\"; }\nsay \"uv lock --check\""], &[]),
        (&["uv sync\nsam deploy"], &["uv may-rewrite in app release", "sam none in app release"]),
        (&["uv lock --upgrade\ngh pr create -f"], &["uv rewrites in app update"]),
    ];
    for (scripts, expected) in cases {
        assert_eq!(shown(scripts), *expected, "{scripts:?}");
    }
}

#[test]
fn scripts_from_the_network() {
    let cases: &[(&str, &[&str])] = &[
        ("curl -sSL https://get.example.com/i.sh | sh", &["remote curl -sSL https://get.example.com/i.sh | sh"]),
        (
            "curl -s https://example.com/i | sudo -E bash -s -- -y",
            &["remote curl -s https://example.com/i | sudo -E bash -s -- -y"],
        ),
        ("wget -qO- https://example.com/i | tee log | bash", &["remote wget -qO- https://example.com/i | bash"]),
        ("bash <(curl -s https://example.com/i)", &["remote bash <(curl -s https://example.com/i)"]),
        ("source <(curl -s https://example.com/i)", &["remote source <(curl -s https://example.com/i)"]),
        ("sh -c \"$(curl -fsSL https://example.com/i)\"", &["remote sh -c $(curl -fsSL https://example.com/i)"]),
        ("curl -s https://example.com/x | python3 -", &["remote curl -s https://example.com/x | python3 -"]),
        (
            "curl -o i.sh https://example.com/i.sh\nsh i.sh",
            &["remote curl -o i.sh https://example.com/i.sh, then sh i.sh"],
        ),
        (
            "wget https://example.com/i.sh && chmod +x i.sh && ./i.sh",
            &["remote wget https://example.com/i.sh, then ./i.sh"],
        ),
        ("curl -o i.sh https://example.com/i.sh\nsha256sum -c sums\nsh i.sh", &[]),
        ("curl -s localhost:8080/x | python -m json.tool", &[]),
        ("curl -s file:///opt/i.sh | sh", &[]),
        ("curl -o x.tgz https://example.com/x.tgz && tar xzf ./x.tgz", &[]),
        (
            "curl -o x.deb https://example.com/x.deb && sudo dpkg -i ./x.deb",
            &["remote curl -o x.deb https://example.com/x.deb, then sudo dpkg -i ./x.deb"],
        ),
        ("curl -s https://example.com/x | jq .", &[]),
        ("curl -s https://example.com/x | tar xz", &[]),
        ("curl -s https://example.com/x | python parse.py", &[]),
        ("curl -s https://example.com/0123456789abcdef0123456789abcdef01234567/i.sh | sh", &[]),
        ("curl -s https://example.com/key | sudo apt-key add -", &[]),
        ("echo curl x | sh", &[]),
    ];
    for (script, expected) in cases {
        assert_eq!(shown(&[script]), *expected, "{script}");
    }
}

#[test]
fn edits_are_offered_for_literal_commands() {
    let found = steps(&["npm install\nsudo npm install\nbash -c 'npm install'"]);
    let edits: Vec<usize> = found.iter().map(|step| step.header.edits.len()).collect();
    assert_eq!(edits, [1, 1, 0]);
    assert_eq!(&*found[0].header.name, "ci.yml#test: npm install");
    assert_eq!(&*found[1].header.name, "ci.yml#test: npm install (2)");
}
