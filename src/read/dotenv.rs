//! Reads a file of settings that a service has read into its environment (`useDotenv`); only on request.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::Fragment;
use crate::syntax::dotenv;

/// Reads `.env` and `.env.STAGE`.
pub const READER: Reader = Reader { name: "dotenv", role: "configuration", claims: |_| Claim::No, read };

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    let header = file.header(&**file.path, file.span(0..0));
    let document = Arc::new(dotenv::parse(file.source, file.text));
    output.facts.add(Fragment { header, role: "include".to_owned(), document });
}
