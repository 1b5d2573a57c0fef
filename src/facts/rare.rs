//! Fields that few facts of a kind have, kept apart so that the many facts stay small.

use std::ops::{Deref, DerefMut};

/// A group of fields of which nothing is set, for a fact that has none of them.
pub trait Seldom: Default + 'static {
    /// Nothing is set.
    fn none() -> &'static Self;
}

/// A group of seldom set fields. Reading it costs nothing; writing a field makes room for all of them.
#[derive(Debug, Clone, Default)]
pub struct Rare<T>(Option<Box<T>>);

impl<T> Rare<T> {
    /// The fields, when any was ever set.
    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        self.0.as_deref_mut()
    }
}

impl<T: Seldom> Deref for Rare<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or_else(|| T::none())
    }
}

impl<T: Seldom> DerefMut for Rare<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_insert_default()
    }
}
