//! A record of one build: what went in, what came out, as digests. Two records of one commit tell whether a build can
//! be made again, and the first layer that differs tells why not.

mod difference;
mod group;
mod machine;
mod make;
mod record;
mod semantic;

pub use self::difference::{Difference, Layer, first_difference};
pub use self::group::{Group, groups};
pub use self::machine::{Variable, class, environment, machine, target};
pub use self::make::artifact;
pub use self::record::{
    Artifact, Class, Commit, Environment, LineFault, Lock, Record, RecordError, SCHEMA, Statement, Target, read,
    read_lines, schema,
};
pub use self::semantic::{locks, statements};
