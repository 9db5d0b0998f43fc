//! The command line: what one types, what it prints, and how it exits.
mod access;
mod area;
mod args;
mod audit;
mod banner;
mod change;
mod crowd;
mod events;
mod export;
mod failure;
mod logging;
mod rehearsal;
mod serve;

use args::{AuditVerb, Cli, Verb};
use clap::Parser;
use failure::Failure;
use std::io::Write;
use std::process::ExitCode;

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::general(error.into()).report(),
    };
    let done = runtime.block_on(async {
        match cli.verb {
            None => serve::serve(cli.serve).await,
            Some(Verb::Serve(args)) => serve::serve(args).await,
            Some(Verb::Init(args)) => change::init(args).await,
            Some(Verb::Import(args)) => change::import(args).await,
            Some(Verb::Close(args)) => change::close(args).await,
            Some(Verb::Open(args)) => change::open(args).await,
            Some(Verb::Audit(AuditVerb::Verify(args))) => audit::verify(args).await,
            Some(Verb::Audit(AuditVerb::Anchor(args))) => audit::anchor(args).await,
            Some(Verb::Export(args)) => export::export(args).await,
            Some(Verb::Token(verb)) => access::token(verb).await,
            Some(Verb::Organisation(verb)) => access::organisation(verb).await,
            Some(Verb::Crowd(verb)) => crowd::crowd(verb).await,
            Some(Verb::Clock(verb)) => rehearsal::move_clock(verb).await,
            Some(Verb::Check(args)) => area::check(args.area.as_deref()),
        }
    });
    // Whatever still runs was told to stop, and had its time.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Prints a line for the person at the terminal. A reader that has gone away is no error.
fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Prints a line beside the output: progress and errors.
fn tell(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
