//! The trend page: one file without anything to load.

use super::chart::{Card, Marker, escaped};
use crate::day::Day;

const PAGE: &str = include_str!("page.html");

/// Where the page takes its title and its content from.
const TITLE: &str = "@TITLE@";
const CONTENT: &str = "@CONTENT@";

/// What a page shows.
#[derive(Debug)]
pub struct Page<'p> {
    /// Its title.
    pub title: &'p str,
    /// What stands below the title, a line each.
    pub lines: Vec<String>,
    /// What changed since last week; `None` where that is not asked.
    pub changed: Option<Vec<String>>,
    /// The services.
    pub cards: &'p [Card],
    /// Releases.
    pub markers: &'p [Marker],
    /// The first and the last day.
    pub range: (Day, Day),
}

/// Writes the page.
pub fn html(page: &Page<'_>) -> String {
    let mut content = String::new();
    for line in &page.lines {
        content.push_str(&format!("<p>{}</p>\n", escaped(line)));
    }
    if let Some(changed) = &page.changed {
        content.push_str("<section><h2>What changed since last week</h2>\n");
        if changed.is_empty() {
            content.push_str("<p>Nothing.</p>\n");
        } else {
            let items: String = changed.iter().map(|change| format!("<li>{}\n", escaped(change))).collect();
            content.push_str(&format!("<ul>\n{items}</ul>\n"));
        }
        content.push_str("</section>\n");
    }
    content.push_str("<main>\n");
    for (number, card) in page.cards.iter().enumerate() {
        let own: Vec<&Marker> = page
            .markers
            .iter()
            .filter(|marker| {
                card.name == marker.repository || card.name.starts_with(&format!("{}/", marker.repository))
            })
            .collect();
        content.push_str(&format!("<section class=\"card\"><h2>{}</h2>\n", escaped(&card.name)));
        for (index, chart) in card.charts.iter().enumerate() {
            content.push_str(&chart.html(&format!("t{number}-{index}"), page.range, &own));
            content.push('\n');
        }
        content.push_str("</section>\n");
    }
    content.push_str("</main>\n");
    PAGE.replace(TITLE, &escaped(page.title)).replace(CONTENT, &content)
}
