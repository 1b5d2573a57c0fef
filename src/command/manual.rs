//! `reproof man`: manual pages, from the definition of the command line.

use anyhow::anyhow;
use clap::CommandFactory;
use clap_mangen::Man;

use crate::cli::Cli;

/// Runs the verb.
pub(super) fn run(verb: Option<&str>) -> anyhow::Result<u8> {
    let mut whole = Cli::command();
    whole.build();
    let command = match verb {
        None => whole,
        Some(verb) => {
            let found = whole.find_subcommand(verb).ok_or_else(|| anyhow!("there is no verb called `{verb}`"))?;
            // As `man reproof-check` looks for it.
            found.clone().display_name(format!("reproof-{verb}"))
        }
    };
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    super::print(&page)
}
