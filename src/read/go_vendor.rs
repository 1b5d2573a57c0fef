//! vendor/modules.txt: which modules lie in `vendor`. Read only where a go.mod asks for it.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::recorded::Recorded;
use crate::facts::{Count, Lockfile};
use crate::golang;
use crate::source::Span;

/// Reads vendor/modules.txt.
pub const READER: Reader = Reader { name: "go-vendor", role: "lockfile", claims, read };

fn claims(_path: &str) -> Claim {
    Claim::No
}

fn read(file: &File<'_>, output: &mut Output) {
    let header = file.header(&**file.path, Span::top(file.source));
    let link = output.facts.add(Lockfile::new(header, "go", "go"));
    if output.conflict(file, &READER) {
        return;
    }
    let modules = golang::vendored(file.text);
    output.facts[link].package_count = Count(i64::try_from(modules.len()).unwrap_or(i64::MAX));
    output.facts[link].recorded = Recorded::GoVendor(Arc::new(modules));
}
