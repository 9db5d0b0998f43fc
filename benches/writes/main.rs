//! What an acknowledged crowd report costs, as a ratio to the limit: a bare writer that puts the same rows into the same
//! tables of a file beside it, in groups as large, each with fsync, in the same run. `cargo bench` prints the figures.
//!
//! 64 phones report over HTTP, each again as soon as it is answered; server, phones and the bare writer share the
//! machine. Rounds of the two alternate, because its speed drifts; medians are printed, and of latencies the worst round.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures are what a benchmark is for")]

mod bare;
mod phones;

use phones::Phones;
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);

/// One round of either.
pub struct Round {
    /// Reports that were acknowledged.
    pub reports: u64,
    /// In how many commits.
    pub commits: u64,
    /// How long it took.
    pub took: Duration,
    /// How long each request took, in order; none of the bare writer.
    pub latencies: Vec<Duration>,
}

impl Round {
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    fn rate(&self) -> f64 {
        self.reports as f64 / self.took.as_secs_f64()
    }

    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    fn group(&self, batch: usize) -> f64 {
        self.reports as f64 / batch as f64 / self.commits.max(1) as f64
    }

    fn p99(&self) -> Duration {
        self.latencies.get(self.latencies.len() * 99 / 100).copied().unwrap_or_default()
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(measure());
}

async fn measure() {
    // On the disk that the build is on, not in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    println!(
        "64 phones, {ROUNDS} rounds of {} s, fsync each commit; ratio = ours / the bare writer",
        ROUND.as_secs()
    );
    println!(
        "{:<26} {:>10} {:>12} {:>12} {:>7} {:>10} {:>10}",
        "reports a request", "group", "bare /s", "ours /s", "ratio", "p50", "p99"
    );
    for batch in [1, 10] {
        let phones = Phones::start(&folder.path().join(format!("ours-{batch}.db"))).await;
        let mut bare = bare::Writer::open(&folder.path().join(format!("bare-{batch}.db"))).await;
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let b = phones.round(batch, ROUND).await;
            let a = bare.round(batch, b.group(batch), ROUND).await;
            eprintln!(
                "round {round}: bare {:.0}/s, ours {:.0}/s in groups of {:.1}",
                a.rate(),
                b.rate(),
                b.group(batch)
            );
            // The first round warms up.
            if 0 < round {
                theirs.push(a);
                ours.push(b);
            }
        }
        let (bare, own) = (median(&theirs, Round::rate), median(&ours, Round::rate));
        let p50 = |round: &Round| round.latencies[round.latencies.len() / 2];
        println!(
            "{batch:<26} {:>10.1} {bare:>12.0} {own:>12.0} {:>7.2} {:>10.1?} {:>10.1?}",
            median(&ours, |round| round.group(batch)),
            own / bare,
            ours.iter().map(p50).max().expect("a round"),
            ours.iter().map(Round::p99).max().expect("a round"),
        );
    }
}

fn median(rounds: &[Round], figure: impl Fn(&Round) -> f64) -> f64 {
    let mut all: Vec<f64> = rounds.iter().map(figure).collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
