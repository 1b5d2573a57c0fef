//! Wrappers of Gradle and Maven: the release of the tool that they fetch, and whether its hash is written down.

use super::{Claim, File, Output, Reader};
use crate::facts::{Count, Toolchain};
use crate::pin::{Level, numbers};
use crate::syntax::ini;
use crate::value::{State, Value};

/// Reads the properties of Gradle's and Maven's wrappers.
pub const READER: Reader = Reader { name: "wrapper", role: "version-file", claims, read };

/// The files with the tool that each fetches.
const FILES: &[(&str, &str)] = &[("gradle-wrapper.properties", "gradle"), ("maven-wrapper.properties", "maven")];

fn claims(path: &str) -> Claim {
    let name = crate::path::file_name(path);
    if FILES.iter().any(|(file, _)| *file == name) { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    let name = file.file_name();
    let Some((_, tool)) = FILES.iter().find(|(own, _)| *own == name) else { return };
    let sections = ini::sections(file.text);
    let setting = |key: &str| sections.iter().find_map(|section| section.get(key)?.line());
    let Some(address) = setting("distributionUrl") else { return };
    let place = file.span(address.at.clone());
    let header = file.part(tool, place);
    let Some(version) = version(address.text) else {
        output.facts.add(Toolchain::unresolved(header, tool, "its address names no version", place));
        return;
    };
    let fact = Toolchain::selecting(header, tool, version, place);
    let level = match setting("distributionSha256Sum") {
        Some(_) => Value { state: State::Known(Count(Level::Content.number())), ..fact.level },
        None => fact.level,
    };
    // The wrapper lies below the project that it builds.
    let scope = [".mvn/wrapper", "gradle/wrapper"].iter().find_map(|end| fact.scope.strip_suffix(end));
    let scope = scope.unwrap_or(&fact.scope).trim_end_matches('/').to_owned();
    output.facts.add(Toolchain { level, scope, ..fact });
}

/// The version in the name of the archive: `8.10.2` of `.../gradle-8.10.2-bin.zip`.
fn version(address: &str) -> Option<&str> {
    let name = address.rsplit('/').next()?;
    let version = name.split('-').find(|part| numbers(part).0 > 1)?;
    let end = version.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(version.len());
    Some(version[..end].trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, level, read_alone};

    #[test]
    fn releases_of_wrappers() {
        for (path, text, expected) in [
            (
                "app/gradle/wrapper/gradle-wrapper.properties",
                "distributionBase=X\ndistributionUrl=https\\://example.com/gradle-8.10.2-bin.zip\n",
                "gradle 8.10.2 4 app",
            ),
            (
                ".mvn/wrapper/maven-wrapper.properties",
                "distributionUrl=https://example.com/apache-maven/3.9.9/apache-maven-3.9.9-bin.zip\ndistributionSha256Sum=ab\n",
                "maven 3.9.9 5 ",
            ),
            ("gradle-wrapper.properties", "distributionUrl=https\\://example.com/gradle.zip\n", "gradle - - "),
        ] {
            let facts = read_alone(&READER, path, text).facts;
            let row = |fact: &Toolchain| format!("{} {} {} {}", fact.tool, known(&fact.stated), level(&fact.level), fact.scope);
            assert_eq!(facts.toolchains.iter().map(row).collect::<Vec<_>>(), [expected], "{path}");
        }
    }
}
