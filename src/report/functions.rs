//! The table of functions: what each one has, where that comes from, and its size against the limit.

use std::io::{self, Write};

use super::markup::{Limited, plain};
use crate::limits;
use crate::printable::printable;
use crate::rows::{LambdaRow, PackageRow, Setting};
use crate::words;

const HEADS: [&str; 6] = ["function", "runtime", "timeout", "memory", "package", "called by"];

/// Writes the table; nothing when there are no functions.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(lambdas: &[LambdaRow], out: &mut dyn Write) -> io::Result<()> {
    if lambdas.is_empty() {
        return Ok(());
    }
    let mut rows: Vec<[String; 6]> = vec![HEADS.map(str::to_owned)];
    rows.extend(lambdas.iter().map(row));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEADS.len()).map(width).collect();
    writeln!(out, "functions")?;
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        writeln!(out, "  {}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

fn row(lambda: &LambdaRow) -> [String; 6] {
    [
        printable(&format!("{}:{} {}", lambda.path, lambda.line, lambda.name)).to_string(),
        runtime(lambda),
        setting(&lambda.timeout_s, "s"),
        setting(&lambda.memory_mb, "MB"),
        package(&lambda.package),
        callers(lambda),
    ]
}

/// `python3.13 inherited`; a function that is an image brings its own.
fn runtime(lambda: &LambdaRow) -> String {
    match &lambda.runtime {
        Some(runtime) => format!("{} {}", printable(runtime), lambda.runtime_origin),
        None if lambda.package_type == "image" => "image".to_owned(),
        None => lambda.runtime_origin.to_owned(),
    }
}

/// What calls a function. The source of an app of the CDK tells a part of it.
fn callers(lambda: &LambdaRow) -> String {
    match lambda.triggers.as_slice() {
        [] if lambda.surface == "cdk-source" => "nothing seen".to_owned(),
        [] => "nothing here".to_owned(),
        triggers => counted(triggers),
    }
}

/// The same table in Markdown, as far as it has room; empty when there are no functions.
pub(super) fn markdown(lambdas: &[LambdaRow], limit: usize) -> String {
    let mut table = Limited::new(limit);
    for (index, lambda) in lambdas.iter().enumerate() {
        if index == 0 {
            table.add(&format!("| {} |\n|{}\n", HEADS.join(" | "), " --- |".repeat(HEADS.len())), 0);
        }
        table.add(&format!("| {} |\n", row(lambda).map(|cell| plain(&cell)).join(" | ")), 1);
    }
    table.end(|left_out| format!("\n{} in the report.\n", words::counted(left_out, "more function")))
}

/// `60 s inherited`, `10 or 100 s written`.
fn setting(setting: &Setting, unit: &str) -> String {
    let numbers = setting.value.iter().chain(&setting.possible).map(i64::to_string).collect::<Vec<_>>().join(" or ");
    if numbers.is_empty() { setting.origin.to_owned() } else { format!("{numbers} {unit} {}", setting.origin) }
}

/// `38.1 of 262.1 MB predicted`, `at least 38.1 of 262.1 MB` without an upper end.
fn package(package: &PackageRow) -> String {
    match (package.unzipped_bytes, package.unzipped_least_bytes) {
        (Some(bytes), _) => format!("{} of {} MB {}", tenths(bytes), tenths(limits::UNZIPPED), package.how),
        (None, Some(least)) if least > 0 => format!("at least {} of {} MB", tenths(least), tenths(limits::UNZIPPED)),
        _ => "unknown".to_owned(),
    }
}

/// Megabytes with one digit after the point.
pub(super) fn tenths(bytes: i64) -> String {
    let tenths = (bytes + 50_000) / 100_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// `rest x3, sqs`: the triggers are sorted.
fn counted(triggers: &[String]) -> String {
    let groups = triggers.chunk_by(|a, b| a == b).filter_map(|group| Some((group.first()?, group.len())));
    let shown = groups.map(|(name, count)| if count > 1 { format!("{name} x{count}") } else { name.clone() });
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let possible = |name: &str| if name == "A" { vec![5, 9] } else { Vec::new() };
        let lambda = |name: &str, timeout: Option<i64>, unzipped: Option<i64>, triggers: &[&str]| LambdaRow {
            name: name.to_owned(),
            path: "template.yaml".to_owned(),
            line: 3,
            surface: "sam".to_owned(),
            package_type: if name == "A" { "image" } else { "zip" }.to_owned(),
            runtime: (name != "A").then(|| "python3.13".to_owned()),
            runtime_origin: "inherited",
            handler: None,
            handler_origin: "absent",
            timeout_s: Setting { value: timeout, possible: possible(name), origin: "inherited" },
            memory_mb: Setting { value: Some(128), possible: Vec::new(), origin: "default" },
            package: PackageRow { unzipped_bytes: unzipped, how: "predicted".to_owned(), ..PackageRow::default() },
            triggers: triggers.iter().map(|one| (*one).to_owned()).collect(),
        };
        let rows =
            [lambda("Resize", Some(60), Some(38_140_000), &["rest", "rest", "sqs"]), lambda("A", None, None, &[])];
        let mut out = Vec::new();
        write(&rows, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "functions\n  \
             function                runtime               timeout             memory          package                     called by\n  \
             template.yaml:3 Resize  python3.13 inherited  60 s inherited      128 MB default  38.1 of 262.1 MB predicted  rest x2, sqs\n  \
             template.yaml:3 A       image                 5 or 9 s inherited  128 MB default  unknown                     nothing here\n"
        );
        assert_eq!(
            markdown(&rows[..1], 10_000),
            "| function | runtime | timeout | memory | package | called by |\n| --- | --- | --- | --- | --- | --- |\n\
             | template.yaml:3 Resize | python3.13 inherited | 60 s inherited | 128 MB default | 38.1 of 262.1 MB predicted | rest x2, sqs |\n"
        );
        assert_eq!(markdown(&[], 10_000), "");
    }
}
