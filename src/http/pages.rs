//! Pages for people: what this server is, and what each kind of problem means.
use super::Site;
use super::answer::Answer;
use super::json::HTML;
use super::path::PathParts;
use super::problem::{KINDS, Kind, NOT_FOUND, Problem};
use super::query::{Query, shown};
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use std::fmt::Write;

const STYLE: &str = include_str!("style.css");

pub(super) async fn home(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let snapshot = site.app().snapshot();
    let facts = &snapshot.area.facts;
    let mut body = format!(
        "<p>This is the open data of {} for visitors, answered by Promenade. It is made for apps and maps; a few \
         addresses to look at:</p>\n<ul>\n",
        escaped(&facts.name)
    );
    let (lat, lon) = (facts.start.lat(), facts.start.lon());
    let now = site.app().clock().now();
    let (events, dates) = snapshot.programme().ahead(now);
    let counted = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let (events, dates) = (counted(events, "event"), counted(dates, "date"));
    let examples = [
        (
            format!("/v1/nearby?lat={lat}&lon={lon}&limit=5"),
            "the five nearest places to the middle of it".to_owned(),
        ),
        (
            format!("/v1/nearby?lat={lat}&lon={lon}&collections=toilets&wheelchair=true"),
            "toilets near there that can be used in a wheelchair".to_owned(),
        ),
        (
            "/v1/collections/occurrences/items?when=this_weekend&sortby=starts_at".to_owned(),
            format!("what is on this weekend (in the next two years, {events} on {dates})"),
        ),
        ("/v1/beaches/status".to_owned(), "how full each beach is, as far as anybody knows".to_owned()),
        ("/v1/events.ics".to_owned(), "what is on, as a calendar to subscribe to".to_owned()),
        ("/v1/collections".to_owned(), "everything there is, by collection".to_owned()),
        ("/openapi.yaml".to_owned(), "the contract of the API".to_owned()),
        ("/problems".to_owned(), "what a refusal means".to_owned()),
    ];
    for (path, what) in examples {
        let path = escaped(&path);
        writeln!(body, "<li><a href=\"{path}\">{path}</a>: {what}</li>")
            .expect("writing to memory cannot fail");
    }
    for view in snapshot.collections() {
        let name = view.collection().name();
        let title = crate::features::schema::about(view.collection()).title;
        let count = snapshot.count(view.collection(), now);
        let count = count.map_or_else(|| "more than can be counted".to_owned(), |count| count.to_string());
        writeln!(body, "<li><a href=\"/v1/collections/{name}/items\">{title}</a>: {count}</li>")
            .expect("writing to memory cannot fail");
    }
    writeln!(body, "</ul>\n<p><a href=\"{}\">Licence</a></p>", escaped(&facts.licence_url))
        .expect("writing to memory cannot fail");
    let page = page(&format!("{}: leisure and tourism", facts.name), &body);
    Ok(Answer::fixed(HTML, page).respond(&headers, now))
}

pub(super) async fn problems(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let mut body = String::from(
        "<p>A refusal is a problem document (RFC 9457); its type is one of these pages.</p>\n<ul>\n",
    );
    for Kind { slug, title, status, .. } in KINDS {
        writeln!(body, "<li><a href=\"/problems/{slug}\">{}</a> ({status})</li>", escaped(title))
            .expect("writing to memory cannot fail");
    }
    body.push_str("</ul>\n");
    Ok(Answer::fixed(HTML, page("Problems", &body)).respond(&headers, site.app().clock().now()))
}

pub(super) async fn problem(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let slug = path.get("kind");
    let Some(kind) = KINDS.iter().find(|kind| kind.slug == slug) else {
        return Err(Problem::new(&NOT_FOUND, format!("there is no kind of problem `{}`", shown(slug))));
    };
    let body = format!(
        "<p>{}</p>\n<p>Status {}. <a href=\"/problems\">All kinds</a></p>\n",
        escaped(kind.explanation),
        kind.status
    );
    Ok(Answer::fixed(HTML, page(kind.title, &body)).respond(&headers, site.app().clock().now()))
}

pub(super) async fn style(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    Ok(Answer::fixed("text/css; charset=utf-8", STYLE).respond(&headers, site.app().clock().now()))
}

fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n<main>\n\
         <h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// `text` as it stands in a page or in an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
