//! `uses:` of a step or job: actions, images, and the toolchains that setup actions install.

use super::{Reading, build, installs};
use super::expression::Stated;
use super::job::Frame;
use super::setup::{self, Setup};
use super::when::{When, may_be_left_out};
use crate::facts::{Action, CandidateEdit, EditName, Image, Toolchain};
use crate::path;
use crate::read::{File, note_cache};
use crate::source::Span;
use crate::pin::{Level, action, image};
use crate::steps::Purpose;
use crate::read::loaded_as;
use crate::syntax::{Node, Style};
use crate::value::{Origin, Value};

/// Actions that publish, deploy or build an image.
const RELEASING: &[&str] = &[
    "docker/build-push-action",
    "docker/bake-action",
    "pypa/gh-action-pypi-publish",
    "softprops/action-gh-release",
    "ncipollo/release-action",
    "goreleaser/goreleaser-action",
    "JS-DevTools/npm-publish",
    "changesets/action",
    "cloudflare/wrangler-action",
    "serverless/github-action",
    "aws-actions/amazon-ecs-deploy-task-definition",
    "aws-actions/aws-cloudformation-github-deploy",
    "google-github-actions/deploy-cloudrun",
    "google-github-actions/deploy-cloud-functions",
    "azure/webapps-deploy",
    "azure/functions-action",
];

/// Actions that open pull requests.
const UPDATING: &[&str] = &["peter-evans/create-pull-request", "renovatebot/github-action"];

/// Actions that commit what a job has changed, or hand it to a service that does (their manuals, read 2026-11-30).
const COMMITTING: &[&str] = &[
    "autofix-ci/action",
    "stefanzweifel/git-auto-commit-action",
    "EndBug/add-and-commit",
    "peter-evans/create-pull-request",
    "pre-commit-ci/lite-action",
    "planetscale/ghcommit-action",
    "swinton/commit",
    "ad-m/github-push-action",
    "gr2m/create-or-update-pull-request-action",
];

impl<'d> Reading<'_, '_, 'd> {
    /// Notes an action, once for each way it is written in a file.
    pub(super) fn action(&mut self, node: Node<'d>) {
        let Some(text) = node.text() else { return };
        let action::Uses::Remote(remote) = action::parse(text) else { return };
        if self.actions.iter().any(|known| known == text) {
            return;
        }
        let known = self.actions.iter().any(|known| known.split('@').next() == Some(remote.action));
        let name = if known { text } else { remote.action };
        let header = self.file.part(name, node.span());
        let mut fact = Action::using(header, text, remote, node.inner_span());
        fact.comment = comment(self.file, node);
        self.output.facts.add(fact);
        self.actions.push(text.to_owned());
    }

    /// Reads a step that uses an action.
    pub(super) fn uses(&mut self, frame: &mut Frame<'d>, step: Node<'d>, node: Node<'d>, when: When) {
        let Some(text) = node.text() else { return };
        match action::parse(text) {
            action::Uses::Remote(remote) => {
                self.action(node);
                if remote.action.eq_ignore_ascii_case("actions/checkout") {
                    frame.check_out(step.get("with"));
                } else {
                    frame.acts = true;
                }
                let is = |listed: &&str| remote.action.eq_ignore_ascii_case(listed);
                let is_kept = build::is_kept(remote.action, step.get("with"));
                if RELEASING.iter().any(&is) && !is_kept {
                    frame.job.is_for(Purpose::Release);
                }
                if COMMITTING.iter().any(&is) {
                    frame.job.commits();
                }
                if UPDATING.iter().any(is) {
                    frame.job.is_for(Purpose::Update);
                }
                let with = step.get("with");
                if opens_request(remote.action, with) {
                    frame.job.is_for(Purpose::Update);
                }
                if remote.action.to_ascii_lowercase().starts_with("actions/cache") {
                    self.cache(frame, with);
                }
                for entry in with.into_iter().flat_map(Node::entries).take(super::MOST) {
                    frame.job.may_record_commit(entry.value.scalar().unwrap_or(""));
                }
                frame.job.may_record_commit(remote.action);
                frame.job.uses(remote.action);
                if let Some(images) = build::images(remote.action, with, &frame.lookup) {
                    frame.job.builds(remote.action, images, node.span());
                }
                for script in input_scripts(remote.action, with) {
                    self.run(frame, step, script, when);
                }
                match setup::of(remote.action) {
                    Some(setups) => {
                        for setup in setups {
                            self.toolchain(frame, setup, node, with, remote.reference.unwrap_or(""));
                        }
                    }
                    None => self.versions(frame, node, with),
                }
                if let Some((tools, directory)) = installs::of(remote.action, with) {
                    let directory = directory.map_or_else(|| Ok(String::new()), |node| frame.lookup.one(node));
                    if let Some(directory) = directory.ok().and_then(|text| path::join("", &text)) {
                        frame.job.installs(remote.action, tools, &directory, may_be_left_out(step, when), node.span());
                    }
                }
            }
            action::Uses::Image(text) => {
                let place = node.inner_span();
                let place = place.part("docker://".len()..place.range().len());
                let header = self.file.part(&format!("{}: {text}", frame.name), node.span());
                self.output.facts.add(Image::named(header, "tool", text, place));
            }
            action::Uses::Own(action) => {
                frame.acts = true;
                if let Some(directory) = path::join("", action.trim_start_matches("$/")) {
                    frame.job.runs_action(&directory, node.span());
                }
                self.versions(frame, node, step.get("with"));
            }
            action::Uses::Unknown => {}
        }
    }

    /// `path` and `key`; one with a variable of the workflow is taken with what it says.
    fn cache(&mut self, frame: &Frame<'d>, with: Option<Node<'d>>) {
        let input = |name: &str| with.and_then(|with| with.get(name));
        let (Some(key), Some(paths)) = (input("key"), input("path")) else { return };
        let text = frame.lookup.one(key).ok().or_else(|| key.scalar().map(ToOwned::to_owned)).unwrap_or_default();
        note_cache(self.file, self.output, &frame.name, key, &[text], paths);
    }

    fn toolchain(
        &mut self,
        frame: &Frame<'d>,
        setup: &Setup,
        uses: Node<'d>,
        with: Option<Node<'d>>,
        reference: &str,
    ) {
        let input = |name: &str| with.and_then(|with| with.get(name)).filter(|node| node.scalar() != Some(""));
        if let Some((name, node)) = setup.version.iter().find_map(|name| Some((*name, input(name)?))) {
            if node.scalar().is_some_and(|text| setup.named.contains(&text)) {
                return self.delegated(frame, setup.tool, uses, node);
            }
            let key = with.and_then(|with| with.entry(name)).filter(|_| setup.file.is_some()).map(|entry| entry.key);
            return self.stated(frame, setup.tool, uses, node, key);
        }
        if let Some(node) = setup.file.and_then(input) {
            return self.delegated(frame, setup.tool, uses, node);
        }
        let place = uses.span();
        let header = self.file.part(&format!("{}: {}", frame.name, setup.tool), place);
        let surface = surface(uses);
        if with.is_some_and(|with| with.scalar().is_some_and(|text| text.contains("${{"))) {
            let fact = Toolchain::unresolved(header, setup.tool, "its inputs are known only when it runs", place);
            return self.add(frame, surface, fact, frame.differs, None);
        }
        let fact = match setup.absent {
            setup::Absent::Nothing => return,
            // That the reference moves is said of the action already.
            setup::Absent::Reference if action::level(reference) == Level::Floating => return,
            setup::Absent::Reference => Toolchain::selecting(header, setup.tool, reference, uses.inner_span()),
            setup::Absent::Newest => {
                let mut fact = Toolchain::selecting(header, setup.tool, "latest", place);
                fact.stated = Value { span: Some(place), ..Value::default_of("latest".to_owned()) };
                fact
            }
            setup::Absent::Machine => {
                let fact = Toolchain::selecting(header, setup.tool, "", place);
                Toolchain { stated: Value { span: Some(place), ..Value::absent() }, ..fact }
            }
            setup::Absent::Files(files) => {
                let mut fact = Toolchain::delegating(header, setup.tool, files[0], place);
                let files = Value::one_of(files.iter().map(|file| (*file).to_owned()).collect(), Some(place));
                fact.delegate = Value { origin: Origin::Default, ..files };
                fact
            }
        };
        self.add(frame, surface, fact, frame.differs, None);
    }

    /// A version that is written, directly or through an expression.
    fn stated(&mut self, frame: &Frame<'d>, tool: &str, uses: Node<'d>, node: Node<'d>, key: Option<Node<'d>>) {
        let values = match frame.lookup.values(node) {
            Ok(values) => values,
            Err(reason) => {
                let header = self.file.part(&format!("{}: {tool}", frame.name), node.span());
                let fact = Toolchain::unresolved(header, tool, &reason, node.span());
                return self.add(frame, surface(uses), fact, true, None);
            }
        };
        let is_block = node.style() == Style::Block;
        let several = values.len() > 1 || is_block;
        for stated in &values {
            let texts: Vec<&str> = if is_block {
                stated.text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
            } else {
                vec![stated.text.as_str()]
            };
            for text in texts {
                let more = if several { format!(" {text}") } else { String::new() };
                let header = self.file.part(&format!("{}: {tool}{more}", frame.name), stated.place());
                let mut fact = Toolchain::selecting(header, tool, text, stated.place());
                if let (false, Some(key)) = (several || stated.enumerated, key) {
                    fact.header.edits.extend(reading_file(tool, key, node));
                }
                if (several || stated.enumerated) && !frame.differs {
                    "enumerate".clone_into(&mut fact.role);
                }
                self.add(frame, surface(uses), fact, several || stated.enumerated || frame.differs, Some(stated));
            }
        }
    }

    fn delegated(&mut self, frame: &Frame<'d>, tool: &str, uses: Node<'d>, node: Node<'d>) {
        let header = self.file.part(&format!("{}: {tool}", frame.name), node.span());
        let file = frame.lookup.one(node).ok().and_then(|text| path::join("", &text));
        let fact = match file.filter(|file| !frame.is_foreign(file)) {
            Some(file) => Toolchain::delegating(header, tool, &file, node.inner_span()),
            None => Toolchain::unresolved(header, tool, "the version file is known only when it runs", node.span()),
        };
        self.add(frame, surface(uses), fact, frame.differs, None);
    }

    fn add(&mut self, frame: &Frame<'d>, surface: String, fact: Toolchain, differs: bool, stated: Option<&Stated<'d>>) {
        let loaded_as = stated.map_or_else(Value::absent, |stated| loaded_as(stated.origin));
        self.output.facts.add(Toolchain {
            phase: "ci".to_owned(),
            surface,
            scope: frame.scope.clone(),
            enumerated: differs,
            by_caller: frame.is_called,
            loaded_as,
            ..fact
        });
    }

    /// The runtime that a job's container brings.
    pub(super) fn runtime_of(&mut self, frame: &Frame<'d>, stated: &Stated<'d>) {
        let Some((tool, Some(version))) = image::parse(&stated.text).runtime() else { return };
        let header = self.file.part(&format!("{}: {tool} of container {version}", frame.name), stated.place());
        let fact = Toolchain::selecting(header, tool, version, stated.place());
        // Jobs run in containers of other versions on purpose; they count as tested, not as chosen.
        self.add(frame, "container".to_owned(), fact, true, None);
    }

    /// The inputs of actions and workflows that are not known here: versions of runtimes, by their customary names, and others
    /// that a loader would change or that ask for the newest.
    pub(super) fn versions(&mut self, frame: &Frame<'d>, uses: Node<'d>, with: Option<Node<'d>>) {
        // `version` alone is the version of a tool where the action puts one in.
        let action = surface(uses).to_ascii_lowercase();
        let is_foreign = !action.starts_with(['.', '$']) && !action.contains("/.github/workflows/");
        let puts_in = ["setup", "install"].iter().any(|word| action.contains(word));
        for entry in with.into_iter().flat_map(Node::entries).take(super::MOST) {
            let is_version = |name: &&str| name.ends_with("version") && (puts_in || *name != "version");
            let Some(name) = entry.key.scalar().filter(is_version) else { continue };
            let tool = name.trim_end_matches("version").trim_end_matches(['-', '_']);
            if RUNTIMES.contains(&tool) && entry.value.scalar().is_some_and(|text| !text.is_empty()) {
                self.stated(frame, tool, uses, entry.value, None);
                continue;
            }
            for stated in frame.lookup.values(entry.value).unwrap_or_default() {
                let is_newest = is_foreign && stated.text == "latest" && !OTHERS.contains(&tool);
                if loaded_as(stated.origin).is_written() || is_newest {
                    let tool = if tool.is_empty() { put_in(&action) } else { tool };
                    let header = self.file.part(&format!("{}: {name} {}", frame.name, stated.text), stated.place());
                    let fact = Toolchain::selecting(header, tool, &stated.text, stated.place());
                    let differs = !is_newest || stated.enumerated || frame.differs;
                    self.add(frame, surface(uses), fact, differs, Some(&stated));
                }
            }
        }
    }
}

/// The tool that an action is called after: `setup-bar` puts bar in.
fn put_in(action: &str) -> &str {
    let name = path::file_name(action);
    let name = ["setup-", "install-"].iter().find_map(|start| name.strip_prefix(start)).unwrap_or(name);
    name.strip_suffix("-action").unwrap_or(name)
}

/// What inputs such as `api-version` speak of, which is no tool that is installed.
const OTHERS: &[&str] = &["api", "cache", "schema", "image", "docker-image"];

/// Runtimes that inputs such as `python-version` speak of, whatever the action.
const RUNTIMES: &[&str] = &["python", "node", "go", "java", "ruby", "php", "dotnet", "terraform"];

/// Inputs that actions run in a shell, one after another, from their `action.yml` files in late 2026.
const SCRIPTS: &[(&str, &[&str])] = &[
    ("nick-fields/retry", &["command"]),
    ("nick-invision/retry", &["command"]),
    ("Wandalen/wretry.action", &["command"]),
    ("getsentry/action-setup-venv", &["install-cmd"]),
    ("reactivecircus/android-emulator-runner", &["script"]),
    ("coactions/setup-xvfb", &["run"]),
    ("GabrielBB/xvfb-action", &["run"]),
    ("addnab/docker-run-action", &["run"]),
    ("uraimo/run-on-arch-action", &["install", "run"]),
    ("cross-platform-actions/action", &["run"]),
];

/// Actions that run inputs in a virtual machine: `vmactions/freebsd-vm` and its kin.
const MACHINES: (&str, &[&str]) = ("vmactions/", &["prepare", "run"]);

fn input_scripts<'d>(action: &str, with: Option<Node<'d>>) -> Vec<Node<'d>> {
    let listed = SCRIPTS.iter().find(|(name, _)| name.eq_ignore_ascii_case(action)).map(|(_, inputs)| *inputs);
    let inputs = listed.or_else(|| action.starts_with(MACHINES.0).then_some(MACHINES.1)).unwrap_or(&[]);
    inputs.iter().filter_map(|input| with?.get(input)).collect()
}

/// Whether a script of GitHub's client opens a pull request.
fn opens_request(action: &str, with: Option<Node<'_>>) -> bool {
    let script = with.and_then(|with| with.get("script")).and_then(Node::scalar);
    action.eq_ignore_ascii_case("actions/github-script") && script.is_some_and(|script| script.contains("pulls.create("))
}

/// The version files that setup actions read, by tool.
const VERSION_FILES: &[(&str, &str)] = &[("python", ".python-version"), ("node", ".nvmrc")];

/// `python-version: "3.12"` made `python-version-file: .python-version`.
fn reading_file(tool: &str, key: Node<'_>, value: Node<'_>) -> Option<CandidateEdit> {
    let (_, file) = VERSION_FILES.iter().find(|(name, _)| *name == tool)?;
    let name = key.scalar()?;
    let span = Span::new(key.span().source, key.span().range().start..value.span().range().end);
    Some(CandidateEdit { name: EditName::ReadVersionFile, span, text: format!("{name}-file: {file}") })
}

/// The comment behind a value, on its line.
fn comment(file: &File<'_>, node: Node<'_>) -> Value<String> {
    let from = node.span().range().end;
    let line = file.text[from..].lines().next().unwrap_or("");
    let Some((before, text)) = line.split_once('#') else { return Value::absent() };
    let start = from + before.len() + 1;
    Value::written(text.trim().to_owned(), file.span(start..start + text.len()))
}

/// The action as people name it: without its reference.
fn surface(uses: Node<'_>) -> String {
    uses.scalar().unwrap_or("").split('@').next().unwrap_or("").to_owned()
}
