//! A line on the terminal for what takes longer than half a second. In CI, or without a terminal, nothing.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::terminal;

/// What is done in silence.
const SILENCE: Duration = Duration::from_millis(500);

/// How often the line is drawn anew.
const BEAT: Duration = Duration::from_millis(200);

/// Back to the start of the line, and empty it.
const CLEAR: &str = "\r\x1b[2K";

/// Whether somebody watches.
fn is_wanted() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    !terminal::is_quiet() && !is_dumb && !is_set("CI") && io::stderr().is_terminal()
}

/// A line that says what is being done and for how long. It is gone when this is dropped.
pub(super) struct Progress {
    shared: Arc<Shared>,
    drawing: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    /// What is being done; `None` when all is.
    doing: Mutex<Option<&'static str>>,
    changed: Condvar,
}

impl Progress {
    /// Begins, with a line where somebody watches.
    pub(super) fn new(doing: &'static str) -> Self {
        let shared = Arc::new(Shared { doing: Mutex::new(Some(doing)), changed: Condvar::new() });
        let of = Arc::clone(&shared);
        let drawing = is_wanted().then(|| std::thread::spawn(move || draw(&of, &mut io::stderr())));
        Self { shared, drawing }
    }

    /// Says what is done from now on.
    pub(super) fn now(&self, doing: &'static str) {
        *self.shared.doing.lock().unwrap_or_else(PoisonError::into_inner) = Some(doing);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        *self.shared.doing.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.shared.changed.notify_all();
        if let Some(drawing) = self.drawing.take() {
            // A line that could not be drawn is no reason to fail.
            let _drawn = drawing.join();
        }
    }
}

fn draw(shared: &Shared, out: &mut impl Write) {
    let begun = Instant::now();
    let mut wait = SILENCE;
    let mut is_drawn = false;
    let mut doing = shared.doing.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let until = Instant::now() + wait;
        // Woken early only by the end.
        while doing.is_some() && Instant::now() < until {
            let left = until.saturating_duration_since(Instant::now());
            doing = shared.changed.wait_timeout(doing, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        let line = doing.map(|doing| format!("{CLEAR}reproof: {doing} ({:.1} s)", begun.elapsed().as_secs_f64()));
        let is_over = line.is_none();
        let text = line.unwrap_or_else(|| if is_drawn { CLEAR.to_owned() } else { String::new() });
        let _unseen = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        if is_over {
            return;
        }
        (is_drawn, wait) = (true, BEAT);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn half_a_second_is_silent_and_the_line_is_taken_back() {
        let shared = Shared { doing: Mutex::new(None), changed: Condvar::new() };
        let mut drawn = Vec::new();
        draw(&shared, &mut drawn);
        assert!(drawn.is_empty());
        *shared.doing.lock().unwrap() = Some("reading");
        std::thread::scope(|scope| {
            let drawing = scope.spawn(|| draw(&shared, &mut drawn));
            std::thread::sleep(SILENCE + BEAT);
            *shared.doing.lock().unwrap() = None;
            shared.changed.notify_all();
            drawing.join().unwrap();
        });
        let text = String::from_utf8(drawn).unwrap();
        assert!(text.starts_with(&format!("{CLEAR}reproof: reading (0.")) && text.ends_with(CLEAR), "{text:?}");
    }
}
