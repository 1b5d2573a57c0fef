//! What package registries say: one index document for each package name.
//!
//! The documents are plain data: they are handed to derivations and reports, and a test makes them by hand.
//! Whatever a registry did not say is `None` or [`Outcome::Unknown`], never a guess. [`Client`] asks; nothing else
//! of reproof opens a socket.

mod cache;
mod client;
pub mod hash;
pub mod package;
mod protocol;
pub mod settings;
pub mod table;
mod tie;
mod transport;

pub use client::{Client, Cost, MAX_AGE, Options, crate_address, joined};
pub use hash::{Algorithm, Hash};
pub use package::{Offered, Package, Release, Requirement, Standing, Withdrawal};
pub use protocol::Detail;
pub use settings::{Home, Links, Origin, Settings};
pub use table::{Answer, Ecosystem, Outcome, Subject, Table};
pub use transport::Limits;
