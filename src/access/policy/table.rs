//! The policy table: one row a route, each with the roles that may and how far each reaches.
//!
//! A route without a row is not served. A new role is a variant of [`Role`], and a line in the rows where it may do
//! something; nothing else decides.
use super::{Reach, Row, Who};
use crate::access::Role;

const ADMIN: Who = Who::Roles(&[(Role::Admin, Reach::Everything)]);
const ADMIN_OR_AUDITOR: Who =
    Who::Roles(&[(Role::Admin, Reach::Everything), (Role::Auditor, Reach::Everything)]);
/// Who may edit items of a collection, each role of those it reaches.
const EDITORS: Who = Who::Roles(&[
    (Role::Business, Reach::OwnPromotions),
    (Role::Publisher, Reach::OwnPlaces),
    (Role::Publisher, Reach::OwnEvents),
    (Role::Publisher, Reach::OwnNotices),
    (Role::Publisher, Reach::OwnPromotions),
    (Role::Supervisor, Reach::BeachNotices),
]);

/// Who offers something.
const OFFERERS: Who =
    Who::Roles(&[(Role::Business, Reach::OwnPromotions), (Role::Publisher, Reach::OwnPromotions)]);
/// Who sees promotions before everybody does.
const PROMOTIONS: Who = Who::Roles(&[
    (Role::Auditor, Reach::Everything),
    (Role::Business, Reach::OwnPromotions),
    (Role::Moderator, Reach::OthersPromotions),
    (Role::Publisher, Reach::OwnPromotions),
]);
/// Who sees how often a promotion was looked at.
const COUNTERS: Who = Who::Roles(&[
    (Role::Auditor, Reach::Everything),
    (Role::Business, Reach::OwnPromotions),
    (Role::Publisher, Reach::OwnPromotions),
]);
/// Who takes a promotion back: whose it is, and who decides about it.
const WITHDRAWERS: Who = Who::Roles(&[
    (Role::Business, Reach::OwnPromotions),
    (Role::Moderator, Reach::OthersPromotions),
    (Role::Publisher, Reach::OwnPromotions),
]);
/// Who decides about promotions.
const MODERATORS: Who = Who::Roles(&[(Role::Moderator, Reach::OthersPromotions)]);
const MODERATORS_OR_AUDITOR: Who =
    Who::Roles(&[(Role::Auditor, Reach::Everything), (Role::Moderator, Reach::OthersPromotions)]);

/// Who does something with events.
const PRODUCERS: Who = Who::Roles(&[(Role::Publisher, Reach::OwnEvents)]);
const PRODUCERS_OR_AUDITOR: Who =
    Who::Roles(&[(Role::Auditor, Reach::Everything), (Role::Publisher, Reach::OwnEvents)]);

/// Who sees where events come from, and why not.
const SOURCES: Who = Who::Roles(&[
    (Role::Admin, Reach::Everything),
    (Role::Auditor, Reach::Everything),
    (Role::Publisher, Reach::OwnEvents),
]);

/// Who keeps a beach.
const KEEPERS: Who = Who::Roles(&[(Role::Supervisor, Reach::OwnBeaches)]);
const KEEPERS_OR_AUDITOR: Who =
    Who::Roles(&[(Role::Auditor, Reach::Everything), (Role::Supervisor, Reach::OwnBeaches)]);

const fn public(path: &'static str) -> Row {
    Row { method: "GET", path, who: Who::Everybody }
}

const fn on(method: &'static str, path: &'static str, who: Who) -> Row {
    Row { method, path, who }
}

/// Every route, and who may ask at it. An admin may neither edit places nor read the audit; what colour a beach is it
/// decides by a policy alone.
pub static POLICY: &[Row] = &[
    public("/"),
    public("/health/live"),
    public("/health/ready"),
    public("/openapi.json"),
    public("/openapi.yaml"),
    public("/problems"),
    public("/problems/{kind}"),
    public("/style.css"),
    public("/v1"),
    public("/v1/beaches/status"),
    public("/v1/beaches/{id}/alternatives"),
    on("GET", "/v1/beaches/{id}/hazards", KEEPERS_OR_AUDITOR),
    on("PUT", "/v1/beaches/{id}/hazards", KEEPERS),
    on("DELETE", "/v1/beaches/{id}/hazards", KEEPERS),
    public("/v1/beaches/{id}/history"),
    on("GET", "/v1/beaches/{id}/override", KEEPERS_OR_AUDITOR),
    on("PUT", "/v1/beaches/{id}/override", KEEPERS),
    on("DELETE", "/v1/beaches/{id}/override", KEEPERS),
    public("/v1/beaches/{id}/tide"),
    on("GET", "/v1/beaches/{id}/water-quality", KEEPERS_OR_AUDITOR),
    on("PUT", "/v1/beaches/{id}/water-quality", KEEPERS),
    on("DELETE", "/v1/beaches/{id}/water-quality", KEEPERS),
    public("/v1/collections"),
    public("/v1/events.atom"),
    public("/v1/events.ics"),
    public("/v1/events/{id}.ics"),
    public("/v1/feeds/events"),
    public("/v1/collections/{collection}"),
    public("/v1/collections/{collection}/items"),
    on("POST", "/v1/collections/{collection}/items", EDITORS),
    public("/v1/collections/{collection}/items/{id}"),
    on("PUT", "/v1/collections/{collection}/items/{id}", EDITORS),
    on("PATCH", "/v1/collections/{collection}/items/{id}", EDITORS),
    on("DELETE", "/v1/collections/{collection}/items/{id}", EDITORS),
    on(
        "GET",
        "/v1/collections/{collection}/items/{id}/history",
        Who::Roles(&[
            (Role::Auditor, Reach::Everything),
            (Role::Publisher, Reach::OwnPlaces),
            (Role::Publisher, Reach::OwnEvents),
            (Role::Publisher, Reach::OwnNotices),
            (Role::Supervisor, Reach::BeachNotices),
            (Role::Supervisor, Reach::OwnBeaches),
        ]),
    ),
    on("POST", "/v1/collections/{collection}/items/{id}/undo", EDITORS),
    on("POST", "/v1/collections/{collection}/items/{id}/verify", EDITORS),
    public("/v1/collections/{collection}/schema"),
    public("/v1/conformance"),
    on("POST", "/v1/events/{id}/archive", PRODUCERS),
    on("POST", "/v1/events/{id}/cancel", PRODUCERS),
    on("POST", "/v1/events/{id}/postpone", PRODUCERS),
    on("POST", "/v1/events/{id}/publish", PRODUCERS),
    on("POST", "/v1/events/{id}/reinstate", PRODUCERS),
    on("POST", "/v1/events/{id}/restore", PRODUCERS),
    on("POST", "/v1/events/{id}/unschedule", PRODUCERS),
    on("GET", "/v1/moderation", MODERATORS_OR_AUDITOR),
    on("GET", "/v1/moderation/batches", MODERATORS_OR_AUDITOR),
    on("POST", "/v1/moderation/batches", MODERATORS),
    on("GET", "/v1/moderation/batches/{id}", MODERATORS_OR_AUDITOR),
    on("DELETE", "/v1/moderation/batches/{id}", MODERATORS),
    on("POST", "/v1/moderation/batches/{id}/confirm", MODERATORS),
    public("/v1/nearby"),
    on("PATCH", "/v1/occurrences/{id}", PRODUCERS),
    on("POST", "/v1/occurrences/{id}/cancel", PRODUCERS),
    on("POST", "/v1/occurrences/{id}/postpone", PRODUCERS),
    on("POST", "/v1/occurrences/{id}/reinstate", PRODUCERS),
    on("POST", "/v1/occurrences/{id}/reschedule", PRODUCERS),
    on("GET", "/v1/programme", PRODUCERS_OR_AUDITOR),
    on("POST", "/v1/programme/preview", PRODUCERS),
    on("GET", "/v1/programme/{id}", PRODUCERS_OR_AUDITOR),
    on("POST", "/v1/programme/{id}/copy", PRODUCERS),
    on("GET", "/v1/promotions", PROMOTIONS),
    on("GET", "/v1/promotions/{id}", PROMOTIONS),
    on("POST", "/v1/promotions/{id}/approve", MODERATORS),
    // Whoever looks at it.
    on("POST", "/v1/promotions/{id}/clicks", Who::Everybody),
    on("GET", "/v1/promotions/{id}/counts", COUNTERS),
    on("POST", "/v1/promotions/{id}/reject", MODERATORS),
    on("POST", "/v1/promotions/{id}/submit", OFFERERS),
    on("POST", "/v1/promotions/{id}/withdraw", WITHDRAWERS),
    on("POST", "/v1/promotions/{id}/views", Who::Everybody),
    on("GET", "/v1/me", Who::AnyActor),
    on("GET", "/v1/applications", ADMIN_OR_AUDITOR),
    // A business that is not known yet.
    on("POST", "/v1/applications", Who::Everybody),
    on("GET", "/v1/applications/{id}", ADMIN_OR_AUDITOR),
    on("POST", "/v1/applications/{id}/accept", ADMIN),
    on("POST", "/v1/applications/{id}/refuse", ADMIN),
    on("GET", "/v1/organisations", ADMIN_OR_AUDITOR),
    on("POST", "/v1/organisations", ADMIN),
    on("GET", "/v1/organisations/{id}", ADMIN_OR_AUDITOR),
    on("PUT", "/v1/organisations/{id}", ADMIN),
    on("GET", "/v1/actors", ADMIN_OR_AUDITOR),
    on("POST", "/v1/actors", ADMIN),
    on("GET", "/v1/actors/{id}", ADMIN_OR_AUDITOR),
    on("PUT", "/v1/actors/{id}", ADMIN),
    on("DELETE", "/v1/actors/{id}", ADMIN),
    on("POST", "/v1/actors/{id}/tokens", ADMIN),
    on("DELETE", "/v1/tokens/{id}", ADMIN),
    on("POST", "/v1/enrolments", KEEPERS),
    on("GET", "/v1/devices", KEEPERS_OR_AUDITOR),
    // Whoever has a code.
    on("POST", "/v1/devices", Who::Everybody),
    on("DELETE", "/v1/devices/{id}", KEEPERS),
    on(
        "POST",
        "/v1/crowd-reports",
        Who::Roles(&[(Role::Patrol, Reach::OwnBeaches), (Role::Supervisor, Reach::OwnBeaches)]),
    ),
    on(
        "GET",
        "/v1/crowd-reports",
        Who::Roles(&[
            (Role::Auditor, Reach::Everything),
            (Role::Patrol, Reach::OwnReports),
            (Role::Supervisor, Reach::OwnBeaches),
        ]),
    ),
    on(
        "DELETE",
        "/v1/crowd-reports/{id}",
        Who::Roles(&[(Role::Patrol, Reach::OwnReports), (Role::Supervisor, Reach::OwnBeaches)]),
    ),
    on("POST", "/v1/crowd-reports/{id}/confirm", KEEPERS),
    on("GET", "/v1/policies", ADMIN_OR_AUDITOR),
    on("POST", "/v1/policies", ADMIN),
    on("GET", "/v1/sources", SOURCES),
    on("GET", "/v1/sources/{id}", SOURCES),
    on(
        "POST",
        "/v1/sources/{id}/acknowledge",
        Who::Roles(&[(Role::Admin, Reach::Everything), (Role::Publisher, Reach::OwnEvents)]),
    ),
    on("POST", "/v1/sources/{id}/fetch", ADMIN),
    on("GET", "/v1/audit", Who::Roles(&[(Role::Auditor, Reach::Everything)])),
    on(
        "GET",
        "/v1/quality",
        Who::Roles(&[(Role::Auditor, Reach::Everything), (Role::Publisher, Reach::OwnPlaces)]),
    ),
];
