//! What a public read costs, as a ratio to the limit: a bare axum handler that returns a static body of the same
//! size, measured in the same run. `cargo bench` (or `tests/run --bench`) prints the figures; `cargo bench --bench reads
//! -- window` those of the requests alone that have this in their name.
//!
//! The server is a process on one core, the clients are on the other: 32 connections, each asking again as soon
//! as it is answered. Rounds of the two alternate, because the machine's speed drifts; medians are printed.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures are what a benchmark is for")]

mod load;
mod made;
mod offers;

use axum::Router;
use axum::body::Bytes;
use axum::routing::get;
use load::{Figures, Round};
use promenade::http::Front;
use promenade::http::server::{Limits, serve};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 5;

/// A request, by name.
struct Case {
    name: &'static str,
    target: String,
    headers: &'static str,
}

fn cases() -> Vec<Case> {
    let case = |name, target: &str, headers| Case { name, target: target.to_owned(), headers };
    let near = "/v1/nearby?lat=54.61&lon=-3.45&radius_m=25000&collections=toilets&limit=20";
    let window = "bbox=-3.60,54.45,-3.40,54.65";
    let items = "/v1/collections/occurrences/items";
    let dates = format!("{items}?datetime=2027-03-06T00:00:00Z/2027-03-07T23:59:59Z&{window}");
    let quarter = &format!("{items}?datetime=2027-03-01T00:00:00Z/2027-05-31T23:59:59Z&{window}&limit=20");
    let on =
        "/v1/nearby?lat=54.61&lon=-3.45&radius_m=25000&collections=occurrences&when=next_7_days&limit=20";
    vec![
        case("nearest 20 of one collection", near, ""),
        case("the same, gzip", near, "accept-encoding: gzip\r\n"),
        case(
            "the same, open now",
            "/v1/nearby?lat=54.61&lon=-3.45&radius_m=25000&collections=toilets&limit=20&open=now",
            "",
        ),
        case(
            "map window, 20 with their count",
            "/v1/collections/toilets/items?bbox=-3.46,54.60,-3.44,54.62&limit=20",
            "",
        ),
        case("one feature by id", "/v1/collections/toilets/items/t-050000", ""),
        case("14 beach statuses", "/v1/beaches/status", ""),
        case("the same, gzip", "/v1/beaches/status", "accept-encoding: gzip\r\n"),
        case("dates of a weekend in a window, 20", &format!("{dates}&limit=20"), ""),
        case("the same, in their order", &format!("{dates}&limit=20&sortby=starts_at"), ""),
        case("the same, 100", &format!("{dates}&limit=100"), ""),
        case("dates of a quarter in a window, 20", quarter, ""),
        case("what is on within 7 days, nearest 20", on, ""),
    ]
}

/// Questions for what businesses offer.
fn offered() -> Vec<Case> {
    let case = |name, target: &str| Case { name, target: target.to_owned(), headers: "" };
    let items = "/v1/collections/promotions/items?limit=20";
    let [lon, lat] = offers::centre();
    let near = format!("lat={lat}&lon={lon}&radius_m=25000&collections=promotions&limit=20");
    let window = format!("{},{},{},{}", lon - 0.005, lat - 0.005, lon + 0.005, lat + 0.005);
    vec![
        case("offers of a draw, 20", &format!("{items}&seed=7")),
        case("offers in a window, 20", &format!("{items}&bbox={window}")),
        case("offers near, nearest 20", &format!("/v1/nearby?{near}&seed=7")),
    ]
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("--serve-limit") => serve_limit(number(&arguments[2])),
        Some("--serve") => made::serve_made(number(&arguments[2]), number(&arguments[3])),
        _ => measure(arguments.iter().skip(1).find(|argument| !argument.starts_with('-'))),
    }
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}

/// Serves a static body of `size` bytes, as `axum::serve` does it.
fn serve_limit(size: usize) {
    load::pin(0);
    runtime().block_on(async move {
        let body = Bytes::from(vec![b'x'; size]);
        let router = Router::new()
            .route("/", get(move || async move { ([("content-type", "application/geo+json")], body) }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        println!("{}", listener.local_addr().expect("an address"));
        axum::serve(listener, router).await.expect("serving");
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

/// Measures the cases, or those alone whose name has `part` in it.
fn measure(part: Option<&String>) {
    let wanted = |case: &Case| part.is_none_or(|part| case.name.contains(part));
    for (features, promotions, cases) in [(100_000, 0, cases()), (100, 5_000, offered())] {
        if cases.iter().any(wanted) {
            let what = format!("{features} features, {promotions} promotions");
            eprintln!("making {what}");
            let promenade = Server::start(&["--serve", &features.to_string(), &promotions.to_string()]);
            eprintln!("ready; resident {} MB", promenade.resident_mb());
            load::pin(1);
            println!(
                "{what}, 32 connections, {ROUNDS} rounds; ratio = what the limit costs / what this costs"
            );
            measure_at(promenade, cases.into_iter().filter(wanted));
        }
    }
}

/// Measures `cases` at one server, and stops it.
fn measure_at(mut promenade: Server, cases: impl Iterator<Item = Case>) {
    println!(
        "{:<34} {:>8} {:>11} {:>11} {:>7} {:>7}",
        "request", "bytes", "limit µs", "ours µs", "cpu", "rate"
    );
    for case in cases {
        let size = load::sample(&promenade.address, &case.target, case.headers);
        let mut limit = Server::start(&["--serve-limit", &size.to_string()]);
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let a = limit.round("/", "");
            let b = promenade.round(&case.target, case.headers);
            // The first round warms up.
            if 0 < round {
                theirs.push(a);
                ours.push(b);
            }
        }
        let (theirs, ours) = (Figures::of(&theirs), Figures::of(&ours));
        println!(
            "{:<34} {size:>8} {:>11.2} {:>11.2} {:>7.2} {:>7.2}",
            case.name,
            theirs.cpu_us,
            ours.cpu_us,
            theirs.cpu_us / ours.cpu_us,
            ours.rate / theirs.rate
        );
        limit.stop();
    }
    promenade.stop();
}

/// A server in a process of its own.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut child =
            Command::new(program).args(arguments).stdout(Stdio::piped()).spawn().expect("starting a server");
        let mut line = String::new();
        let out = child.stdout.take().expect("a pipe");
        std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).expect("its address");
        Self { child, address: line.trim().to_owned() }
    }

    fn round(&mut self, target: &str, headers: &str) -> Round {
        let before = load::cpu(self.child.id());
        let asked = load::ask(&self.address, target, headers, Duration::from_millis(1500));
        Round { answers: asked.0, took: asked.1, cpu: load::cpu(self.child.id()).saturating_sub(before) }
    }

    fn resident_mb(&self) -> u64 {
        load::resident_mb(self.child.id())
    }

    fn stop(&mut self) {
        self.child.kill().expect("stopping a server");
        self.child.wait().expect("its end");
    }
}

/// Serves `front` as the program does.
async fn serve_as_promenade(front: Front) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    println!("{}", listener.local_addr().expect("an address"));
    let refuse = Arc::new(|_| unreachable!("the benchmark sends small heads"));
    serve(
        listener,
        move |request| front.clone().answer(request),
        Limits::default(),
        refuse,
        std::future::pending(),
    )
    .await;
}
