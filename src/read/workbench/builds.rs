//! Dockerfiles that Vagrantfiles and Tiltfiles have built, as far as their lines name them.

use crate::facts::ImageBuild;
use crate::path;
use crate::read::{File, MOST, Output};

/// Longer files are no settings that people write.
const LONGEST: usize = 256 * 1024;

/// `docker.build_dir = 'images'` and `docker.dockerfile = 'Dockerfile.jammy'`, in this order.
pub(super) fn vagrant(file: &File<'_>, output: &mut Output) {
    let mut directory = "";
    for line in lines(file) {
        if let Some((_, named)) = line.split_once("build_dir").and_then(|(before, rest)| Some((before, quoted(rest)?))) {
            directory = named;
        } else if let Some(named) = line.split_once(".dockerfile").and_then(|(_, rest)| quoted(rest)) {
            note(file, "vagrant", directory, named, output);
        }
    }
}

/// `docker_build('name', 'context', dockerfile='path')`: the path is seen from the Tiltfile.
pub(super) fn tilt(file: &File<'_>, output: &mut Output) {
    for line in lines(file) {
        if let Some(named) = line.split_once("dockerfile=").or_else(|| line.split_once("dockerfile =")).and_then(|(_, rest)| quoted(rest)) {
            note(file, "tilt", "", named, output);
        }
    }
}

fn lines<'f>(file: &File<'f>) -> impl Iterator<Item = &'f str> {
    file.text.get(..LONGEST).unwrap_or(file.text).lines().map(str::trim).filter(|line| !line.starts_with('#')).take(MOST)
}

/// The first text in quotes.
fn quoted(text: &str) -> Option<&str> {
    let at = text.find(['"', '\''])?;
    let (mark, rest) = text[at..].split_at(1);
    rest.split_once(mark).map(|(inside, _)| inside)
}

fn note(file: &File<'_>, builder: &str, directory: &str, named: &str, output: &mut Output) {
    let known = path::join(file.directory(), directory).and_then(|context| path::join(&context, named));
    // What Ruby puts in stands behind `#`.
    let Some(dockerfile) = known.map(|path| path.replace("#{", "${")) else { return };
    let at = named.as_ptr() as usize - file.text.as_ptr() as usize;
    let place = file.span(at..at + named.len());
    output.facts.add(ImageBuild::of(file.part(named, place), builder, dockerfile));
}

#[cfg(test)]
mod tests {
    use crate::read::read_alone;
    use crate::read::workbench::READER;

    #[test]
    fn dockerfiles_of_machines() {
        let vagrant = "Vagrant.configure('2') do |config|\n  docker.build_dir = 'images'\n  docker.dockerfile = \"Dockerfile.focal\"\n  # docker.dockerfile = 'old'\nend\n";
        let series = "docker.build_dir = 'images'\ndocker.dockerfile = \"Dockerfile.#{series}\"\n";
        let tilt = "docker_build(\n  'team/web',\n  context='..',\n  dockerfile='../web/Dockerfile',\n)\nk8s_yaml('x')\n";
        for (path, text, expected) in [
            ("Vagrantfile", vagrant, "vagrant images/Dockerfile.focal"),
            ("Vagrantfile", series, "vagrant images/Dockerfile.${series}"),
            ("bin/Tiltfile", tilt, "tilt web/Dockerfile"),
            (
                ".devcontainer/devcontainer.json",
                "{\"build\": {\"dockerfile\": \"../Dockerfile\", \"context\": \"..\"}}",
                "devcontainer Dockerfile",
            ),
            (".devcontainer.json", "{\"dockerFile\": \"dev/Dockerfile\"}", "devcontainer dev/Dockerfile"),
        ] {
            let facts = read_alone(&READER, path, text).facts;
            let rows: Vec<_> = facts.image_builds.iter().map(|one| format!("{} {}", one.builder, one.dockerfile)).collect();
            assert_eq!(rows, [expected], "{path}");
        }
    }
}
