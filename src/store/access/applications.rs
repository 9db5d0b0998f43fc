//! Applications, one row each. The name and address of who asks stand there until it is decided.
use crate::access::{Applicant, Personal};
use crate::catalogue::{Application, ApplicationState};
use crate::formats::json::{feature_document, read_feature_document};
use crate::ids::{ApplicationId, FeatureId, OrganisationId, Version};
use crate::store::StoreError;
use crate::store::link::on;
use crate::store::tx::{Reading, Tx};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use uuid::Uuid;

/// Which applications are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ApplicationFilter {
    /// Those of this state; of every state without one.
    pub state: Option<&'static str>,
    /// Those that came after this one.
    pub after: Option<ApplicationId>,
}

/// Id, document, offer, name, e-mail, state, reason, organisation, business, version, created and decided.
type ApplicationRow = (
    Uuid,
    String,
    String,
    Option<String>,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    i64,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
);

fn application(row: ApplicationRow) -> Result<Application, StoreError> {
    let (
        id,
        document,
        offer,
        name,
        email,
        state,
        reason,
        organisation,
        business,
        version,
        created_at,
        decided_at,
    ) = row;
    let row = format!("application {}", ApplicationId(id));
    let state = match (state.as_str(), organisation, business, reason) {
        ("waiting", None, None, None) => ApplicationState::Waiting,
        ("accepted", Some(organisation), Some(business), None) => ApplicationState::Accepted {
            organisation: OrganisationId::new(&organisation).map_err(|error| StoreError::row(&row, error))?,
            business: FeatureId::new(&business).map_err(|error| StoreError::row(&row, error))?,
        },
        ("refused", None, None, Some(reason)) => ApplicationState::Refused { reason: reason.into() },
        (state, ..) => return Err(StoreError::row(&row, format!("state `{state}`"))),
    };
    let document = read_feature_document(&document).map_err(|error| StoreError::row(&row, error))?;
    let applicant = name
        .zip(email)
        .map(|(name, email)| Applicant { name: Personal::new(&name), email: Personal::new(&email) });
    Ok(Application {
        id: ApplicationId(id),
        business: Arc::new(document),
        offer: offer.into(),
        applicant,
        state,
        version: Version(version),
        created_at,
        decided_at,
    })
}

const SELECT: &str =
    "SELECT id, document, offer, applicant_name, applicant_email, state, reason, organisation,
        business, version, created_at, decided_at
    FROM application WHERE id = $1";

impl Reading {
    /// The application `id`.
    pub async fn application(&mut self, id: ApplicationId) -> Result<Option<Application>, StoreError> {
        let row: Option<ApplicationRow> =
            on!(&mut self.link, conn => sqlx::query_as(SELECT).bind(id.0).fetch_optional(conn).await)?;
        row.map(application).transpose()
    }

    /// The applications that `filter` asks for, the oldest first, at most `limit`.
    pub async fn applications(
        &mut self,
        filter: ApplicationFilter,
        limit: i64,
    ) -> Result<Vec<Application>, StoreError> {
        const SELECT: &str =
            "SELECT id, document, offer, applicant_name, applicant_email, state, reason, organisation,
                business, version, created_at, decided_at
            FROM application
            WHERE ($1 IS NULL OR state = $1)
                AND ($2 IS NULL OR (created_at, id) > (SELECT created_at, id FROM application WHERE id = $2))
            ORDER BY created_at, id LIMIT $3";
        let rows: Vec<ApplicationRow> = on!(&mut self.link, conn => sqlx::query_as(SELECT)
            .bind(filter.state).bind(filter.after.map(|after| after.0)).bind(limit).fetch_all(conn).await)?;
        rows.into_iter().map(application).collect()
    }
}

impl Tx {
    /// The application `id`.
    pub async fn application(&mut self, id: ApplicationId) -> Result<Option<Application>, StoreError> {
        let row: Option<ApplicationRow> =
            on!(&mut self.link, conn => sqlx::query_as(SELECT).bind(id.0).fetch_optional(conn).await)?;
        row.map(application).transpose()
    }

    /// How many applications wait.
    pub async fn waiting_applications(&mut self) -> Result<i64, StoreError> {
        const COUNT: &str = "SELECT count(*) FROM application WHERE state = 'waiting'";
        Ok(on!(&mut self.link, conn => sqlx::query_scalar(COUNT).fetch_one(conn).await)?)
    }

    /// The applications that have waited since `instant` or longer, the oldest first, at most `limit`.
    pub async fn applications_waiting_since(
        &mut self,
        instant: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Application>, StoreError> {
        const SELECT: &str =
            "SELECT id, document, offer, applicant_name, applicant_email, state, reason, organisation,
                business, version, created_at, decided_at
            FROM application WHERE state = 'waiting' AND created_at <= $1
            ORDER BY created_at, id LIMIT $2";
        let rows: Vec<ApplicationRow> = on!(&mut self.link, conn => sqlx::query_as(SELECT)
            .bind(instant).bind(limit).fetch_all(conn).await)?;
        rows.into_iter().map(application).collect()
    }

    /// Writes an application, new or known. What it says stays as it was first written.
    pub async fn save_application(&mut self, application: &Application) -> Result<(), StoreError> {
        const UPSERT: &str =
            "INSERT INTO application (id, document, offer, applicant_name, applicant_email, state, reason,
                organisation, business, version, created_at, decided_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (id) DO UPDATE SET applicant_name = excluded.applicant_name,
                applicant_email = excluded.applicant_email, state = excluded.state, reason = excluded.reason,
                organisation = excluded.organisation, business = excluded.business,
                version = excluded.version, decided_at = excluded.decided_at";
        let applicant = application.applicant.as_ref();
        let (organisation, business, reason) = match &application.state {
            ApplicationState::Waiting => (None, None, None),
            ApplicationState::Accepted { organisation, business } => {
                (Some(organisation.as_str()), Some(business.as_str()), None)
            }
            ApplicationState::Refused { reason } => (None, None, Some(&**reason)),
        };
        on!(&mut self.link, conn => sqlx::query(UPSERT)
            .bind(application.id.0).bind(feature_document(&application.business))
            .bind(application.offer.as_ref()).bind(applicant.map(|one| one.name.reveal()))
            .bind(applicant.map(|one| one.email.reveal())).bind(application.state.name()).bind(reason)
            .bind(organisation).bind(business).bind(application.version.0).bind(application.created_at)
            .bind(application.decided_at).execute(conn).await.map(drop))?;
        Ok(())
    }
}
