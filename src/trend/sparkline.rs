//! A series in one line of a terminal: from zero, gaps as blanks.

use super::chart::Point;

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The newest points of a series, at most `width` of them. `top` is the greatest value of the scale.
pub fn sparkline(points: &[Point], width: usize, top: f64) -> String {
    let from = points.len().saturating_sub(width);
    let bar = |point: &Point| {
        let Some(value) = point.value else { return ' ' };
        let level = if top > 0.0 { (value / top * 7.0).round().clamp(0.0, 7.0) } else { 0.0 };
        BARS[level as usize]
    };
    points[from..].iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::Day;

    #[test]
    fn bars_begin_at_zero_and_gaps_are_blank() {
        let point = |value| Point { day: Day(0), value, n: None };
        let points = [Some(0.0), Some(5.0), None, Some(10.0), Some(20.0)].map(point);
        assert_eq!(sparkline(&points, 10, 10.0), "▁▅ ██");
        assert_eq!(sparkline(&points, 2, 10.0), "██");
        assert_eq!(sparkline(&points[..1], 2, 0.0), "▁");
    }
}
