//! A service, and 64 phones that report to it.
use super::Round;
use promenade::access::{Beaches, By, Personal, Profile, ReportsAs, Role, TokenKind, TokenText};
use promenade::app::{self, App, Seed, new_token};
use promenade::clock::Clock;
use promenade::command::{AccessCommand, Command};
use promenade::formats::area;
use promenade::http::server::{Limits, serve};
use promenade::http::{Front, Pressure, Rate, RequestLimits, Site};
use promenade::ids::{ActorId, RequestId};
use promenade::store::{Access, Location, Store};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use uuid::Uuid;

const PHONES: usize = 64;

/// A service, and the tokens of its phones.
pub struct Phones {
    address: SocketAddr,
    tokens: Vec<String>,
    app: App,
}

impl Phones {
    /// Serves Sandhaven from a database in `file`.
    pub async fn start(file: &Path) -> Self {
        let location: Location = format!("sqlite://{}", file.display()).parse().expect("a location");
        let store = Store::open(&location, Access::Create).await.expect("a database");
        store.migrate().await.expect("its tables");
        let (area, _) =
            area::read(files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/area/sandhaven"))));
        let seed = Seed::Named(Box::new(area.expect("the area")));
        let (app, _fatal) = app::start(store, Clock::system(), seed).await.expect("a service");
        let mut tokens = Vec::new();
        for number in 0..PHONES {
            tokens.push(token(&app, number).await);
        }
        let requests = RequestLimits {
            writes_per_token: Rate::new(1_000_000, 1_000_000).expect("a rate"),
            ..RequestLimits::default()
        };
        let site = Site::new(app.clone(), "http://127.0.0.1:8080");
        let (public, _admin) = Front::both(&site, requests, Pressure::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let refuse = Arc::new(|_| unreachable!("the benchmark sends small heads"));
        let answer = move |request| public.clone().answer(request);
        tokio::spawn(serve(listener, answer, Limits::default(), refuse, std::future::pending()));
        Self { address, tokens, app }
    }

    /// Every phone reports `batch` counts at once, over and over for `time`.
    pub async fn round(&self, batch: usize, time: Duration) -> Round {
        let before = self.app.commits();
        let start = Instant::now();
        let mut tasks = JoinSet::new();
        for token in &self.tokens {
            tasks.spawn(phone(self.address, token.clone(), batch, start + time));
        }
        let mut latencies: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
        let took = start.elapsed();
        latencies.sort_unstable();
        let reports = latencies.len() as u64 * batch as u64;
        Round { reports, commits: self.app.commits() - before, took, latencies }
    }
}

/// The files of an area folder.
fn files(root: &Path) -> area::Files {
    let mut files = area::Files::new();
    for folder in [root.to_owned(), root.join("places")] {
        for entry in std::fs::read_dir(folder).expect("the area") {
            let path = entry.expect("a file of the area").path();
            if path.is_file() {
                let name = path.strip_prefix(root).expect("below").display().to_string();
                files.insert(name, std::fs::read(path).expect("a file of the area"));
            }
        }
    }
    files
}

async fn token(app: &App, number: usize) -> String {
    let profile = Profile {
        name: Some(Personal::new(&format!("Tower {number}"))),
        email: None,
        organisation: None,
        roles: BTreeSet::from([Role::Patrol]),
        beaches: Beaches::All,
        reports_as: Some(ReportsAs::Patrol),
    };
    let (token, secret) = new_token(None);
    let text = TokenText::new(TokenKind::Staff, token.id, &secret);
    let command = AccessCommand::CreateActorWithToken { id: ActorId::fresh(), profile, token };
    app.execute(Command::Access(command), By::Operator, RequestId::fresh()).await.expect("a token");
    text.reveal().to_owned()
}

/// How long each request took.
async fn phone(address: SocketAddr, token: String, batch: usize, end: Instant) -> Vec<Duration> {
    let mut stream = TcpStream::connect(address).await.expect("connecting");
    stream.set_nodelay(true).expect("a socket option");
    let (mut latencies, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
    while Instant::now() < end {
        let request = request(&token, batch);
        let asked = Instant::now();
        stream.write_all(request.as_bytes()).await.expect("reporting");
        let mut filled = 0;
        while !is_whole(&buffer[..filled]) {
            let read = stream.read(&mut buffer[filled..]).await.expect("an answer");
            assert!(0 < read, "the server hung up");
            filled += read;
        }
        assert!(buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..filled]));
        latencies.push(asked.elapsed());
    }
    latencies
}

fn request(token: &str, batch: usize) -> String {
    // The phone's clock may show anything: only the distance counts.
    let mut body = String::from(r#"{"sent_at":"2026-07-18T12:00:00Z","reports":["#);
    for number in 0..batch {
        let comma = if number == 0 { "" } else { "," };
        let (id, count) = (Uuid::now_v7(), 400 + number);
        write!(
            body,
            r#"{comma}{{"id":"{id}","beach":"beach-north-sands","observed_at":"2026-07-18T12:00:00Z","count":{count},"method":"counted"}}"#
        )
        .expect("writing to memory cannot fail");
    }
    body.push_str("]}");
    format!(
        "POST /v1/crowd-reports HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Whether `bytes` are an answer to its end.
fn is_whole(bytes: &[u8]) -> bool {
    let Some(head) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let text = String::from_utf8_lossy(&bytes[..head]);
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    length
        .and_then(|length| length.parse::<usize>().ok())
        .is_some_and(|length| head + 4 + length <= bytes.len())
}
