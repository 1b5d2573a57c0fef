//! What functions weigh now and weighed at a base, against what they may.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::rows::LambdaRow;

/// The size of a function's package now and at the base, for `size_changes[]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SizeChangeRow {
    /// The function's logical name.
    pub function: String,
    /// Its template.
    pub path: String,
    /// Unzipped bytes at the base; `null` when not known, or when the function is new.
    pub base_bytes: Option<i64>,
    /// Unzipped bytes now; `null` when not known, or when the function is gone.
    pub bytes: Option<i64>,
    /// The bytes that it may unzip to.
    pub limit_bytes: i64,
    /// How the size is known now: measured, predicted, unknown.
    pub how: String,
}

/// The functions whose known size differs, those nearest to the limit first.
pub fn size_changes(before: &[LambdaRow], after: &[LambdaRow], limit_bytes: i64) -> Vec<SizeChangeRow> {
    let mut functions: BTreeMap<(&str, &str), [Option<&LambdaRow>; 2]> = BTreeMap::new();
    for (index, rows) in [before, after].into_iter().enumerate() {
        for row in rows {
            functions.entry((&row.path, &row.name)).or_default()[index] = Some(row);
        }
    }
    let row = |((path, function), [old, new]): ((&str, &str), [Option<&LambdaRow>; 2])| {
        let [base_bytes, bytes] = [old, new].map(|row| row.and_then(|row| row.package.unzipped_bytes));
        let how = new.map_or_else(|| "unknown".to_owned(), |row| row.package.how.clone());
        let (function, path) = (function.to_owned(), path.to_owned());
        (base_bytes != bytes).then_some(SizeChangeRow { function, path, base_bytes, bytes, limit_bytes, how })
    };
    let mut rows: Vec<SizeChangeRow> = functions.into_iter().filter_map(row).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.bytes));
    rows
}
