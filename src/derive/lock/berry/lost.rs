//! Requirements that Yarn stops at: the lockfile does not answer them, and nothing that they name is there.

use super::Checking;
use crate::berry::descriptor;
use crate::path;

/// The protocols that Yarn 4 resolves without a plugin.
const PROTOCOLS: &[&str] = &[
    "npm:",
    "workspace:",
    "patch:",
    "portal:",
    "link:",
    "file:",
    "exec:",
    "git:",
    "git+https:",
    "git+http:",
    "git+ssh:",
    "git+file:",
    "ssh:",
    "http:",
    "https:",
    "github:",
    "gitlab:",
    "bitbucket:",
    "catalog:",
    "jsr:",
    "virtual:",
];

impl Checking<'_> {
    /// Why Yarn cannot resolve a range that a workspace of this directory states, in words; `None` when it may.
    pub(super) fn lost(&self, workspace: &str, range: &str) -> Option<String> {
        let protocol = descriptor::protocol(range);
        let plain = range.split("::").next().unwrap_or(range);
        let rest = plain.strip_prefix(protocol).unwrap_or(plain);
        // What a resolution says counts from the root, and the range tells so.
        let asker = descriptor::parameter(range, "locator").unwrap_or_default();
        let home = asker.rsplit_once("@workspace:").map_or(workspace, |(_, directory)| directory);
        let base = path::join(&self.directory, home)?;
        match protocol {
            "portal:" => self.lost_path(&path::join(&base, rest)?, true),
            "file:" | "exec:" => self.lost_path(&path::join(&base, rest)?, false),
            "patch:" => descriptor::patches(plain).into_iter().find_map(|name| self.lost_patch(&base, name)),
            "" => None,
            known if PROTOCOLS.contains(&known) => None,
            // A plugin may know more protocols.
            other if !self.config.has_plugins => Some(format!("Yarn knows no protocol {other}")),
            _ => None,
        }
    }

    fn lost_patch(&self, base: &str, name: &str) -> Option<String> {
        let name = descriptor::patch_path(name);
        if name.trim_start_matches('~').starts_with("builtin<") {
            return None;
        }
        let file = match name.strip_prefix("~/") {
            Some(name) => path::join(&self.directory, name),
            None => path::join(base, name),
        };
        self.lost_path(&file?, false)
    }

    fn lost_path(&self, path: &str, is_package: bool) -> Option<String> {
        let files = self.seen.around.files;
        let is_there = if is_package { files.has(&format!("{path}/package.json")) } else { files.has_directory(path) };
        (!is_there && !files.can_follow(path)).then(|| format!("there is no {path}"))
    }
}
