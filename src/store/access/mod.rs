//! Who may act: organisations, actors, tokens and enrolment codes, one row each. It knows no rule of who may what.
mod actors;
mod applications;
mod enrolments;
mod organisations;
mod tokens;

pub use applications::ApplicationFilter;

use super::StoreError;
use super::tx::Reading;
use crate::access::{Beaches, Roster};
use crate::ids::FeatureId;
use std::collections::BTreeSet;

impl Reading {
    /// Everybody who may act.
    pub async fn roster(&mut self) -> Result<Roster, StoreError> {
        let (organisations, actors) = (self.organisations().await?, self.actors().await?);
        Ok(Roster::new(organisations, actors, self.tokens().await?))
    }
}

/// Every beach, in a column of beaches; no id has a star.
const ALL: &str = "*";

fn beaches_column(beaches: &Beaches) -> String {
    match beaches {
        Beaches::All => ALL.to_owned(),
        Beaches::These(ids) => ids_column(ids),
    }
}

fn beaches(column: &str) -> Result<Beaches, impl ToString + use<>> {
    if column == ALL { Ok(Beaches::All) } else { ids(column).map(Beaches::These) }
}

fn ids_column(ids: &BTreeSet<FeatureId>) -> String {
    ids.iter().map(FeatureId::as_str).collect::<Vec<_>>().join(",")
}

fn ids(column: &str) -> Result<BTreeSet<FeatureId>, impl ToString + use<>> {
    column.split(',').filter(|id| !id.is_empty()).map(FeatureId::new).collect()
}
