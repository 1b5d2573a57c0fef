//! A chart as inline SVG with its table: gaps stay gaps, shares and counts begin at zero, n is shown.

use crate::day::Day;

/// The size of a chart, in pixels of its own.
const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 96.0;

/// What is left free for labels.
const LEFT: f64 = 40.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 18.0;

/// A gap is a time without a run that is longer than so many times the usual one.
const GAP: i64 = 3;

/// A value at a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The day.
    pub day: Day,
    /// The value; `None` where it was not measured.
    pub value: Option<f64>,
    /// How many things it rests on, where that is told.
    pub n: Option<usize>,
}

/// A line of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// What it shows.
    pub name: &'static str,
    /// How it looks: a, b, c.
    pub class: &'static str,
    /// Its points, by day.
    pub points: Vec<Point>,
}

/// A small chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// The unit after a number.
    pub unit: &'static str,
    /// Whether its values are shares of 1, shown in percent.
    pub is_share: bool,
    /// Its lines; all have the same days.
    pub curves: Vec<Curve>,
}

/// A service and its charts.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Its name.
    pub name: String,
    /// Its charts.
    pub charts: Vec<Chart>,
}

/// Something that happened on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// The day.
    pub day: Day,
    /// The repository it belongs to.
    pub repository: String,
    /// Its name.
    pub label: String,
}

/// A text as it may stand in HTML.
pub(super) fn escaped(text: &str) -> String {
    crate::printable::printable(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

impl Chart {
    /// A value as people read it.
    pub fn words(&self, value: Option<f64>) -> String {
        let Some(value) = value else { return "not measured".to_owned() };
        let shown = if self.is_share { value * 100.0 } else { value };
        format!("{}{}", (shown * 10.0).round() / 10.0, self.unit)
    }

    /// The greatest value of the axis.
    fn top(&self) -> f64 {
        if self.is_share {
            return 1.0;
        }
        let values = self.curves.iter().flat_map(|curve| &curve.points).filter_map(|point| point.value);
        round_up(values.fold(0.0, f64::max))
    }

    /// The chart and its table. `range` is the first and the last day of the page.
    pub(super) fn html(&self, id: &str, range: (Day, Day), markers: &[&Marker]) -> String {
        let top = self.top();
        let last = |curve: &Curve| curve.points.last().copied();
        let newest: Vec<String> = self
            .curves
            .iter()
            .map(|curve| format!("{} {}", curve.name, self.words(last(curve).and_then(|point| point.value))))
            .collect();
        let runs = self.curves.first().map_or(0, |curve| curve.points.len());
        let n = self.curves.first().and_then(|curve| last(curve)?.n).map_or(String::new(), |n| format!(", n = {n}"));
        let summary = format!("{}: {}{n}", self.title, newest.join(", "));
        let mut svg = format!(
            "<figure><figcaption><b>{}</b> <span>{}{n}</span></figcaption><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" tabindex=\"0\" role=\"img\" aria-label=\"{}\" data-table=\"{id}\">",
            escaped(&self.title),
            escaped(&newest.join(" · ")),
            escaped(&summary),
        );
        for (value, y) in [(0.0, HEIGHT - BOTTOM), (top, TOP)] {
            svg.push_str(&format!(
                "<path class=\"g\" d=\"M{LEFT} {y}H{}\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 5.0,
                y + 4.0,
                escaped(&self.words(Some(value)))
            ));
        }
        for (day, anchor, x) in [(range.0, "start", LEFT), (range.1, "end", WIDTH - RIGHT)] {
            svg.push_str(&format!("<text x=\"{x}\" y=\"{}\" text-anchor=\"{anchor}\">{day}</text>", HEIGHT - 4.0));
        }
        for marker in markers {
            let x = across(marker.day, range);
            svg.push_str(&format!(
                "<path class=\"m\" d=\"M{x} {TOP}V{}\"><title>{} {}</title></path>",
                HEIGHT - BOTTOM,
                marker.day,
                escaped(&marker.label)
            ));
        }
        for curve in &self.curves {
            svg.push_str(&path(curve, range, top));
        }
        svg.push_str("</svg>");
        svg.push_str(&self.table(id, runs));
        svg.push_str("</figure>");
        svg
    }

    fn table(&self, id: &str, runs: usize) -> String {
        let names: String = self.curves.iter().map(|curve| format!("<th>{}", curve.name)).collect();
        let has_n = self.curves.iter().any(|curve| curve.points.iter().any(|point| point.n.is_some()));
        let mut table = format!(
            "<details><summary>{runs} points as a table</summary><table id=\"{id}\"><tr><th>day{names}{}",
            if has_n { "<th>n" } else { "" }
        );
        let first = self.curves.first().map(|curve| curve.points.as_slice()).unwrap_or_default();
        for (index, point) in first.iter().enumerate().rev() {
            let values: String = self
                .curves
                .iter()
                .map(|curve| format!("<td>{}", self.words(curve.points.get(index).and_then(|point| point.value))))
                .collect();
            let n = match (has_n, point.n) {
                (false, _) => String::new(),
                (true, n) => format!("<td>{}", n.map_or("-".to_owned(), |n| n.to_string())),
            };
            table.push_str(&format!("<tr><td>{}{values}{n}", point.day));
        }
        table.push_str("</table></details>");
        table
    }
}

fn across(day: Day, range: (Day, Day)) -> f64 {
    let whole = range.1.since(range.0).max(1) as f64;
    let x = LEFT + (WIDTH - LEFT - RIGHT) * day.since(range.0) as f64 / whole;
    (x * 10.0).round() / 10.0
}

/// The path of a curve, broken where nothing was measured; a point alone is a dot.
fn path(curve: &Curve, range: (Day, Day), top: f64) -> String {
    let down = |value: f64| {
        let y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value / top).clamp(0.0, 1.0);
        (y * 10.0).round() / 10.0
    };
    let longest = usual_step(&curve.points) * GAP;
    let mut d = String::new();
    let mut dots = String::new();
    let mut run: Vec<(f64, f64)> = Vec::new();
    let mut before: Option<Day> = None;
    let mut end_run = |run: &mut Vec<(f64, f64)>| {
        if let [(x, y)] = run[..] {
            dots.push_str(&format!("<circle class=\"{}\" cx=\"{x}\" cy=\"{y}\" r=\"2\"/>", curve.class));
        }
        for (index, (x, y)) in run.iter().enumerate().filter(|_| run.len() > 1) {
            d.push_str(&format!("{}{x} {y}", if index == 0 { "M" } else { "L" }));
        }
        run.clear();
    };
    for point in &curve.points {
        let Some(value) = point.value else {
            end_run(&mut run);
            continue;
        };
        if before.is_some_and(|before| point.day.since(before) > longest) {
            end_run(&mut run);
        }
        run.push((across(point.day, range), down(value)));
        before = Some(point.day);
    }
    end_run(&mut run);
    let line = if d.is_empty() { d } else { format!("<path class=\"{}\" d=\"{d}\"/>", curve.class) };
    format!("{line}{dots}")
}

/// The usual number of days between points, at least 1.
fn usual_step(points: &[Point]) -> i64 {
    let mut steps: Vec<i64> = points.windows(2).map(|pair| pair[1].day.since(pair[0].day)).collect();
    steps.sort_unstable();
    steps.get(steps.len() / 2).copied().unwrap_or(1).max(1)
}

/// A round number that is not below a value.
fn round_up(value: f64) -> f64 {
    if value <= 1.0 {
        return 1.0;
    }
    let scale = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * scale).find(|step| *step >= value).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[(i64, Option<f64>)]) -> Vec<Point> {
        values.iter().map(|(day, value)| Point { day: Day(*day), value: *value, n: None }).collect()
    }

    #[test]
    fn gaps_stay_gaps_and_a_point_alone_is_a_dot() {
        let curve = |values| Curve { name: "x", class: "a", points: points(values) };
        let range = (Day(0), Day(100));
        let whole = path(&curve(&[(0, Some(1.0)), (1, Some(2.0)), (2, Some(1.0))]), range, 2.0);
        assert_eq!(whole.matches('M').count(), 1);
        let unmeasured =
            path(&curve(&[(0, Some(1.0)), (1, Some(1.0)), (2, None), (3, Some(1.0)), (4, Some(1.0))]), range, 2.0);
        assert_eq!(unmeasured.matches('M').count(), 2);
        let gap = path(&curve(&[(0, Some(1.0)), (1, Some(1.0)), (2, Some(1.0)), (50, Some(1.0))]), range, 2.0);
        assert_eq!((gap.matches('M').count(), gap.matches("<circle").count()), (1, 1));
        assert_eq!(path(&curve(&[]), range, 1.0), "");
    }

    #[test]
    fn axes_end_at_round_numbers() {
        for (value, top) in [(0.0, 1.0), (1.0, 1.0), (3.0, 5.0), (7.0, 10.0), (11.0, 20.0), (480.0, 500.0)] {
            assert_eq!(round_up(value), top);
        }
    }
}
