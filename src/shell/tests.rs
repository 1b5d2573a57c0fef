//! Shell texts and the commands in them.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn shown(text: &str) -> Vec<String> {
    let commands = parse(text, Some("")).unwrap();
    let show = |command: &Command| {
        let mut parts = vec![command.line()];
        parts.extend(command.assignments.iter().map(|(name, value)| format!("{name}:={}", value.text)));
        match command.directory.as_ref().or(command.among.as_ref()) {
            Some(directory) if directory.is_empty() => {}
            Some(directory) => parts.push(format!("in {directory}")),
            None => parts.push("in ?".to_owned()),
        }
        if command.conditional {
            parts.push("if".to_owned());
        }
        if command.forgiven {
            parts.push("forgiven".to_owned());
        }
        parts.extend(command.feeds.iter().map(|feed| format!("{feed:?}")));
        parts.join(" | ")
    };
    commands.iter().map(show).collect()
}

#[test]
fn branches_of_which_one_runs() {
    for (text, expected) in [
        ("if a; then b; else c; fi", "a:- b:0/2 c:1/2"),
        ("if a; then b; fi", "a:- b:-"),
        ("if a; then b; elif c; then d; else e; fi", "a:- c:- b:0/3 d:1/3 e:2/3"),
        ("case $x in 1) a;; *) b;; esac", "a:0/2 b:1/2"),
        ("case $x in 1) a;; 2) b;; esac", "a:- b:-"),
        ("if a; then for x in 1 2; do b; done; c || d; else e; fi", "a:- b:- c:0/2 d:- e:1/2"),
        ("for x in 1; do if a; then b; else c; fi; done", "a:- b:- c:-"),
        ("if a; then b; else c; fi; d", "a:- b:0/2 c:1/2 d:-"),
    ] {
        let commands = parse(text, Some("")).unwrap();
        let row = |command: &Command| {
            let branch = command.branch.map(|branch| format!("{}/{}", branch.number, branch.count));
            format!("{}:{}", command.line(), branch.unwrap_or_else(|| "-".to_owned()))
        };
        assert_eq!(commands.iter().map(row).collect::<Vec<_>>().join(" "), expected, "{text}");
    }
}

#[test]
fn commands_of_scripts() {
    let cases: &[(&str, &[&str])] = &[
        ("npm ci && npm test", &["npm ci", "npm test"]),
        ("pip install a==1 'b >= 2' \"c\"", &["pip install a==1 b >= 2 c"]),
        (
            "cd app\nnpm ci\n(cd web; npm i)\nls",
            &["cd app | in app", "npm ci | in app", "cd web | in app/web", "npm i | in app/web", "ls | in app"],
        ),
        ("cd $X && make", &["cd $X | in ?", "make | in ?"]),
        (
            "cd lib/${{ matrix.part }} && make\ncd web && npm ci\ncd ../.. && ls",
            &[
                "cd lib/${{ matrix.part }} | in lib/${{ matrix.part }}",
                "make | in lib/${{ matrix.part }}",
                "cd web | in lib/${{ matrix.part }}/web",
                "npm ci | in lib/${{ matrix.part }}/web",
                "cd ../.. | in ?",
                "ls | in ?",
            ],
        ),
        ("cd ${{ inputs.part }} && make", &["cd ${{ inputs.part }} | in ?", "make | in ?"]),
        ("cd \"$GITHUB_WORKSPACE/lib\" && make", &["cd $GITHUB_WORKSPACE/lib | in lib", "make | in lib"]),
        ("A=1 B=\"x y\" uv sync", &["uv sync | A:=1 | B:=x y"]),
        ("export UV_FROZEN=1", &["export UV_FROZEN=1"]),
        ("if [ -f a ]; then npm ci; else npm i; fi", &["[ -f a ] | forgiven", "npm ci | if", "npm i | if"]),
        ("uv sync || true", &["uv sync | forgiven", "true | if"]),
        ("curl -s https://example.com/x | sudo bash -s", &["curl -s https://example.com/x", "sudo bash -s | Input(0)"]),
        ("bash <(curl -s x)", &["curl -s x", "bash <(curl -s x) | File(0)"]),
        ("sh -c \"$(curl -fsSL x)\"", &["curl -fsSL x", "sh -c $(curl -fsSL x) | Text(0)"]),
        ("V=`git describe`", &["git describe", " | V:=`git describe` | Text(0)"]),
        ("cat <<EOF\nnpm install\nEOF\necho 'npm install'", &["cat", "echo npm install"]),
        ("for p in a b; do pip install $p; done", &["pip install $p | if"]),
        ("pip install x==${{ matrix.v }} # later", &["pip install x==${{ matrix.v }}"]),
        ("echo ${{ x && '}}' }} y", &["echo ${{ x && '}}' }} y"]),
        ("uv \\\n  sync", &["uv sync"]),
        ("écho é; uv sync", &["écho é", "uv sync"]),
        ("npm ci\r\nnpm test\r\n", &["npm ci", "npm test"]),
        ("f() { npm i; }; f", &["npm i | if", "f"]),
        ("echo $'a\\'b' $\"c\" a\\ b", &["echo a'b c a b"]),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(text), *expected, "{text}");
    }
}

#[test]
fn places_are_bytes_of_the_text() {
    let text = "echo é\nuv sync ${{ inputs.flags }} 'a b'";
    let commands = parse(text, None).unwrap();
    assert_eq!(&text[commands[1].span.clone()], "uv sync ${{ inputs.flags }} 'a b'");
    let words: Vec<&str> = commands[1].words.iter().map(|word| &text[word.span.clone()]).collect();
    assert_eq!(words, ["uv", "sync", "${{ inputs.flags }}", "'a b'"]);
    let dynamic: Vec<bool> = commands[1].words.iter().map(|word| word.dynamic).collect();
    assert_eq!(dynamic, [false, false, true, false]);
    let continued = "true && \\\nnpm ci && \\\n    A=1 npm test";
    let commands = parse(continued, Some("")).unwrap();
    let shown: Vec<&str> = commands.iter().map(|command| &continued[command.span.clone()]).collect();
    assert_eq!(shown, ["true", "npm ci", "A=1 npm test"]);
    let nested = "echo \"$(cd é && uv sync)\"";
    let commands = parse(nested, None).unwrap();
    assert_eq!(&nested[commands[1].span.clone()], "uv sync");
}

#[test]
fn hostile_scripts_end() {
    assert!(parse(&"{ ".repeat(100_000), None).is_err());
    assert!(parse(&"{ #}\n".repeat(100_000), None).is_err());
    assert!(parse(&"if ".repeat(900), None).is_err());
    assert!(parse("Write-Host \"x\" | % { $_.y }; if ($x) { }", None).is_err());
    let deep = format!("{}x{}", "{ ".repeat(900), "; }".repeat(900));
    let _ = parse(&deep, None);
    let nested = format!("echo {}x{}", "$(echo ".repeat(400), ")".repeat(400));
    assert!(parse(&nested, None).is_ok());
    let _ = parse(&"'\"`$(${".repeat(20), None);
    assert!(parse(&"echo a; ".repeat(20_000), None).is_ok());
}
