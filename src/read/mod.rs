//! Readers: one file format each, from text to facts.
//!
//! A reader sees one file and cannot fail: what it does not understand becomes a
//! `problem`, and what it needs to see besides becomes a [`Request`].

mod artifact;
mod cache;
mod comment;
mod infrastructure;
mod outside;
mod pipeline;
mod protocol;
mod recipe;
mod tarball;

use std::sync::Arc;

use crate::source::SourceId;
#[cfg(test)]
use crate::value::Value;

pub(crate) use artifact::{Listed, digests, note as note_artifacts, weakest};
pub(crate) use cache::note as note_cache;
pub(crate) use comment::suppressions;
pub(crate) use pipeline::{MOST, Variables, image, is_plain, loaded_as, unread};
pub(crate) use tarball::{Tarball, note as note_tarball};

use self::infrastructure::infrastructure;
pub use self::protocol::{Claim, File, Output, Parse, Reader, Request};
pub use self::recipe::recipes;

/// Declares the reader modules and lists their readers, in the order in which they are asked.
macro_rules! readers {
    ($($name:ident),* $(,)?) => {
        $(pub mod $name;)*

        /// All readers. Each whose claim holds reads the file.
        pub const READERS: &[&Reader] = &[$(&$name::READER),*];
    };
}

readers! {
    pre_commit,
    dockerfile,
    github,
    gitlab,
    circleci,
    azure_pipelines,
    bitbucket,
    codebuild,
    travis,
    buildkite,
    drone,
    cloud_build,
    appveyor,
    unread_pipeline,
    compose,
    kubernetes,
    kustomization,
    ansible,
    workbench,
    hosting,
    chart,
    wrapper,
    checkers,
    mise_lock,
    actions_lock,
    dependabot,
    renovate,
    makefile,
    justfile,
    taskfile,
    mise_tasks,
    nox,
    package_scripts,
    shell_script,
    assembly,
    tox,
    instructions,
    pdm_lock,
    pipfile,
    pipfile_lock,
    poetry,
    requirements,
    chalice,
    cdk_app,
    cloudformation,
    include,
    dotenv,
    env_file,
    event_fixture,
    git_ignore,
    python_module,
    node_module,
    serverless,
    version_files,
    setup_cfg,
    cargo_config,
    cargo_lock,
    cargo_toml,
    package_json,
    package_lock,
    terraform,
    terraform_lock,
    terragrunt,
    pnpm_lock,
    pnpm_workspace,
    npmrc,
    hashed_file,
    yarn_berry,
    yarn_lock,
    yarnrc,
    bun_lock,
    pyproject,
    client_toml,
    composer_json,
    composer_lock,
    conda_environment,
    conda_lock,
    gemfile,
    gemfile_lock,
    go_mod,
    go_sum,
    go_vendor,
    pixi_lock,
    pixi_toml,
    pylock,
    script,
    uv,
    update_bot,
    uv_toml,
    zappa,
}

/// The reader of a name.
pub fn reader(name: &str) -> Option<&'static Reader> {
    READERS.iter().copied().find(|reader| reader.name == name)
}

/// A value as the tables of tests show it: `-` where it is not known.
#[cfg(test)]
pub(crate) fn known<T: ToString>(value: &Value<T>) -> String {
    value.known().map_or_else(|| "-".to_owned(), ToString::to_string)
}

/// A level as the tables of tests show it.
#[cfg(test)]
pub(crate) fn level(value: &Value<crate::facts::Count>) -> String {
    value.known().map_or_else(|| "-".to_owned(), |level| level.0.to_string())
}

/// Reads one text with one reader, apart from any tree: for tests and fuzzing.
pub fn read_alone(reader: &Reader, path: &str, text: &str) -> Output {
    let path: Arc<str> = path.into();
    let text: Arc<str> = text.into();
    let mut output = Output::default();
    (reader.read)(&File { path: &path, text: &text, source: SourceId::FIRST }, &mut output);
    output
}

#[cfg(test)]
mod tests;
