//! The weekly report as one page without anything to load. It reads without scripts; they only search and fold.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::{rows_of, words};
use crate::printable::printable;
use crate::updates::{Group, Row, Updates};
use crate::words::counted;

const PAGE: &str = include_str!("page.html");

/// Where the page takes its body from.
const BODY: &str = "@BODY@";

const FORM: &str = "<form role=\"search\"><input id=\"words\" type=\"search\" placeholder=\"search packages and lockfiles (press /)\" aria-label=\"search\">\
<label><input id=\"indirect\" type=\"checkbox\"> indirect packages too</label></form>\
<noscript><style>.indirect { display: table-row; } .scroll { display: block !important; }</style></noscript>";

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(updates: &Updates, out: &mut dyn Write) -> io::Result<()> {
    let (before, after) = PAGE.split_once(BODY).expect("the page has a place for its body");
    out.write_all(before.as_bytes())?;
    out.write_all(body(updates).as_bytes())?;
    out.write_all(after.as_bytes())
}

fn body(updates: &Updates) -> String {
    let overview = &updates.overview;
    let mut page = format!(
        "<h1>Dependency updates, {}</h1>\n<p>{}; {}.</p>\n",
        escaped(&overview.date),
        escaped(&words::groups(overview)),
        escaped(&words::numbers(overview))
    );
    if let Some(delta) = &overview.since {
        push(&mut page, format_args!("<p>{}</p>\n", escaped(&words::since(delta, overview))));
    }
    page.push_str(&tiles(updates));
    page.push_str(FORM);
    page.push_str("<main>\n");
    for group in Group::ALL {
        let rows = rows_of(updates, group);
        if !rows.is_empty() {
            page.push_str(&section(group, &rows));
        }
        if group == Group::ActNow {
            page.push_str(&week(updates));
        }
    }
    page.push_str(&spreads(updates));
    page.push_str(&environment(updates));
    page.push_str(&platform(updates));
    page.push_str("<h2>Not known or not checked</h2>\n<ul>\n");
    for gap in words::gaps(overview) {
        push(&mut page, format_args!("<li>{}</li>\n", escaped(&gap)));
    }
    for registry in &overview.registries {
        let names = counted(registry.names, "name");
        let address = escaped(&crate::address::without_credentials(&registry.registry));
        push(&mut page, format_args!("<li>asked {address}: {names}, on {} or later</li>\n", escaped(&registry.oldest)));
    }
    page.push_str("</ul>\n</main>");
    page
}

/// Writing to a String cannot fail.
fn push(page: &mut String, text: std::fmt::Arguments<'_>) {
    let _infallible = page.write_fmt(text);
}

fn tiles(updates: &Updates) -> String {
    let overview = &updates.overview;
    let of = |group: Group| overview.by_group.get(group.title()).copied().unwrap_or(0).to_string();
    let age = overview.median_age_days.map_or_else(|| "unknown".to_owned(), |days| days.to_string());
    let tiles = [
        ("urgent", of(Group::ActNow), "to act on now"),
        ("", of(Group::Free), "free"),
        ("", of(Group::Majors), "major"),
        ("", format!("{} %", overview.outdated_percent.short()), "outdated"),
        ("", overview.lag_years.short(), "years of lag"),
        ("", overview.libyears.short(), "libyears"),
        ("", age, "days, median age"),
        ("", overview.unknown.to_string(), "not known"),
    ];
    let tile = |(class, number, what): &(&str, String, &str)| {
        let class = if *class == "urgent" && number != "0" { " class=\"urgent\"" } else { "" };
        format!("<li{class}><b>{}</b>{what}</li>", escaped(number))
    };
    format!("<ul class=\"tiles\">{}</ul>\n", tiles.iter().map(tile).collect::<String>())
}

fn section(group: Group, rows: &[&Row]) -> String {
    let indirect = rows.iter().filter(|row| !row.direct).count();
    let folded = match indirect {
        _ if group == Group::ActNow => String::new(),
        0 => String::new(),
        all if all == rows.len() => ", all indirect".to_owned(),
        some => format!(", {some} of them indirect"),
    };
    let mut section = format!(
        "<h2>{} ({}{folded})</h2>\n<p class=\"dim\">{}</p>\n{}",
        group.title(),
        rows.len(),
        escaped(group.about()),
        head(&["package", "locked", "to", "step", "#lag", "", "lockfile"])
    );
    for row in rows {
        let class = if row.direct || group == Group::ActNow { "" } else { " class=\"indirect\"" };
        let notes = words::notes(row, group).join("; ");
        let search = format!("{} {} {} {notes}", row.name, row.lockfile, row.ecosystem).to_lowercase();
        push(
            &mut section,
            format_args!(
                "<tr{class} data-words=\"{}\"><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td><td class=\"number\">{}</td><td>{}</td><td class=\"place\">{}</td></tr>\n",
                escaped(&search),
                escaped(&row.name),
                escaped(&row.locked),
                escaped(&words::target(row, group)),
                words::step(row, group),
                words::lag(row),
                escaped(&notes),
                escaped(&row.lockfile)
            ),
        );
    }
    section + "</tbody></table></div>\n"
}

/// The start of a table; `#` before a title puts its column to the right.
fn head(titles: &[&str]) -> String {
    let cell = |title: &&str| match title.strip_prefix('#') {
        Some(title) => format!("<th scope=\"col\" class=\"number\">{title}</th>"),
        None => format!("<th scope=\"col\">{title}</th>"),
    };
    let cells: String = titles.iter().map(cell).collect();
    format!("<div class=\"scroll\"><table><thead><tr>{cells}</tr></thead><tbody>\n")
}

fn week(updates: &Updates) -> String {
    let projects: Vec<_> = updates.projects.iter().filter(|project| !project.batch.is_empty()).collect();
    if projects.is_empty() {
        return String::new();
    }
    let mut section =
        "<h2>This week</h2>\n<p class=\"dim\">one small batch a project, the most urgent first</p>\n".to_owned();
    for project in projects {
        let later = if project.deferred > 0 { format!(", {} later", project.deferred) } else { String::new() };
        let weeks = project.weeks_since_change.map_or_else(String::new, |weeks| {
            format!(", last changed {} ago", counted(usize::try_from(weeks).unwrap_or(0), "week"))
        });
        push(
            &mut section,
            format_args!(
                "<p><code>{}</code>: {}{later}{weeks}; {} years of lag<br><span class=\"place\">{}</span></p>\n",
                escaped(&project.lockfile),
                counted(project.batch.len(), "package"),
                project.lag_years.short(),
                escaped(&project.batch.join(", "))
            ),
        );
        if let Some(command) = &project.command {
            push(&mut section, format_args!("<pre>{}</pre>\n", escaped(command)));
        }
    }
    section
}

fn spreads(updates: &Updates) -> String {
    if updates.spreads.is_empty() {
        return String::new();
    }
    let mut section = format!(
        "<h2>Drift ({})</h2>\n<p class=\"dim\">one name at several versions in this repository</p>\n{}",
        updates.spreads.len(),
        head(&["what", "name", "versions, with how many files use each"])
    );
    for row in &updates.spreads {
        let class = if row.direct { "" } else { " class=\"indirect\"" };
        let name = escaped(&row.name);
        let versions = escaped(&words::versions(row));
        let search = escaped(&row.name.to_lowercase());
        push(
            &mut section,
            format_args!(
                "<tr{class} data-words=\"{search}\"><td>{}</td><td><code>{name}</code></td><td>{versions}</td></tr>\n",
                row.what
            ),
        );
    }
    section + "</tbody></table></div>\n"
}

fn environment(updates: &Updates) -> String {
    let Some(rows) = &updates.environment else { return String::new() };
    let mut section = format!("<h2>Installed environment ({})</h2>\n", rows.len());
    if rows.is_empty() {
        return section + "<p>What is installed is what is locked.</p>\n";
    }
    section.push_str(&head(&["package", "locked", "installed", "", "lockfile"]));
    for row in rows {
        let [locked, installed] = [&row.locked, &row.installed].map(|versions| escaped(&versions.join(", ")));
        push(
            &mut section,
            format_args!(
                "<tr data-words=\"{0}\"><td><code>{0}</code></td><td>{locked}</td><td>{installed}</td><td>{1}</td><td class=\"place\">{2}</td></tr>\n",
                escaped(&row.name),
                row.difference,
                escaped(&row.lockfile)
            ),
        );
    }
    section + "</tbody></table></div>\n"
}

fn platform(updates: &Updates) -> String {
    if updates.platform.is_empty() {
        return String::new();
    }
    let mut section = format!(
        "<h2>Under the packages ({})</h2>\n<p class=\"dim\">runtimes, toolchains, images, actions and hooks as they are stated; newer versions are known for the runtimes of Lambda only</p>\n{}",
        updates.platform.len(),
        head(&["what", "name", "stated", "", "files"])
    );
    for row in &updates.platform {
        let (status, class) = match row.status {
            "deprecated" => (format!("deprecated since {}", row.ends.as_deref().unwrap_or("")), " class=\"urgent\""),
            "current" => (row.ends.as_ref().map_or_else(String::new, |day| format!("patched until {day}")), ""),
            _ => ("not checked".to_owned(), " class=\"dim\""),
        };
        push(
            &mut section,
            format_args!(
                "<tr data-words=\"{0}\"><td>{1}</td><td><code>{0}</code></td><td>{2}</td><td{class}>{3}</td><td class=\"place\">{4}</td></tr>\n",
                escaped(&row.name),
                row.what,
                escaped(&row.stated),
                escaped(&status),
                escaped(&words::shortened(&row.paths))
            ),
        );
    }
    section + "</tbody></table></div>\n"
}

/// Text in which nothing is markup, in an element or in a quoted attribute.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in printable(text).chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::{body, escaped};
    use crate::updates::sample;

    #[test]
    fn nothing_of_a_registry_is_markup() {
        assert_eq!(escaped("<b onclick='x'>\"&"), "&lt;b onclick=&#39;x&#39;&gt;&quot;&amp;");
        let mut updates = sample::week();
        updates.rows[0].status_reasons = vec!["<script>alert(1)</script>".to_owned()];
        assert!(!body(&updates).contains("<script>alert"));
    }
}
