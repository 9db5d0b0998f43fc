//! Every report that was accepted is stored, after a kill too.
use super::{COVE, REPORTS, SANDS, id, written};
use crate::support::dice::Dice;
use crate::support::ledger::Ledger;
use crate::support::program::{Server, run, try_send};
use promenade::catalogue::CrowdReport;
use promenade::clock::Clock;
use promenade::ids::Revision;
use promenade::store::{Access, Store};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const AREA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/area/sandhaven");

/// Sends batches until nobody answers any more; the ids of the reports that were accepted.
fn send_until_killed(address: String, token: String) -> Vec<String> {
    let lines = [format!("Authorization: Bearer {token}"), "Content-Type: application/json".to_owned()];
    let lines = lines.each_ref().map(String::as_str);
    let mut accepted = Vec::new();
    loop {
        let now = written(Clock::system().now());
        let reports: Vec<Value> = (0..10)
            .map(|n| {
                let beach = [COVE, SANDS][n % 2];
                json!({"id": id(), "beach": beach, "observed_at": now, "band": "busy"})
            })
            .collect();
        let body = json!({"sent_at": now, "reports": reports}).to_string();
        let request = format!("POST {REPORTS} HTTP/1.1");
        let Ok((status, body)) = try_send(&address, &request, &lines, &body) else { return accepted };
        assert_eq!(status, 200, "{body}");
        // Cut short: what was accepted is not known.
        let Ok(answer) = serde_json::from_str::<Value>(&body) else { return accepted };
        for result in answer["results"].as_array().unwrap() {
            assert_eq!(result["result"], "accepted");
            accepted.push(result["id"].as_str().unwrap().to_owned());
        }
    }
}

/// Five rounds; 100 with `PROMENADE_LONG=1`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_accepted_report_is_stored_after_a_kill() {
    let rounds = if std::env::var_os("PROMENADE_LONG").is_some() { 100 } else { 5 };
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("promenade.db").display());
    let mut dice = Dice::new(2021);
    let mut accepted: Vec<String> = Vec::new();
    for _ in 0..rounds {
        let server = Server::start(folder.path(), &["--area", AREA, "--writes-per-token", "100000/100000"]);
        let create = ["token", "create", "--name", "Ada", "--role", "supervisor", "--beaches", "all"];
        let said = run(folder.path(), &create).out;
        let token = said.split_whitespace().find(|word| word.starts_with("prm_")).unwrap().to_owned();
        let sending: Vec<_> = (0..8)
            .map(|_| {
                let (address, token) = (server.public.clone(), token.clone());
                std::thread::spawn(move || send_until_killed(address, token))
            })
            .collect();
        tokio::time::sleep(Duration::from_secs_f64(dice.between(0.1, 0.4))).await;
        server.stop("KILL");
        for sending in sending {
            accepted.extend(sending.join().unwrap());
        }
        let store = Store::open(&url.parse().unwrap(), Access::Write).await.unwrap();
        let mut reading = store.read().await.unwrap();
        let stored: Vec<CrowdReport> = reading.reports_after(Revision(0)).await.unwrap();
        reading.close().await.unwrap();
        let ids: BTreeSet<String> = stored.iter().map(|report| report.id.to_string()).collect();
        let lost: Vec<_> = accepted.iter().filter(|id| !ids.contains(*id)).collect();
        assert!(lost.is_empty(), "{} of {} are lost: {lost:?}", lost.len(), accepted.len());
        Ledger::of(&store).await;
    }
    assert!(50 * rounds < accepted.len(), "only {} were accepted", accepted.len());
}
