//! Who asks. A request shows a token; what the policy table allows its bearer on this very route is the permit that
//! the operation is given.
//!
//! Sign-in with an identity provider will be another way to a caller, in `bearer`'s place: what comes after is the same.
use super::Site;
use super::problem::{FORBIDDEN, INTERNAL, Problem, UNAVAILABLE};
use crate::access::{Caller, Permit, Row};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

/// Who asks, and what the policy table allows them here. Taking it is requiring it.
#[derive(Clone, Debug)]
pub(super) struct Admitted {
    /// What they may do here, asked target by target.
    pub(super) permit: Permit,
    /// Who they are.
    pub(super) caller: Caller,
}

impl<S: Sync> FromRequestParts<S> for Admitted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let admitted = parts.extensions.get().cloned();
        admitted.ok_or_else(|| {
            Problem::new(&INTERNAL, "the operation is everybody's, nobody is asked who they are")
        })
    }
}

/// The bearer of the token in `headers`, if `row` allows them anything.
///
/// # Errors
/// 401 for a token that is missing, malformed, not known, expired or revoked, and nothing says which; 403 for a bearer
/// without any of the row's roles; 503 for any token while this node cannot know who may act.
pub(super) fn admitted(site: &Site, row: &'static Row, headers: &HeaderMap) -> Result<Admitted, Problem> {
    let token = bearer(headers).ok_or_else(Problem::unauthenticated)?;
    if !site.app().knows_who_may_act() {
        let detail = "the database is silent, so nobody can be known by a token; nothing was done";
        return Err(Problem::new(&UNAVAILABLE, detail));
    }
    let caller = site.app().caller(token).ok_or_else(Problem::unauthenticated)?;
    let permit = row
        .permit(&caller)
        .ok_or_else(|| Problem::new(&FORBIDDEN, "none of the roles of the token's bearer may do this"))?;
    Ok(Admitted { permit, caller })
}

/// The token that is shown: one, as RFC 6750 has it.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut shown = headers.get_all(header::AUTHORIZATION).iter();
    let (only, None) = (shown.next()?, shown.next()) else { return None };
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_matches(' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_token_is_shown_once_as_a_bearer_does() {
        for (lines, want) in [
            (&["Bearer prm_staff_1"][..], Some("prm_staff_1")),
            (&["bearer prm_staff_1"], Some("prm_staff_1")),
            (&["BEARER  prm_staff_1 "], Some("prm_staff_1")),
            (&[], None),
            (&["prm_staff_1"], None),
            (&["Bearer"], None),
            (&["Basic cHJtX3N0YWZmXzE="], None),
            (&["Token prm_staff_1"], None),
            (&["Bearer\tprm_staff_1"], None),
            (&["Bearer prm_staff_1", "Bearer prm_staff_1"], None),
            (&["Bearer prm_staff_1", "Basic x"], None),
            // Whatever stands there is looked up as it is.
            (&["Bearer prm_staff_1, Bearer prm_staff_2"], Some("prm_staff_1, Bearer prm_staff_2")),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::AUTHORIZATION, HeaderValue::from_static(line));
            }
            assert_eq!(bearer(&headers), want, "{lines:?}");
        }
        let bytes = HeaderValue::from_bytes(b"Bearer \xff").unwrap();
        assert_eq!(bearer(&HeaderMap::from_iter([(header::AUTHORIZATION, bytes)])), None);
    }
}
