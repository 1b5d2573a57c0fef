//! Images that commands of container tools run, fetch and build.

use super::Invocation;
use super::arguments::Arguments;
use crate::shell::Word;

/// Images by what a command does with them, as written. Names that are put in at run time are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Images {
    /// Those that it runs or fetches.
    pub runs: Vec<String>,
    /// Those that it makes, by the names it gives them.
    pub builds: Vec<String>,
    /// The Dockerfiles that it makes them of, seen from its directory. One that only the run tells has a `$` in it.
    pub files: Vec<String>,
}

/// Programs that take the commands of Docker's client.
const CLIENTS: &[&str] = &["docker", "podman", "nerdctl"];

/// Options of `docker run` and its kin that take a value (`docker run --help`, 28, read 2026-11-30).
const VALUES: &[&str] = &[
    "-e",
    "--env",
    "--env-file",
    "-v",
    "--volume",
    "-p",
    "--publish",
    "-w",
    "--workdir",
    "-u",
    "--user",
    "--name",
    "--network",
    "--net",
    "--entrypoint",
    "--mount",
    "--platform",
    "-h",
    "--hostname",
    "-l",
    "--label",
    "--label-file",
    "-m",
    "--memory",
    "--memory-swap",
    "-c",
    "--cpu-shares",
    "--cpus",
    "--cpuset-cpus",
    "--gpus",
    "--add-host",
    "--cap-add",
    "--cap-drop",
    "--cgroupns",
    "--cidfile",
    "--device",
    "--dns",
    "--expose",
    "--group-add",
    "--health-cmd",
    "--health-interval",
    "--health-retries",
    "--health-timeout",
    "--ip",
    "--ipc",
    "--link",
    "--log-driver",
    "--log-opt",
    "--network-alias",
    "--pid",
    "--pids-limit",
    "--pull",
    "--restart",
    "--runtime",
    "--security-opt",
    "--shm-size",
    "--stop-signal",
    "--stop-timeout",
    "--sysctl",
    "--tmpfs",
    "--ulimit",
    "--userns",
    "--volume-driver",
    "--volumes-from",
    "-a",
    "--attach",
];

/// Options of `docker build` that name what is built.
const NAMES: &[&str] = &["-t", "--tag"];

/// Options of `docker build` that name what it is built of.
const FILES: &[&str] = &["-f", "--file"];

/// Options of `docker build` that take a value (`docker build --help`, 28, read 2026-11-30).
#[rustfmt::skip]
const BUILD_VALUES: &[&str] = &[
    "-t", "--tag", "-f", "--file", "--build-arg", "--target", "--platform", "--label", "--secret", "--ssh", "--cache-from", "--cache-to",
    "-o", "--output", "--network", "--progress", "--build-context", "--builder", "--add-host", "--iidfile", "--metadata-file", "--provenance",
    "--sbom", "--attest", "--annotation", "-m", "--memory", "--shm-size", "--ulimit",
];

/// The Dockerfile of a build, by what it says of the file and of the directory that it is given.
pub fn dockerfile(file: Option<&str>, context: &str) -> String {
    match file {
        Some(file) => file.to_owned(),
        None => format!("{}/Dockerfile", if context.is_empty() { "." } else { context.trim_end_matches('/') }),
    }
}

/// The images of an invocation.
pub fn images(invocation: &Invocation) -> Images {
    if invocation.program == "sam" {
        return Images { runs: sam_builds_in(&invocation.arguments), ..Images::default() };
    }
    if !CLIENTS.contains(&invocation.program.as_str()) {
        return Images::default();
    }
    let (_, words) =
        Arguments::until_command(&invocation.arguments, &["-H", "--host", "-c", "--context", "--config", "-l"]);
    let plain = |word: &&Word| !word.dynamic && !word.text.is_empty();
    let text = |word: &Word| word.text.clone();
    let (command, rest) = match words {
        [group, command, rest @ ..] if matches!(group.text.as_str(), "container" | "image" | "buildx") => {
            (command, rest)
        }
        [command, rest @ ..] => (command, rest),
        [] => return Images::default(),
    };
    match command.text.as_str() {
        "run" | "create" | "pull" => {
            let (_, rest) = Arguments::until_command(rest, VALUES);
            Images { runs: rest.first().filter(plain).map(text).into_iter().collect(), ..Images::default() }
        }
        "build" | "b" => {
            let sorted = Arguments::of(rest, BUILD_VALUES);
            let builds = sorted.values(NAMES).map(ToOwned::to_owned).collect();
            Images { builds, files: vec![dockerfile(sorted.value(FILES), sorted.first())], ..Images::default() }
        }
        // What these make stands in a file of their own.
        "bake" => Images { files: vec!["$".to_owned()], ..Images::default() },
        "compose" if rest.iter().any(|word| word.text == "push") => {
            Images { files: vec!["$".to_owned()], ..Images::default() }
        }
        "tag" | "commit" | "import" => {
            let name = Arguments::of(rest, VALUES).rest.get(1).map(|word| word.text.clone());
            Images { builds: name.into_iter().collect(), ..Images::default() }
        }
        _ => Images::default(),
    }
}

/// The images that `sam build --use-container` works in: those of `--build-image`, for one function or for all, else one by
/// the runtime of each function, whose tag moves (`sam build --help`, 1.146, read 2026-11-30).
fn sam_builds_in(words: &[Word]) -> Vec<String> {
    let sorted =
        Arguments::of(words, &["-bi", "--build-image", "-t", "--template", "--template-file", "-s", "--base-dir"]);
    if sorted.first() != "build" || !sorted.has(&["--use-container", "-u"]) {
        return Vec::new();
    }
    let named: Vec<&str> = sorted.values(&["-bi", "--build-image"]).collect();
    let image = |text: &str| text.rsplit_once('=').map_or(text, |(_, image)| image).to_owned();
    match named.is_empty() {
        true => vec!["public.ecr.aws/sam/build-<runtime>:latest".to_owned()],
        false => named.into_iter().filter(|text| !text.contains('$')).map(image).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands() {
        let cases = [
            ("docker run --rm -it -v $PWD:/x -e A=1 hadolint/hadolint:latest x", "hadolint/hadolint:latest", ""),
            ("sudo docker pull postgres", "postgres", ""),
            ("docker container run node:20 npm ci", "node:20", ""),
            ("podman run --entrypoint=sh alpine", "alpine", ""),
            ("docker run \"$IMAGE\" x", "", ""),
            ("docker build -t app:1 --tag other .", "", "app:1 other"),
            ("docker buildx build --push -t app .", "", "app"),
            ("docker tag app registry.example.com/app:1", "", "registry.example.com/app:1"),
            ("docker compose up", "", ""),
            ("docker ps", "", ""),
            ("sam build", "", ""),
            ("sam build --use-container", "public.ecr.aws/sam/build-<runtime>:latest", ""),
            (
                "sam build -u --build-image Fn=public.ecr.aws/sam/build-python3.12:1.146.0",
                "public.ecr.aws/sam/build-python3.12:1.146.0",
                "",
            ),
        ];
        for (script, runs, builds) in cases {
            let commands = crate::shell::parse(script, None).unwrap_or_default();
            let found: Vec<Images> =
                commands.iter().flat_map(super::super::invocations).map(|invocation| images(&invocation)).collect();
            let shown =
                |of: fn(&Images) -> &Vec<String>| found.iter().flat_map(of).cloned().collect::<Vec<_>>().join(" ");
            assert_eq!(
                (shown(|one| &one.runs).as_str(), shown(|one| &one.builds).as_str()),
                (runs, builds),
                "{script}"
            );
        }
    }
}
