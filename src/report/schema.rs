//! The JSON Schema of the report, printed from the types that write it.

use super::json::Document;

/// The schema of the JSON report, as text.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Document<'static>);
    serde_json::to_string_pretty(&schema).expect("a schema is plain JSON")
}
