//! The doors over HTTP: the API for everybody, and a listener for what the public must not see.
//!
//! A handler takes, translates, asks and answers. What it must not know: SQL, and how the connection is kept.
mod access;
mod admin;
mod answer;
mod audit;
mod auth;
mod beaches;
mod body;
mod client;
mod collections;
mod crowd;
mod documents;
mod during;
mod edits;
mod events;
mod feeds;
mod flight;
mod front;
mod gate;
mod health;
mod items;
mod json;
mod kept;
mod nearby;
mod pages;
mod paging;
mod path;
mod policies;
mod precondition;
mod pressure;
mod problem;
mod promotions;
mod quality;
mod query;
mod rates;
mod routes;
mod scan;
pub mod server;
mod sources;
mod whose;

pub use flight::InFlight;
pub use front::{Front, refuse};
pub use gate::RequestLimits;
pub use pressure::Pressure;
pub use problem::{KINDS, Kind, Problem};
pub use rates::{Rate, RateError};
pub use routes::operations;

use crate::app::App;
use access::Attempts;
use kept::Kept;
use promotions::Tallies;
use std::sync::Arc;

/// What every handler may use. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Site(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    /// The service.
    app: App,
    /// The address that links begin with, without a slash at the end.
    base: String,
    /// Wrong enrolment codes that were tried here.
    attempts: Attempts,
    /// How much each address had counted here.
    tallies: Tallies,
    /// Applications that came here.
    applications: Attempts,
    /// How full every beach is, as it is asked over and over.
    statuses: Kept,
}

impl Site {
    /// The site of `app` whose links begin with `public_url`.
    pub fn new(app: App, public_url: &str) -> Self {
        let base = public_url.trim_end_matches('/').to_owned();
        let (attempts, applications) = (Attempts::of_codes(), Attempts::of_applications());
        let (tallies, statuses) = (Tallies::default(), Kept::default());
        Self(Arc::new(Inside { app, base, attempts, tallies, applications, statuses }))
    }

    fn app(&self) -> &App {
        &self.0.app
    }

    fn base(&self) -> &str {
        &self.0.base
    }

    fn attempts(&self) -> &Attempts {
        &self.0.attempts
    }

    fn tallies(&self) -> &Tallies {
        &self.0.tallies
    }

    /// Applications that came here.
    fn applications(&self) -> &Attempts {
        &self.0.applications
    }

    fn statuses(&self) -> &Kept {
        &self.0.statuses
    }
}
