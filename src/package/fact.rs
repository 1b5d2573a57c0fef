//! A build as a fact.

use super::{Built, Measure};
use crate::facts::{Build, Bytes, Count, Download, Header};
use crate::path;
use crate::source::{SourceId, Span};
use crate::value::Value;

/// What was measured, as a fact.
pub fn fact(built: Built, source: SourceId) -> Build {
    let header = Header::new(&built.path.as_str().into(), built.path.clone(), Span::top(source));
    let plain = |value: Option<String>| value.map_or_else(Value::absent, Value::derived);
    let (measure, refusal) = match built.measure {
        Ok(measure) => (measure, None),
        Err(reason) => (Measure::default(), Some(reason)),
    };
    // Of what could not be measured nothing is known to be in order.
    let text = |value: Option<String>| match &refusal {
        None => plain(value),
        Some(reason) => Value::unknown(reason.clone(), None),
    };
    let bytes = |n: u64| match &refusal {
        None => Value::derived(Bytes(i64::try_from(n).unwrap_or(i64::MAX))),
        Some(reason) => Value::unknown(reason.clone(), None),
    };
    Build {
        header,
        builder: built.builder.to_owned(),
        form: if built.is_archive { "archive" } else { "directory" }.to_owned(),
        function: plain(built.function),
        lambda: None,
        compressed: if built.is_archive { bytes(measure.compressed.unwrap_or(0)) } else { Value::absent() },
        unzipped: bytes(measure.unzipped),
        entry_count: Count(i64::try_from(measure.entries).unwrap_or(i64::MAX)),
        unsorted_entry: text(measure.unsorted),
        dated_entry: text(measure.dated),
        bytecode_entry: text(measure.bytecode),
        moded_entry: text(measure.mode),
        unsafe_entry: text(measure.unsafe_path),
        double_entry: text(measure.twice),
        located_entry: text(measure.located),
        foreign_entry: text(measure.foreign),
        stamped_entry: text(measure.stamped),
        owned_entry: text(measure.owned),
        unmoded_entry: text(measure.unmoded),
        lone_sdk: text(measure.lone_sdk),
        home: built.home,
        processors: (measure.x86, measure.arm),
        refusal: plain(refusal),
    }
}

/// A downloaded wheel, as a fact.
pub fn download(path: String, measure: Result<Measure, String>, source: SourceId) -> Download {
    let bytes = |n: u64| Bytes(i64::try_from(n).unwrap_or(i64::MAX));
    Download {
        header: Header::new(&path.as_str().into(), path.clone(), Span::top(source)),
        file: path::file_name(&path).to_owned(),
        bytes: bytes(measure.as_ref().map_or(0, |measure| measure.compressed.unwrap_or(0))),
        unzipped: match measure {
            Ok(measure) => Value::derived(bytes(measure.unzipped)),
            Err(reason) => Value::unknown(reason, None),
        },
    }
}
