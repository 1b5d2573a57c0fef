//! Words around numbers.

/// `1 error`, `2 errors`.
pub fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// `52.4 MB`: powers of ten with one digit after the point, rounded half up.
pub fn bytes(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let size = number.unsigned_abs();
    let steps = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    for (step, name) in steps {
        // 999,950 and more would print as `1000.0 kB`.
        if size >= step - step / 20_000 {
            let tenths = (u128::from(size) * 10 + u128::from(step) / 2) / u128::from(step);
            return format!("{sign}{}.{} {name}", tenths / 10, tenths % 10);
        }
    }
    format!("{sign}{size} bytes")
}
