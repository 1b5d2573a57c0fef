//! Reads claimed files, then in rounds the files they ask for.
//!
//! Requests stay inside the tree and within limits, so a file that asks for itself, or a
//! chain without end, stops. After this only what derivations name is weighed, and reports are written.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rayon::prelude::*;

use crate::discover::Listing;
use crate::facts::Facts;
use crate::inventory::Coverage;
use crate::package;
use crate::read::{Claim, File, Output, READERS, Reader, Request, reader, recipes, suppressions};
use crate::source::{KEEP_LIMIT, SourceId, Sources, Span};
use crate::tree::{ReadError, Tree};

/// How many rounds of requests are followed.
const ROUNDS: usize = 8;

/// How many files may be asked for in all.
const FOLLOWED_FILES: usize = 20_000;

/// Files above this size are read only by a reader that claims them by name.
const SNIFF_LIMIT: u64 = 2 * 1024 * 1024;

/// How many files are read before their facts are merged.
const BATCH: usize = 64;

struct Job {
    path: Arc<str>,
    /// Whether no reader has read the file yet: its comments are looked at once.
    first: bool,
    readers: Vec<(&'static Reader, Claim)>,
}

#[derive(Debug, Clone)]
struct Read {
    text: Option<Arc<str>>,
    by: Vec<&'static str>,
    output: Output,
}

/// Tells whether another tree has the same bytes at a path.
pub type Same<'s> = dyn Fn(&str) -> bool + Sync + 's;

/// What is done with what was read of files that two trees have in common.
pub enum Sharing<'s> {
    /// There is no other tree.
    Alone,
    /// It is kept for the other tree.
    Keep(&'s Same<'s>, &'s mut Kept),
    /// It was kept when the other tree was read, and its places point into the texts of that one.
    Take(Kept),
}

/// What was read of files, by path, by the readers that were certain or not, and whether it was their first reading.
#[derive(Debug, Default)]
pub struct Kept(BTreeMap<Reading, Read>);

type Reading = (Arc<str>, Vec<(&'static str, bool)>, bool);

impl Job {
    fn reading(&self) -> Reading {
        let readers = self.readers.iter().map(|(reader, claim)| (reader.name, *claim == Claim::Yes));
        (Arc::clone(&self.path), readers.collect(), self.first)
    }
}

impl Sharing<'_> {
    fn taken(&mut self, job: &Job) -> Option<Read> {
        match self {
            Sharing::Take(kept) => kept.0.remove(&job.reading()),
            Sharing::Alone | Sharing::Keep(..) => None,
        }
    }

    fn is_kept(&self, path: &str) -> bool {
        matches!(self, Sharing::Keep(same, _) if same(path))
    }

    fn keep(&mut self, job: &Job, read: Read) {
        if let Sharing::Keep(_, kept) = self {
            kept.0.insert(job.reading(), read);
        }
    }
}

/// Reads every claimed file of a listing and what they ask for.
///
/// `texts` are sources that places point into already: configuration and rule files, and the texts of the tree
/// that readings are taken from.
pub fn read_all(
    tree: &Arc<Tree>,
    files: &Listing,
    texts: Sources,
    mut sharing: Sharing<'_>,
) -> (Facts, Sources, Coverage) {
    let followable = files.followable();
    let mut so_far = SoFar {
        facts: Facts::default(),
        sources: texts.with_tree(Arc::clone(tree)),
        coverage: Coverage { files_seen: files.paths.len(), ..Coverage::default() },
        done: BTreeSet::new(),
        wanted: BTreeSet::new(),
    };
    let mut jobs = claimed(files);
    for _ in 0..=ROUNDS {
        // In batches, so that the facts of single files do not all wait beside the merged ones, and each batch is
        // merged while the next is read.
        let mut first = so_far.sources.next_id();
        let mut before: Option<(&[Job], Vec<Read>)> = None;
        for batch in jobs.chunks(BATCH) {
            let merge = || so_far.add_all(before.take(), &followable);
            let ((), reads) = rayon::join(merge, || read_batch(tree, batch, first, &mut sharing));
            first = SourceId::nth(first.index() + batch.len());
            before = Some((batch, reads));
        }
        so_far.add_all(before, &followable);
        jobs = so_far.asked();
        if jobs.is_empty() {
            break;
        }
    }
    (so_far.facts, so_far.sources, so_far.coverage)
}

/// Reads files on all cores, or takes what was read of them in another tree. Their texts get the ids from `first` on.
fn read_batch(tree: &Tree, batch: &[Job], first: SourceId, sharing: &mut Sharing<'_>) -> Vec<Read> {
    let taken: Vec<Option<Read>> = batch.iter().map(|job| sharing.taken(job)).collect();
    let results: Vec<(Read, Option<Read>)> = batch
        .par_iter()
        .zip(taken)
        .enumerate()
        .map_init(Vec::new, |buffer, (index, (job, taken))| {
            let read = taken.unwrap_or_else(|| read_one(tree, job, SourceId::nth(first.index() + index), buffer));
            let copy = sharing.is_kept(&job.path).then(|| read.clone());
            (read, copy)
        })
        .collect();
    let mut reads = Vec::with_capacity(results.len());
    for (job, (read, copy)) in batch.iter().zip(results) {
        if let Some(copy) = copy {
            sharing.keep(job, copy);
        }
        reads.push(read);
    }
    reads
}

/// What was read so far.
struct SoFar {
    facts: Facts,
    sources: Sources,
    coverage: Coverage,
    /// What was read, and what the next round reads: no reader reads a file twice.
    done: BTreeSet<Request>,
    /// What the files of this round ask for.
    wanted: BTreeSet<Request>,
}

impl SoFar {
    /// Adds what was read of a batch of files.
    fn add_all(&mut self, batch: Option<(&[Job], Vec<Read>)>, followable: &HashSet<&str>) {
        for (job, read) in batch.into_iter().flat_map(|(jobs, reads)| jobs.iter().zip(reads)) {
            self.add(job, read, followable);
        }
    }

    /// Adds what was read of a file.
    fn add(&mut self, job: &Job, read: Read, followable: &HashSet<&str>) {
        self.sources.add(Arc::clone(&job.path), read.text);
        if !read.by.is_empty() {
            self.coverage.files_read += 1;
            self.coverage.paths.insert(Arc::clone(&job.path));
        }
        for name in read.by {
            *self.coverage.by_reader.entry(name).or_default() += 1;
            self.done.insert(Request { path: job.path.to_string(), reader: name });
        }
        self.facts.append(read.output.facts);
        for request in read.output.requests {
            if self.done.len() < FOLLOWED_FILES
                && followable.contains(request.path.as_str())
                && !self.done.contains(&request)
            {
                self.wanted.insert(request);
            }
        }
    }

    /// The files that were asked for, but for those that were read since.
    fn asked(&mut self) -> Vec<Job> {
        let mut wanted = std::mem::take(&mut self.wanted);
        wanted.retain(|request| !self.done.contains(request));
        let mut readers: BTreeMap<&str, BTreeSet<&'static str>> = BTreeMap::new();
        for request in &wanted {
            readers.entry(&request.path).or_default().insert(request.reader);
        }
        let jobs = readers.iter().map(|(path, names)| followed(path, names, &self.coverage.paths)).collect();
        self.done.extend(wanted);
        jobs
    }
}

/// Adds what builds have left beside the templates.
pub fn built(tree: &Tree, files: &Listing, sources: &mut Sources, facts: &mut Facts) {
    let homes = package::homes(tree, files);
    for built in package::built(tree, files, &homes) {
        let source = sources.add(&*built.path, None);
        facts.add(package::fact(built, source));
    }
    for (path, measure) in package::wheels(tree, &homes) {
        let source = sources.add(&*path, None);
        facts.add(package::download(path, measure, source));
    }
}

/// Adds the directories that git tracks although tools fill them anew.
pub fn environments(files: &Listing, sources: &mut Sources, facts: &mut Facts) {
    for environment in package::environments(files) {
        let source = sources.add(environment.file, None);
        facts.add(package::stray(&environment, source));
    }
}

fn claimed(files: &Listing) -> Vec<Job> {
    let job = |path: &String| {
        let readers: Vec<_> = READERS
            .iter()
            .map(|reader| (*reader, (reader.claims)(path)))
            .filter(|(_, claim)| *claim != Claim::No)
            .collect();
        (!readers.is_empty()).then(|| Job { path: path.as_str().into(), first: true, readers })
    };
    files.paths.par_iter().filter_map(job).collect()
}

fn followed(path: &str, names: &BTreeSet<&'static str>, read_paths: &BTreeSet<Arc<str>>) -> Job {
    let readers = names.iter().filter_map(|name| reader(name)).map(|reader| (reader, Claim::Yes)).collect();
    Job { path: path.into(), first: !read_paths.contains(path), readers }
}

fn read_one(tree: &Tree, job: &Job, source: SourceId, buffer: &mut Vec<u8>) -> Read {
    let certain = job.readers.iter().any(|(_, claim)| claim.is_certain());
    if !certain && tree.size(&job.path).is_some_and(|size| size > SNIFF_LIMIT) {
        return Read { text: None, by: Vec::new(), output: Output::default() };
    }
    let (text, is_marked) = match tree.marked_text(&job.path, buffer) {
        Ok(read) => read,
        Err(error) => return unreadable(job, source, &error),
    };
    let file = File { path: &job.path, text: &text, source };
    let wanted = job.readers.iter().filter(|(_, claim)| claim.holds(&text));
    let mut output = Output::default();
    let mut by = Vec::new();
    for (reader, _) in wanted {
        by.push(reader.name);
        read_into(reader, &file, &mut output);
    }
    recipes(&mut output);
    for manifest in &mut output.facts.manifests {
        manifest.has_byte_order_mark = is_marked;
    }
    for lockfile in &mut output.facts.lockfiles {
        lockfile.has_byte_order_mark = is_marked;
    }
    for package in &mut output.facts.locked_packages {
        package.share();
    }
    if job.first && !by.is_empty() {
        suppressions(&file, &mut output);
    }
    // A tree of it that some fact keeps holds the text anyway.
    let is_shared = Arc::strong_count(&text) > 1;
    let text = (!by.is_empty() && is_shared && text.len() <= KEEP_LIMIT).then_some(text);
    Read { text, by, output }
}

/// Runs a reader; a panic in it (a fault of ours or of a parser) becomes a problem of this one file.
fn read_into(reader: &Reader, file: &File<'_>, output: &mut Output) {
    let result = catch_unwind(AssertUnwindSafe(|| {
        let mut own = Output::default();
        (reader.read)(file, &mut own);
        own
    }));
    match result {
        Ok(own) => {
            output.facts.append(own.facts);
            output.requests.extend(own.requests);
        }
        Err(_) => {
            let explanation = format!("the {} reader failed on this file; please report it", reader.name);
            output.problem(file, reader, "unsupported", explanation, Span::top(file.source));
        }
    }
}

fn unreadable(job: &Job, source: SourceId, error: &ReadError) -> Read {
    let mut output = Output::default();
    // A file that no reader claims by its name may be anything: that it is no text says nothing.
    if let Some((reader, _)) = job.readers.iter().find(|(_, claim)| claim.is_certain()) {
        let text: Arc<str> = "".into();
        let file = File { path: &job.path, text: &text, source };
        output.problem(&file, reader, error.trouble(), error.to_string(), file.span(error.byte()..error.byte()));
    }
    Read { text: None, by: Vec::new(), output }
}
