//! How full the beaches are shown to be: by the rule, for as long as it may be said, on either database.
mod replayed;

use super::{COVE, SANDS, counted, patrol, sent, written};
use crate::support::people::organisation;
use crate::support::{Service, at};
use promenade::access::{By, OrganisationKind};
use promenade::beaches::{Access, Colour};
use promenade::catalogue::Axis;
use promenade::command::{Command, Declare, Declared};
use promenade::ids::{FeatureId, RequestId};
use serde_json::Value;
use uuid::Uuid;

/// What is shown of `beach` now.
async fn shown(service: &Service, beach: &str) -> Value {
    let mut answer = service.client.json("/v1/beaches/status").await;
    let beaches = answer["beaches"].as_array_mut().unwrap();
    beaches.iter_mut().find(|one| one["id"] == beach).unwrap()["crowd"].take()
}

/// Has the follower look now, as it does every second: it finds out which day it is, and whose policy.
async fn looked(service: &Service) {
    let fresh = format!("looked-{}", Uuid::new_v4().simple());
    organisation(&service.app, &fresh, OrganisationKind::Tourism, &[]).await;
}

/// Carries out a command as the operator.
async fn done(service: &Service, command: Command) {
    service.app.execute(command, By::Operator, RequestId::fresh()).await.unwrap();
}

/// Decides over what is counted on `beach` in a stretch of time.
async fn decided(
    service: &Service,
    beach: &str,
    (level, access): (Option<Colour>, Option<Access>),
    (starts_at, expires_at): (&str, &str),
) {
    let declared = Declared {
        level,
        access,
        code: "event".into(),
        message: None,
        starts_at: Some(at(starts_at)),
        expires_at: at(expires_at),
    };
    let beach = FeatureId::new(beach).unwrap();
    done(service, Command::Declare(Declare { beach, axis: Axis::Override, declared: vec![declared] })).await;
}
