//! Definitions of CI services that are not read: that there is one is said, so that their commands are not taken for checked.

use super::{Claim, File, Output, Reader};
use crate::path;

/// Tells of definitions that are not read.
pub const READER: Reader = Reader { name: "unread_pipeline", role: "workflow", claims, read };

/// The services, and where the definition of each lies in a repository.
const DEFINITIONS: &[(&str, &[&str])] = &[
    ("Jenkins", &["Jenkinsfile"]),
    ("Drone", &[".drone.jsonnet", ".drone.star"]),
    ("Cirrus CI", &[".cirrus.yml"]),
    ("Semaphore", &[".semaphore/semaphore.yml"]),
    ("Earthly", &["Earthfile"]),
];

fn service(path: &str) -> Option<&'static str> {
    DEFINITIONS.iter().find(|(_, places)| places.contains(&path)).map(|(service, _)| *service)
}

fn claims(path: &str) -> Claim {
    if service(path).is_some() { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(service) = service(file.path) else { return };
    let explanation = format!("{} is a definition for {service}, which is not read", path::file_name(file.path));
    output.problem(file, &READER, "service", explanation, file.span(0..0));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn a_definition_that_is_not_read_is_told() {
        let facts = read_alone(&READER, "Jenkinsfile", "pipeline {}\n").facts;
        let told: Vec<_> = facts.problems.iter().map(|one| (one.trouble.as_str(), one.explanation.as_str())).collect();
        assert_eq!(told, [("service", "Jenkinsfile is a definition for Jenkins, which is not read")]);
        assert_eq!(claims("docs/Jenkinsfile"), Claim::No);
    }
}
