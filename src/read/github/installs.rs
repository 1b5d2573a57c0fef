//! Actions that install what a lockfile has, and fail when it is out of step (their manuals and sources, read 2026-12-01).

use crate::syntax::Node;

/// An action that installs, the input that has it do so, and the input that names the directory.
struct Installer {
    action: &'static str,
    asks: Asks,
    directory: &'static str,
    /// The tools whose lockfile it takes, whichever is there.
    tools: &'static [&'static str],
}

/// What has an action install.
enum Asks {
    /// An input that is set.
    Input(&'static str),
    /// Nothing: it installs unless one of these inputs tells it otherwise.
    Unless(&'static [&'static str]),
}

const INSTALLERS: &[Installer] = &[
    Installer {
        action: "ruby/setup-ruby",
        asks: Asks::Input("bundler-cache"),
        directory: "working-directory",
        tools: &["bundler"],
    },
    Installer { action: "pnpm/action-setup", asks: Asks::Input("run_install"), directory: "", tools: &["pnpm"] },
    Installer {
        action: "bahmutov/npm-install",
        asks: Asks::Unless(&["install-command", "useLockFile"]),
        directory: "working-directory",
        tools: &["npm", "yarn"],
    },
    Installer {
        action: "cypress-io/github-action",
        asks: Asks::Unless(&["install-command", "install"]),
        directory: "working-directory",
        tools: &["npm", "yarn", "pnpm"],
    },
];

/// The tools whose lockfile an action installs, and the input that names the directory it does so in.
pub(super) fn of<'d>(action: &str, with: Option<Node<'d>>) -> Option<(&'static [&'static str], Option<Node<'d>>)> {
    let input = |name: &str| with.and_then(|with| with.get(name));
    let is_set = |name: &str| input(name).is_some_and(|node| !matches!(node.scalar(), Some("" | "false" | "null" | "~")));
    let installer = INSTALLERS.iter().find(|installer| installer.action.eq_ignore_ascii_case(action))?;
    let installs = match installer.asks {
        Asks::Input(name) => is_set(name),
        Asks::Unless(names) => names.iter().all(|name| input(name).is_none()),
    };
    installs.then(|| (installer.tools, input(installer.directory)))
}
