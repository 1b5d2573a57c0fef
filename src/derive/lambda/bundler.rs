//! Bundlers and compilers of Node that are set up around a function: they write modules that nobody keeps.

use crate::discover::Listing;
use crate::facts::Lambda;
use crate::handler::{Language, language};
use crate::path;

/// Files that set up what writes modules: names before their last ending.
const SET_UP: &[&str] = &[
    "webpack.config",
    "webpack.common",
    "webpack.prod",
    "rollup.config",
    "vite.config",
    "rspack.config",
    "tsup.config",
    "tsdown.config",
    "esbuild.config",
    "esbuild",
    "gulpfile",
    "Gruntfile",
    "tsconfig",
];

/// The endings of such files.
const ENDINGS: &[&str] = &["js", "mjs", "cjs", "ts", "mts", "json"];

/// The file that sets up what may write the code of a function of Node: in its directory, or in one above up to the root.
pub(super) fn bundled_by(lambda: &Lambda, code: &str, files: &Listing) -> Option<String> {
    let is_node = lambda.runtime.possible().iter().any(|runtime| language(runtime) == Some(Language::Node));
    if is_node { set_up_above(code, files) } else { None }
}

/// The nearest file that sets up what writes modules.
pub(super) fn set_up_above(directory: &str, files: &Listing) -> Option<String> {
    path::ancestors(directory).find_map(|above| SET_UP.iter().find_map(|name| set_up_in(above, name, files)))
}

fn set_up_in(directory: &str, name: &str, files: &Listing) -> Option<String> {
    let start = if directory.is_empty() { format!("{name}.") } else { format!("{directory}/{name}.") };
    files.starting_with(&start).find(|path| ENDINGS.contains(&&path[start.len()..])).map(str::to_owned)
}
