use reproof::{discover, scan, tree::Tree};
use std::sync::Arc;
fn main() {
    for dir in std::env::args().skip(1) {
        let tree = Arc::new(Tree::working(&dir));
        let files = discover::list(&tree, discover::Names::Walked, &globset::GlobSet::empty(), None).unwrap();
        let inv = scan::scan_files(&tree, files, reproof::day::Day(20000), reproof::source::Sources::default());
        for lock in &inv.facts.lockfiles {
            if lock.manifests.is_empty() && lock.ruled_by.is_some() {
                continue;
            }
            let problem = inv.facts.problems.iter().find(|p| {
                p.header.path == lock.header.path
                    || lock.manifests.iter().any(|m| inv.facts[*m].header.path == p.header.path)
            });
            let mut why: Vec<String> = Vec::new();
            let verdict = if let Some(p) = problem {
                why.push(p.explanation.clone());
                "error"
            } else if let Some(r) = lock.refusal.known() {
                why.push(r.clone());
                "error"
            } else if !lock.mismatches.is_empty() {
                for m in &lock.mismatches {
                    let m = &inv.facts[*m];
                    let loc = inv.sources.location(m.header.span);
                    why.push(format!("{}:{}:{} {}", loc.path, loc.start.line, loc.start.column, m.explanation));
                }
                "stale"
            } else if !lock.undecided.is_empty() {
                why = lock.undecided.clone();
                "undecidable"
            } else {
                "fresh"
            };
            println!("{}/{}\t{}\t{}", dir, lock.header.path, verdict, why.join(" | "));
        }
        if inv.facts.lockfiles.is_empty() {
            println!("{dir}\tnolock\t");
        }
    }
}
