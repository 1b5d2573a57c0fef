//! Texts by id: the blobs of a git repository, or texts in memory.

use std::collections::BTreeMap;

use gix::odb::pack::cache::lru::MemoryCappedHashmap;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::tree::{BlobId, Blobs, SIZE_LIMIT, Tree};

/// How much unpacked data a thread keeps, in bytes: git stores versions as differences from each other.
const CACHE: usize = 64 * 1024 * 1024;

/// Where the texts of history come from.
#[derive(Debug)]
pub enum Store {
    /// A git repository.
    Git(Box<gix::ThreadSafeRepository>),
    /// Texts in memory.
    Memory(BTreeMap<BlobId, Vec<u8>>),
}

/// The texts as one thread reads them.
pub enum Local<'s> {
    /// With a cache of unpacked data.
    Git(Box<gix::Repository>),
    /// In memory.
    Memory(&'s BTreeMap<BlobId, Vec<u8>>),
}

/// A repository for one thread, which keeps what it unpacks.
pub(super) fn cached(repository: &gix::ThreadSafeRepository) -> gix::Repository {
    let mut local = repository.to_thread_local();
    local.objects.set_pack_cache(|| Box::new(MemoryCappedHashmap::new(CACHE)));
    local
}

impl Store {
    /// A store in memory, and the ids of its texts.
    pub fn memory(texts: impl IntoIterator<Item = String>) -> (Self, Vec<BlobId>) {
        let mut all = BTreeMap::new();
        let mut ids = Vec::new();
        for text in texts {
            let digest = Sha256::digest(&text);
            let id = BlobId::from_bytes_or_panic(&digest[..20]);
            ids.push(id);
            all.insert(id, text.into_bytes());
        }
        (Self::Memory(all), ids)
    }

    /// The store as one thread uses it.
    pub fn local(&self) -> Local<'_> {
        match self {
            Self::Git(repository) => Local::Git(Box::new(cached(repository))),
            Self::Memory(texts) => Local::Memory(texts),
        }
    }

    /// A tree of some of its texts.
    pub fn tree(&self, files: BTreeMap<String, BlobId>) -> Tree {
        match self {
            Self::Git(repository) => Tree::Objects { repository: repository.clone(), blobs: Blobs::Listed(files) },
            Self::Memory(texts) => {
                Tree::memory(files.into_iter().filter_map(|(path, id)| Some((path, texts.get(&id)?.clone()))))
            }
        }
    }

    /// Does something with runs of a list, each run on one thread with texts of its own; the results keep the order.
    pub fn in_runs<T: Sync, R: Send>(
        &self,
        list: &[T],
        run: impl Fn(&Local<'_>, usize, &[T]) -> Vec<R> + Sync,
    ) -> Vec<R> {
        if list.is_empty() {
            return Vec::new();
        }
        let size = list.len().div_ceil(rayon::current_num_threads().max(1));
        let runs: Vec<(usize, &[T])> = list.chunks(size).enumerate().map(|(at, part)| (at * size, part)).collect();
        let done: Vec<Vec<R>> = runs.into_par_iter().map(|(start, part)| run(&self.local(), start, part)).collect();
        done.into_iter().flatten().collect()
    }
}

impl Local<'_> {
    /// The bytes of a text; `None` when the store has it not, or it is too large to be read.
    pub fn bytes(&self, id: BlobId) -> Option<Vec<u8>> {
        match self {
            Self::Git(repository) => {
                if repository.find_header(id).ok()?.size() > SIZE_LIMIT {
                    return None;
                }
                Some(repository.find_object(id).ok()?.detach().data)
            }
            Self::Memory(texts) => texts.get(&id).cloned(),
        }
    }

    /// The text with an id.
    pub fn text(&self, id: BlobId) -> Option<std::sync::Arc<str>> {
        crate::tree::decode(&self.bytes(id)?).ok()
    }
}
