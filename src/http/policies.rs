//! `/v1/policies`: by which thresholds the beaches are judged, and from when on; and what others would show.
use super::Site;
use super::auth::Admitted;
use super::body::Given;
use super::json::uncached;
use super::paging::write_list;
use super::problem::Problem;
use super::query::{Query, invalid};
use crate::access::By;
use crate::app::{Trial, Tried};
use crate::beaches::{Policy, PolicyValues};
use crate::catalogue::{AdoptedPolicy, Policies};
use crate::command::{Command, DeclareOutcome, Outcome};
use crate::formats::crowd::{read_adoption, write_ratio, write_values};
use crate::formats::json::{write_instant, write_key, write_string, write_text};
use crate::ids::RequestId;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};

/// A policy as it is shown: the default has never been adopted.
struct Shown<'a> {
    version: &'a str,
    adopted: Option<&'a AdoptedPolicy>,
    values: PolicyValues,
}

impl<'a> From<&'a AdoptedPolicy> for Shown<'a> {
    fn from(adopted: &'a AdoptedPolicy) -> Self {
        let (version, values) = (adopted.policy.version(), *adopted.policy.values());
        Self { version, adopted: Some(adopted), values }
    }
}

pub(super) async fn policies(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    _: Admitted,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let (policies, now) = (site.app().policies().await?, site.app().clock().now());
    let default = Shown { version: Policy::DEFAULT_VERSION, adopted: None, values: PolicyValues::COVID_2020 };
    let newest: Vec<Shown<'_>> =
        policies.all().iter().rev().map(Shown::from).chain(std::iter::once(default)).collect();
    let mut out = b"{\"policies\":".to_vec();
    write_list(&mut out, &newest, write_policy);
    write_key(&mut out, "in_force");
    write_string(&mut out, policies.in_force(now).version());
    write_next(&mut out, &policies, now);
    out.push(b'}');
    Ok(uncached(out))
}

/// Appends which policy begins next, and when.
fn write_next(out: &mut Vec<u8>, policies: &Policies, now: DateTime<Utc>) {
    write_key(out, "next");
    let Some(at) = policies.next_change(now) else { return out.extend_from_slice(b"null") };
    out.push(b'{');
    write_key(out, "version");
    write_string(out, policies.in_force(at).version());
    write_key(out, "adopted_from");
    write_instant(out, at);
    out.push(b'}');
}

fn write_policy(out: &mut Vec<u8>, policy: &Shown<'_>) {
    write_key(out, "version");
    write_string(out, policy.version);
    for (name, at) in [
        ("adopted_from", policy.adopted.map(|adopted| adopted.adopted_from)),
        ("created_at", policy.adopted.map(|adopted| adopted.created_at)),
    ] {
        write_key(out, name);
        match at {
            Some(at) => write_instant(out, at),
            None => out.extend_from_slice(b"null"),
        }
    }
    write_text(out, "author", policy.adopted.map(|adopted| &*adopted.author));
    write_values(out, &policy.values);
}

pub(super) async fn adopt(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    Given(body): Given,
) -> Result<Response, Problem> {
    let parameters = Query::read(raw.as_deref(), &["dry_run"])?;
    let is_trial = match parameters.get("dry_run") {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => return Err(invalid("dry_run", other, "true or false")),
    };
    let adoption = read_adoption(&body)?;
    if is_trial {
        let version = adoption.policy.version().to_owned();
        return Ok(tried(&version, &site.app().tried(adoption.policy).await?));
    }
    let command = Command::AdoptPolicy(adoption);
    match site.app().execute(command, By::Actor(admitted.permit), request).await? {
        Outcome::Declare(DeclareOutcome::Adopted(adopted)) => Ok(answer(StatusCode::CREATED, &adopted)),
        Outcome::Declare(DeclareOutcome::AdoptedBefore(adopted)) => Ok(answer(StatusCode::OK, &adopted)),
        other => Err(Problem::unheard_of(other)),
    }
}

fn answer(status: StatusCode, adopted: &AdoptedPolicy) -> Response {
    let mut out = vec![b'{'];
    write_policy(&mut out, &adopted.into());
    out.push(b'}');
    let mut response = uncached(out);
    *response.status_mut() = status;
    response
}

/// The answer of what the policy called `version` would show.
fn tried(version: &str, trial: &Trial) -> Response {
    let mut out = vec![b'{'];
    for (name, text) in [("version", version), ("in_force", trial.in_force.version())] {
        write_key(&mut out, name);
        write_string(&mut out, text);
    }
    write_key(&mut out, "computed_at");
    write_instant(&mut out, trial.at);
    write_key(&mut out, "beaches");
    write_list(&mut out, &trial.beaches, |out, Tried { beach, is, would_be }: &Tried| {
        write_key(out, "beach");
        write_string(out, beach.as_str());
        for (level, ratio, status) in [("level", "ratio", is), ("would_be", "would_be_ratio", would_be)] {
            write_key(out, level);
            write_string(out, status.level.name());
            write_key(out, ratio);
            write_ratio(out, status.ratio());
        }
    });
    out.push(b'}');
    uncached(out)
}
