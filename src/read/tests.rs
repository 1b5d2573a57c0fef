//! Definitions of CI that are broken, templated or written by nobody: unknown or a problem, never a verdict.

use super::protocol::DOUBLED_KEYS;
use super::*;
use crate::facts::Facts;

const WORKFLOW: &str = ".github/workflows/ci.yml";

fn facts(path: &str, text: &str) -> Facts {
    let mut all = Facts::default();
    for reader in READERS {
        if (reader.claims)(path).holds(text) {
            all.append(read_alone(reader, path, text).facts);
        }
    }
    all
}

fn commands(facts: &Facts) -> Vec<&str> {
    facts.steps.iter().map(|step| step.command.as_str()).collect()
}

#[test]
fn what_is_filled_in_by_others_is_a_problem_or_nothing() {
    let cases = [
        (".gitlab-ci.yml", "{% for x in y %}\njob:\n  script: npm install\n{% endfor %}\n", Some("template")),
        ("azure-pipelines.yml", "steps:\n{{#if x}}\n- bash: npm install\n", Some("template")),
        ("docker-compose.yml", "services:\n  {{ name }}:\n    image: a\n   b: 1\n", Some("template")),
        (
            "chart/templates/app.yaml",
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    {{- range .x }}\n    - image: {{ . }}\n    {{- end }}\n",
            None,
        ),
        (".gitlab-ci.yml", "job: [", Some("syntax")),
        ("bitbucket-pipelines.yml", "<<<<<<< a\n=======\n>>>>>>> b\n", Some("merge-conflict")),
    ];
    for (path, text, trouble) in cases {
        let found = facts(path, text);
        assert_eq!(found.problems.first().map(|one| one.trouble.as_str()), trouble, "{path}: {text}");
        assert!(found.steps.is_empty(), "{path}: {text}");
        assert!(found.images.iter().all(|image| image.level.known().is_none()), "{path}: {text}");
    }
}

#[test]
fn workflows_that_nobody_should_write() {
    let step = |more: &str| {
        format!(
            "on: true\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    mystery: [1]\n    steps:\n      - run: npm install\n{more}"
        )
    };
    assert_eq!(commands(&facts(WORKFLOW, &step(""))), ["npm install"]);
    for shell in ["pwsh", "powershell", "cmd", "python", "nu {0}", "${{ matrix.shell }}"] {
        assert!(facts(WORKFLOW, &step(&format!("        shell: '{shell}'\n"))).steps.is_empty(), "{shell}");
    }
    let merged = "x: &x\n  runs-on: ubuntu-24.04\n  steps: &s\n    - run: npm install\njobs:\n  a:\n    <<: *x\n  b:\n    <<: [*x]\n    steps: *s\n";
    assert_eq!(commands(&facts(WORKFLOW, merged)), ["npm install", "npm install"]);
    let dynamic = facts(
        WORKFLOW,
        "on: push\njobs:\n  a:\n    runs-on: ${{ fromJSON(x) }}\n    container: ${{ inputs.i }}\n    steps:\n      - uses: ${{ x }}\n      - run: ${{ inputs.command }}\n      - uses: actions/setup-python@v5\n        with: { python-version: '${{ inputs.p }}' }\n",
    );
    assert!(dynamic.steps.is_empty() && dynamic.problems.is_empty());
    assert!(dynamic.images.iter().all(|image| image.level.known().is_none()));
    assert!(dynamic.toolchains.iter().all(|one| one.level.known().is_none()));
}

#[test]
fn large_and_odd_files_end() {
    let mut large = String::from("on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n");
    while large.len() < 2 * 1024 * 1024 {
        large.push_str(
            "      - run: |\n          npm ci\n          echo one two three four five six seven eight nine ten\n",
        );
    }
    assert!(!facts(WORKFLOW, &large).steps.is_empty());
    let unknown = facts("Dockerfile", "FROM a:1.2.3\nTELEPORT now\nRUN npm install\nFROM b\n");
    assert!(!unknown.problems.is_empty());
    assert_eq!(unknown.images.len(), 2);
    for (reader, path) in [
        (&justfile::READER, "justfile"),
        (&makefile::READER, "Makefile"),
        (&tox::READER, "tox.ini"),
        (&shell_script::READER, "x.sh"),
    ] {
        for text in ["", "\u{feff}", "}{ ][ := :\n\t\t\u{0}", "a:\n\tif [\n", "[[[\n=\n", "'\"`$(${"] {
            let _ends = read_alone(reader, path, text);
        }
    }
}

#[test]
fn texts_that_repeat_each_other_end() {
    /// Lines of which each names the one before ten times.
    fn doubling(line: &str, name: &str) -> String {
        let of = |number: usize| name.replace("{}", &number.to_string());
        (1..30)
            .map(|number| line.replace("{}", &number.to_string()).replace("...", &of(number - 1).repeat(10)))
            .collect()
    }
    let arguments = format!("ARG A0=xxxxxxxxxx\n{}FROM python:3.12-$A29\n", doubling("ARG A{}=...\n", "$A{}"));
    let found = facts("Dockerfile", &arguments);
    assert!(found.images[0].level.known().is_none(), "{:?}", found.images);
    let extended = format!("a0:\n  image: x\n{}", doubling("a{}:\n  extends: [...]\n", "a{},"));
    assert!(facts(".gitlab-ci.yml", &extended).steps.is_empty());
    let referred = format!("a0:\n  image: x\n{}", doubling("a{}:\n  script: [...]\n", "!reference [a{}, script],"));
    assert!(facts(".gitlab-ci.yml", &referred).steps.is_empty());
    let blocks = "group :test do\n".repeat(100_000);
    let gemfile = read_alone(&gemfile::READER, "Gemfile", &blocks).facts.manifests.remove(0).gemfile;
    assert!(!gemfile.unwrap().is_whole());
    let calls = format!("a{}\n", ".b()".repeat(20_000));
    let module = read_alone(&python_module::READER, "app.py", &calls).facts.source_modules.remove(0);
    assert_eq!(module.deeds, crate::pysource::Deeds::default());
    let doubled = format!("{{{}}}", vec!["\"a\": 1"; 1000].join(","));
    let problems = facts("package.json", &doubled).problems;
    assert_eq!(problems.len(), DOUBLED_KEYS + 1);
    assert_eq!(problems[DOUBLED_KEYS].explanation, "979 more keys from here on stand twice");
}
