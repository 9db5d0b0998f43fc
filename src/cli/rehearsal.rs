//! A rehearsal: a server whose time is made up, kept away from everything that is real.
use super::args::{ClockVerb, RehearsalArgs, ServeArgs};
use super::change::{Beside, beside, location, report};
use super::failure::Failure;
use crate::clock::{Clock, shown};
use crate::socket::Request;
use crate::store::Location;
use std::net::IpAddr;
use std::time::Duration;
use tokio::time::sleep;

/// The clock to serve by. Errs when it is a rehearsal's, and the public could meet it.
pub(super) fn clock(args: &ServeArgs, location: &Location) -> Result<Clock, Failure> {
    let Some(at) = args.rehearse_at else { return Ok(Clock::system()) };
    let refusals = refusals(args, location);
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals));
    }
    Clock::rehearsal(at).map_err(|error| Failure::Refused(vec![error.to_string()]))
}

fn refusals(args: &ServeArgs, location: &Location) -> Vec<String> {
    let mut refusals = Vec::new();
    let mut refuse = |what: &str| refusals.push(format!("with --rehearse-at the time is made up: {what}"));
    for (option, address) in [("--listen", args.listen), ("--admin-listen", args.admin_listen)] {
        if !is_loopback(address.ip()) {
            refuse(&format!("{option} must be an address of this machine alone, such as 127.0.0.1:8080"));
        }
    }
    if args.public_url.as_deref().is_some_and(|url| url.starts_with("https://")) {
        refuse("leave --public-url out, as a rehearsal is not for the public");
    }
    if !args.trusted_proxies.is_empty() {
        refuse("leave --trusted-proxies out, as a rehearsal is not for the public");
    }
    match location {
        Location::Sqlite(_) => {}
        Location::Postgres(_) => refuse("rehearse on a file, not on a database that others may share"),
    }
    refusals
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Where `clock` is a rehearsal's, has it said at once, and then every minute, until dropped.
pub(super) fn remind<F: FnMut(&Clock)>(clock: Clock, mut say: F) -> impl Future<Output = ()> + use<F> {
    if clock.is_rehearsal() {
        say(&clock);
    }
    async move {
        while clock.is_rehearsal() {
            sleep(Duration::from_mins(1)).await;
            say(&clock);
        }
    }
}

/// Says in the log that the time is made up.
pub(super) fn warn(clock: &Clock) {
    tracing::warn!(now = shown(clock.now()), "THIS IS A REHEARSAL: the time is made up");
}

/// Moves the time of the rehearsal that runs.
pub(super) async fn move_clock(verb: ClockVerb) -> Result<(), Failure> {
    let (RehearsalArgs { database }, request) = match verb {
        ClockVerb::Set(args) => (args.database, Request::SetClock { to: args.to }),
        ClockVerb::Forward(args) => (args.database, Request::ForwardClock { seconds: args.by.num_seconds() }),
    };
    let location = location(&database)?;
    if location.must_exist().is_ok()
        && let Beside::Server(took) = beside(&location, &request).await?
    {
        report(took);
        return Ok(());
    }
    Err(Failure::Refused(vec![format!(
        "no rehearsal runs on {location}: `promenade serve --rehearse-at INSTANT` begins one"
    )]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use tokio::time::timeout;

    #[tokio::test(start_paused = true)]
    async fn a_rehearsal_is_said_at_once_and_every_minute() {
        let times = Cell::new(0);
        let at = "2026-07-18T09:00:00Z".parse().unwrap();
        let reminding = remind(Clock::rehearsal(at).unwrap(), |_| times.set(times.get() + 1));
        let hour = timeout(Duration::from_secs(3_599), reminding).await;
        assert!(hour.is_err(), "it goes on");
        assert_eq!(times.get(), 60);
        remind(Clock::fixed(at), |_| panic!("nothing is rehearsed")).await;
    }
    use crate::cli::args::Cli;
    use clap::Parser;

    #[test]
    fn a_rehearsal_is_refused_wherever_the_public_could_meet_it() {
        let file = "sqlite://rehearsal.db";
        for (arguments, database, names) in [
            (&[][..], file, &[][..]),
            (&["--listen", "[::1]:80", "--public-url", "http://localhost:80"], file, &[]),
            (&["--listen", "[::ffff:127.0.0.1]:80"], file, &[]),
            (&["--listen", "0.0.0.0:80"], file, &["--listen"]),
            (
                &["--listen", "[::]:80", "--admin-listen", "10.0.0.1:80"],
                file,
                &["--listen", "--admin-listen"],
            ),
            (&["--public-url", "https://api.example.org"], file, &["--public-url"]),
            (&["--trusted-proxies", "127.0.0.1"], file, &["--trusted-proxies"]),
            (&[], "postgres://promenade@localhost/promenade", &["on a file"]),
        ] {
            let typed = [&["promenade", "--rehearse-at", "2026-07-18T09:00:00Z"], arguments].concat();
            let cli = Cli::try_parse_from(typed).unwrap();
            let refusals = refusals(&cli.serve, &database.parse().unwrap());
            assert_eq!(refusals.len(), names.len(), "{arguments:?}: {refusals:?}");
            for (refusal, name) in refusals.iter().zip(names) {
                assert!(refusal.contains(name), "{arguments:?}: {refusal}");
            }
        }
    }
}
