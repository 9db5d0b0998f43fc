//! The clients: as many requests as are answered, and what the server spent on them.
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 32;

/// One round.
pub struct Round {
    /// Answers counted.
    pub answers: u64,
    /// How long it took.
    pub took: Duration,
    /// What the server's process spent.
    pub cpu: Duration,
}

/// The medians of rounds.
pub struct Figures {
    /// Processor time a request, in microseconds.
    pub cpu_us: f64,
    /// Requests a second.
    pub rate: f64,
}

impl Figures {
    /// The medians of `rounds`.
    #[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^53")]
    pub fn of(rounds: &[Round]) -> Self {
        let median = |figure: fn(&Round) -> f64| {
            let mut all: Vec<f64> = rounds.iter().map(figure).collect();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        };
        Self {
            cpu_us: median(|round| round.cpu.as_secs_f64() * 1e6 / round.answers as f64),
            rate: median(|round| round.answers as f64 / round.took.as_secs_f64()),
        }
    }
}

/// Keeps this process on one core.
pub fn pin(core: usize) {
    let mut set = rustix::thread::CpuSet::new();
    set.set(core);
    // A machine with one core, or that forbids it, measures all the same, only less well.
    let _ = rustix::thread::sched_setaffinity(None, &set);
}

/// Asks for `target` over and over for `time`: answers, and how long it took.
pub fn ask(address: &str, target: &str, headers: &str, time: Duration) -> (u64, Duration) {
    let request = format!("GET {target} HTTP/1.1\r\nhost: bench\r\n{headers}\r\n").into_bytes();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let start = Instant::now();
    let answers = runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..CONNECTIONS {
            tasks.spawn(connection(address.to_owned(), request.clone(), start + time));
        }
        tasks.join_all().await.into_iter().sum()
    });
    (answers, start.elapsed())
}

async fn connection(address: String, request: Vec<u8>, end: Instant) -> u64 {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(&address).await.expect("connecting");
    stream.set_nodelay(true).expect("a socket option");
    let mut buffer = vec![0; 256 * 1024];
    let mut answers = 0;
    let mut total = None;
    while Instant::now() < end {
        stream.write_all(&request).await.expect("asking");
        let mut filled = 0;
        loop {
            let read = stream.read(&mut buffer[filled..]).await.expect("an answer");
            assert!(0 < read, "an answer shorter than the first, or none");
            filled += read;
            // Every answer to one request is as long as the first.
            if total.is_none() {
                total = length(&buffer[..filled]);
            }
            if total.is_some_and(|total| total <= filled) {
                break;
            }
        }
        answers += 1;
    }
    answers
}

/// How long the answer in `bytes` is, head and body, once its head is there.
fn length(bytes: &[u8]) -> Option<usize> {
    let text = String::from_utf8_lossy(bytes);
    let head = text.split_once("\r\n\r\n")?.0.to_owned();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let body = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
    Some(head.len() + 4 + body.parse::<usize>().expect("a number"))
}

/// The size of the body of the answer to `target`.
pub fn sample(address: &str, target: &str, headers: &str) -> usize {
    let mut stream = TcpStream::connect(address).expect("connecting");
    write!(stream, "GET {target} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n{headers}\r\n")
        .expect("asking");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("an answer");
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head") + 4;
    bytes.len() - head
}

/// What the process has spent so far.
pub fn cpu(process: u32) -> Duration {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).expect("its threads");
    let of = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(path.join("schedstat")).unwrap_or_default();
        text.split(' ').next().and_then(|ns| ns.parse::<u64>().ok()).unwrap_or(0)
    };
    Duration::from_nanos(threads.map(|thread| of(thread.expect("a thread").path())).sum())
}

/// Memory the process has, in megabytes.
pub fn resident_mb(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("a running process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
}
