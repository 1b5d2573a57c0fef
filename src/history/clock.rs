//! Times that commits bear, put in order: clocks jump, and imported history lies.

/// Mends times that contradict their neighbours, the oldest commit first, and tells how many there were.
///
/// The longest run of times that never go back is believed, times after `latest` apart; the others become the time
/// of the believed commit before them, or of the first one.
pub fn mend(times: &mut [i64], latest: i64) -> usize {
    let believed = longest_run(times, latest);
    let Some(first) = believed.first().map(|index| times[*index]) else { return 0 };
    let mended = times.len() - believed.len();
    let mut believed = believed.into_iter().peekable();
    let mut last = first;
    for (index, time) in times.iter_mut().enumerate() {
        if believed.next_if_eq(&index).is_some() {
            last = *time;
        } else {
            *time = last;
        }
    }
    mended
}

/// The indices of a longest subsequence that never goes back.
fn longest_run(times: &[i64], latest: i64) -> Vec<usize> {
    // `ends[k]` is the commit with the least time that ends a run of k + 1.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; times.len()];
    for (index, time) in times.iter().enumerate().filter(|(_, time)| **time <= latest && **time > 0) {
        let at = ends.partition_point(|end| times[*end] <= *time);
        before[index] = at.checked_sub(1).map(|at| ends[at]);
        if at == ends.len() {
            ends.push(index);
        } else {
            ends[at] = index;
        }
    }
    let mut run: Vec<usize> = std::iter::successors(ends.last().copied(), |index| before[*index]).collect();
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    use super::mend;

    #[test]
    fn a_jump_counts_as_the_commit_before() {
        for (given, mended, count) in [
            (vec![10, 20, 30], vec![10, 20, 30], 0),
            (vec![10, 5, 20], vec![5, 5, 20], 1),
            (vec![10, 20, 9_000, 30, 40], vec![10, 20, 20, 30, 40], 1),
            (vec![10, 20, 5, 30, 40], vec![10, 20, 20, 30, 40], 1),
            (vec![10, 20, 30, 99_999], vec![10, 20, 30, 30], 1),
            (vec![0, 10, 10], vec![10, 10, 10], 1),
            (vec![], vec![], 0),
        ] {
            let mut times = given.clone();
            assert_eq!((mend(&mut times, 50_000), times), (count, mended), "{given:?}");
        }
    }
}
