//! Numbers with two digits after the point, kept exactly.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// A number with two digits after the point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hundredths(pub i64);

impl Hundredths {
    /// Days as years of 365.25 days.
    pub fn years(days: i64) -> Self {
        Self((days * 10_000 + 18_262) / 36_525)
    }

    /// A part of a whole in percent; 0 of nothing.
    pub fn percent(part: usize, whole: usize) -> Self {
        let (part, whole) = (i64::try_from(part).unwrap_or(i64::MAX), i64::try_from(whole).unwrap_or(i64::MAX));
        Self(if whole == 0 { 0 } else { part.saturating_mul(10_000) / whole })
    }

    /// As a floating-point number: two digits are kept exactly by a double of this size.
    #[allow(clippy::cast_precision_loss, reason = "the numbers are far below 2^53")]
    pub fn value(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// With one digit after the point, rounded.
    pub fn short(self) -> String {
        let tenths = (self.0.abs() + 5) / 10;
        let sign = if self.0 < 0 && tenths > 0 { "-" } else { "" };
        format!("{sign}{}.{}", tenths / 10, tenths % 10)
    }
}

impl std::iter::Sum for Hundredths {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        Self(all.map(|one| one.0).sum())
    }
}

impl Serialize for Hundredths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

impl JsonSchema for Hundredths {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Hundredths".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        f64::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::Hundredths;

    #[test]
    fn years_and_shares() {
        assert_eq!(Hundredths::years(365), Hundredths(100));
        assert_eq!(Hundredths::years(396), Hundredths(108));
        assert_eq!(Hundredths::percent(1, 3), Hundredths(3333));
        assert_eq!(Hundredths::percent(0, 0), Hundredths(0));
        assert_eq!(Hundredths(9475).short(), "94.8");
        assert_eq!(Hundredths(-125).short(), "-1.3");
        assert_eq!(serde_json::to_string(&Hundredths(150)).unwrap_or_default(), "1.5");
    }
}
