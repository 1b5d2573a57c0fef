//! Medians that say how many values they rest on, and intervals by resampling.

use schemars::JsonSchema;
use serde::Serialize;

/// Fewer values than this have no median.
const LEAST_FOR_MEDIAN: usize = 3;

/// Fewer values than this have no 90th percentile.
const LEAST_FOR_P90: usize = 10;

/// How often a sample is drawn anew.
const DRAWS: usize = 2_000;

/// Where the drawing begins: the same sample gives the same interval.
const SEED: u64 = 0x5EED_0F0D_D1CE;

/// The middle and the upper end of some values.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Spread {
    /// The median; `null` for fewer than 3 values.
    pub median: Option<f64>,
    /// The 90th percentile; `null` for fewer than 10 values.
    pub p90: Option<f64>,
    /// How many values there are.
    pub n: usize,
    /// The values themselves where they are too few for a median.
    pub values: Vec<f64>,
}

/// What lies between two groups of values.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Difference {
    /// The values before.
    pub before: Spread,
    /// The values after.
    pub after: Spread,
    /// The median after less the median before; `null` when either is not known.
    pub median_difference: Option<f64>,
    /// The 95 % interval of that difference, by resampling; `null` likewise.
    pub interval: Option<[f64; 2]>,
}

/// Rounded to hundredths, so that reports read well.
pub fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// The share of a part in a whole; `None` when there is no whole.
pub fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0)
}

impl Spread {
    /// The spread of some values.
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let n = values.len();
        Self {
            median: (n >= LEAST_FOR_MEDIAN).then(|| rounded(middle(&values))),
            p90: (n >= LEAST_FOR_P90).then(|| rounded(values[(n * 9).div_ceil(10) - 1])),
            n,
            values: if n < LEAST_FOR_MEDIAN { values.into_iter().map(rounded).collect() } else { Vec::new() },
        }
    }
}

/// The middle of sorted values.
fn middle(values: &[f64]) -> f64 {
    let n = values.len();
    match n {
        0 => 0.0,
        _ if n % 2 == 1 => values[n / 2],
        _ => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

/// Compares two groups of values.
pub fn difference(before: Vec<f64>, after: Vec<f64>) -> Difference {
    let is_known = before.len() >= LEAST_FOR_MEDIAN && after.len() >= LEAST_FOR_MEDIAN;
    let interval = is_known.then(|| bootstrap(&before, &after));
    let (before, after) = (Spread::of(before), Spread::of(after));
    let median_difference = after.median.zip(before.median).map(|(after, before)| rounded(after - before));
    Difference { before, after, median_difference, interval }
}

/// The middle 95 % of the differences between medians of samples drawn anew.
fn bootstrap(before: &[f64], after: &[f64]) -> [f64; 2] {
    let mut dice = SEED;
    let mut drawn = |values: &[f64]| {
        let mut sample: Vec<f64> = (0..values.len()).map(|_| values[below(&mut dice, values.len())]).collect();
        sample.sort_by(f64::total_cmp);
        middle(&sample)
    };
    let mut differences: Vec<f64> = (0..DRAWS).map(|_| drawn(after) - drawn(before)).collect();
    differences.sort_by(f64::total_cmp);
    [rounded(differences[DRAWS * 25 / 1000]), rounded(differences[DRAWS * 975 / 1000 - 1])]
}

/// A number below `end`, by the generator splitmix64 (Steele, Lea and Flood, 2014).
fn below(state: &mut u64, end: usize) -> usize {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    usize::try_from((mixed ^ (mixed >> 31)) % end.max(1) as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_have_no_median() {
        let two = Spread::of(vec![33.0, 0.8]);
        assert_eq!((two.median, two.p90, two.n, two.values), (None, None, 2, vec![0.8, 33.0]));
        let three = Spread::of(vec![3.0, 1.0, 2.0]);
        assert_eq!((three.median, three.p90, three.n, three.values.len()), (Some(2.0), None, 3, 0));
        let ten = Spread::of((1..=10).map(f64::from).collect());
        assert_eq!((ten.median, ten.p90), (Some(5.5), Some(9.0)));
        assert_eq!(Spread::of(Vec::new()), Spread::default());
    }

    #[test]
    fn an_interval_holds_what_differs_and_is_drawn_alike_each_time() {
        let before: Vec<f64> = (0..40).map(|n| 100.0 + f64::from(n % 7)).collect();
        let after: Vec<f64> = (0..40).map(|n| 80.0 + f64::from(n % 5)).collect();
        let first = difference(before.clone(), after.clone());
        let [low, high] = first.interval.unwrap_or_default();
        assert!(low <= -19.0 && high >= -22.0 && low <= high && high < 0.0, "{low} {high}");
        assert_eq!(first, difference(before, after));
        let few = difference(vec![1.0, 2.0], vec![3.0, 4.0, 5.0]);
        assert_eq!((few.median_difference, few.interval), (None, None));
    }
}
