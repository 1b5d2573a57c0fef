//! stub
use super::repository::Repository;
use crate::cli::Check;
use crate::day::Day;
use crate::finding::{Finding, Undecided};
use crate::inventory::Inventory;

pub(super) struct Rules {
    pub(super) enabled: usize,
}
pub(super) struct Faults {
    pub(super) any: bool,
    pub(super) stops: bool,
}
pub(super) fn rules(_: &mut Repository, _: &Check) -> anyhow::Result<Rules> {
    Ok(Rules { enabled: 0 })
}
pub(super) fn show_faults(_: &Repository, _: &Rules, _: bool) -> Faults {
    Faults { any: false, stops: false }
}
pub(super) fn judge(
    _: &mut Inventory,
    _: &mut Repository,
    _: &Rules,
    _: &Check,
    _: Day,
) -> (Vec<Finding>, Vec<Undecided>) {
    (vec![], vec![])
}
