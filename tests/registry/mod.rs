//! A package registry on the loopback that speaks the three protocols and misbehaves as it is told.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is answered to a path.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) how: How,
}

/// How an answer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// As it should be.
    Well,
    /// After a while.
    Late(Duration),
    /// The connection is closed half way.
    CutOff,
    /// The first so many questions are answered with 429.
    After(usize),
    /// It goes on for ever.
    Endless,
}

/// A question that was asked: path, and the value of some headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
}

/// A running registry.
pub(crate) struct Registry {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    pages: Mutex<BTreeMap<String, Page>>,
    asked: Mutex<Vec<Asked>>,
    in_flight: Mutex<(usize, usize)>,
    delay: Mutex<Duration>,
}

impl Page {
    pub(crate) fn json(body: impl Into<String>) -> Self {
        let headers = vec![("Content-Type".to_owned(), "application/vnd.pypi.simple.v1+json".to_owned())];
        Self { status: 200, headers, body: body.into().into_bytes(), how: How::Well }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: b"no".to_vec(), how: How::Well }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn how(mut self, how: How) -> Self {
        self.how = how;
        self
    }
}

impl Registry {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                std::thread::spawn(move || serve(&stream, &state));
            }
        });
        Self { address, state }
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The same machine by another name, for redirects that leave the host.
    pub(crate) fn other_url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.address.port())
    }

    pub(crate) fn put(&self, path: &str, page: Page) {
        self.state.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    /// Every answer comes so late.
    pub(crate) fn delay(&self, delay: Duration) {
        *self.state.delay.lock().unwrap() = delay;
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state.asked.lock().unwrap().clone()
    }

    /// The most questions that were answered at one time.
    pub(crate) fn most_in_flight(&self) -> usize {
        self.state.in_flight.lock().unwrap().1
    }
}

fn serve(stream: &TcpStream, state: &State) {
    let mut reader = BufReader::new(stream);
    while let Some(asked) = read(&mut reader) {
        {
            let mut flight = state.in_flight.lock().unwrap();
            flight.0 += 1;
            flight.1 = flight.1.max(flight.0);
        }
        let before = state.asked.lock().unwrap().iter().filter(|earlier| earlier.path == asked.path).count();
        let page = state.pages.lock().unwrap().get(&asked.path).cloned();
        let etag = asked.headers.get("if-none-match").cloned();
        state.asked.lock().unwrap().push(asked);
        std::thread::sleep(*state.delay.lock().unwrap());
        let stays = answer(stream, page.unwrap_or_else(|| Page::status(404)), before, etag.as_deref());
        state.in_flight.lock().unwrap().0 -= 1;
        if !stays {
            return;
        }
    }
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim().split_once(':') {
            Some((name, value)) => headers.insert(name.to_ascii_lowercase(), value.trim().to_owned()),
            None => return Some(Asked { path, headers }),
        };
    }
}

/// Whether the connection stays open.
fn answer(mut stream: &TcpStream, page: Page, before: usize, etag: Option<&str>) -> bool {
    let page = match page.how {
        How::Late(time) => {
            std::thread::sleep(time);
            page
        }
        How::After(count) if before < count => Page::status(429).with("Retry-After", "0"),
        _ => page,
    };
    let own = page.headers.iter().find(|(name, _)| name == "ETag").map(|(_, value)| value.as_str());
    let page = if own.is_some() && own == etag { Page { status: 304, body: Vec::new(), ..page } } else { page };
    let mut head = format!("HTTP/1.1 {} x\r\n", page.status);
    let length = if page.how == How::Endless { usize::MAX >> 1 } else { page.body.len() };
    head += &format!("Content-Length: {length}\r\n");
    for (name, value) in &page.headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += "\r\n";
    let mut whole = head.into_bytes();
    let shown = match page.how {
        How::Endless => 0,
        How::CutOff => page.body.len() / 2,
        _ => page.body.len(),
    };
    // In one piece: two small ones would wait for each other.
    whole.extend_from_slice(&page.body[..shown]);
    if stream.write_all(&whole).is_err() {
        return false;
    }
    match page.how {
        How::CutOff => {
            let _gone = stream.shutdown(std::net::Shutdown::Both);
            false
        }
        How::Endless => {
            let block = vec![b' '; 1 << 16];
            while stream.write_all(&block).is_ok() {}
            false
        }
        _ => true,
    }
}
