//! The command that takes a batch into a lockfile, with the project's own tool. It is printed, never run.

use super::group::Group;
use super::row::Row;
use crate::path;

/// The command for the packages of a project's batch, to be run at the root; `None` when there is nothing to take, or
/// when no tool updates single packages of such a lockfile.
pub fn command(tool: &str, lockfile: &str, batch: &[&Row]) -> Option<String> {
    let mut rows: Vec<&Row> =
        batch.iter().copied().filter(|row| target(row).is_some() && is_plain(&row.name)).collect();
    if tool != "cargo" {
        let mut named = std::collections::BTreeSet::new();
        rows.retain(|row| named.insert(&row.name));
    }
    let each = |spell: fn(&Row) -> String| rows.iter().map(|row| spell(row)).collect::<Vec<_>>().join(" ");
    let name = |row: &Row| quoted(&row.name);
    if rows.is_empty() {
        return None;
    }
    let words = match tool {
        "uv" => format!("uv lock {}", each(|row| format!("--upgrade-package {}", pinned(row, "==")))),
        "poetry" => format!("poetry update --lock {}", each(name)),
        "pdm" => format!("pdm update --no-sync {}", each(name)),
        "pipenv" => format!("pipenv upgrade {}", each(name)),
        "npm" => format!("npm update --package-lock-only {}", each(name)),
        "pnpm" => format!("pnpm update --lockfile-only --recursive {}", each(name)),
        "yarn" => format!("yarn upgrade {}", each(name)),
        "bun" => format!("bun update {}", each(name)),
        "cargo" => {
            let one = |row: &&Row| {
                let to = target(row).unwrap_or_default();
                format!(
                    "cargo update --package {} --precise {}",
                    quoted(&format!("{}@{}", row.name, row.locked)),
                    quoted(to)
                )
            };
            rows.iter().map(one).collect::<Vec<_>>().join(" && ")
        }
        "pip-tools" => format!("pip-compile {}", each(|row| format!("--upgrade-package {}", pinned(row, "==")))),
        _ => return None,
    };
    let directory = path::directory(lockfile);
    Some(if directory.is_empty() { words } else { format!("(cd {} && {words})", quoted(directory)) })
}

/// The version to move to: what mends an urgent package, what the ranges allow, else the newest where the ranges are not known.
pub(super) fn target(row: &Row) -> Option<&str> {
    if row.groups.first() == Some(&Group::ActNow) {
        return row.nearest_fix.as_deref();
    }
    let to = row.wanted.as_deref().or(row.latest.as_deref())?;
    (to != row.locked).then_some(to)
}

fn pinned(row: &Row, operator: &str) -> String {
    // Where ranges are not known the tool must be free to choose less.
    match target(row).filter(|_| row.wanted.is_some()) {
        Some(target) => quoted(&format!("{}{operator}{target}", row.name)),
        None => quoted(&row.name),
    }
}

/// Whether a name holds nothing but what names of packages are made of.
fn is_plain(name: &str) -> bool {
    !name.starts_with('-') && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@/._-".contains(&byte))
}

/// A word for a shell.
fn quoted(text: &str) -> String {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"@/._-=+".contains(&byte);
    if !text.is_empty() && !text.starts_with('-') && text.bytes().all(is_safe) {
        return text.to_owned();
    }
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let text = if text.starts_with('-') { format!("./{text}") } else { text };
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_of_a_shell() {
        assert_eq!(quoted("services/a"), "services/a");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("a'; rm -rf /\n"), "'a'\\''; rm -rf /'");
        assert_eq!(quoted("-rf"), "'./-rf'");
        assert_eq!(quoted("idna==3.10"), "idna==3.10");
    }
}
