//! Junk behind the `?` of every operation: refused with a document that names it, and nothing is done.
use super::recipes::recipe;
use super::world::{Persona, World};
use super::{Expected, expected, row};
use crate::support::ledger::Ledger;
use promenade::http::operations;

fn junk() -> Vec<String> {
    let many: Vec<String> = (0..1_000).map(|n| format!("x{n}=1")).collect();
    let repeated = vec!["limit=1"; 1_000];
    let mut all = vec![many.join("&"), repeated.join("&")];
    all.extend(
        [
            "x=1",
            "X=1",
            "limit=1&limit=1",
            "f=json&f=json",
            "outside=allow&outside=allow",
            "a[]=1",
            "limit[]=1",
            "a[0]=1&a[1]=2",
            "%",
            "%z",
            "%zz=1",
            "+",
            "%2B=1",
            "=",
            "=1",
            "&=&",
            "a=%FF",
            "%FF=1",
            "%00=1",
            "limit=%",
            "q=%E2%28%A1",
            "cursor=%",
            ";",
            "?",
            "?limit=1",
            "a=b=c",
            "a&a",
            "limit=1;limit=2",
            "__proto__=1",
            "%20limit=1",
            "limit%00=1",
            "f=json%",
            "method=DELETE",
            "_method=DELETE",
            "token=prm_staff_1",
            "$where=1",
            "id=1 or 1",
        ]
        .map(|junk| junk.replace(' ', "%20")),
    );
    all
}

#[tokio::test]
async fn junk_in_the_query_is_refused_everywhere_and_nothing_is_done() {
    for mut world in World::each().await {
        for (method, path) in operations() {
            let cases = recipe(&mut world, &method, path).await;
            let may = |persona: &Persona, n: usize| {
                expected(row(&method, path), persona, &cases[n].thing) == Expected::Done
            };
            let (persona, n) = world
                .personas
                .iter()
                .find_map(|persona| (0..cases.len()).find(|n| may(persona, *n)).map(|n| (persona, n)))
                .unwrap_or_else(|| panic!("nobody may {method} {path}"));
            let before = Ledger::of(&world.service.store).await;
            for junk in junk() {
                let mut case = cases[n].clone();
                let separator = if case.target.contains('?') { '&' } else { '?' };
                case.target = format!("{}{separator}{junk}", case.target);
                let answer = world.ask(persona, method.clone(), &case).await;
                let context = format!("{}: {method} {:.200}", world.service.name, case.target);
                assert_eq!(answer.status, 400, "{context}: {}", answer.text());
                assert_eq!(answer.header("content-type"), "application/problem+json", "{context}");
                let kind = answer.problem().1;
                assert!(
                    [
                        "unknown-parameter",
                        "repeated-parameter",
                        "invalid-parameter",
                        "invalid-query",
                        "invalid-cursor"
                    ]
                    .contains(&kind.as_str()),
                    "{context}: {kind}"
                );
            }
            assert_eq!(Ledger::of(&world.service.store).await, before, "{method} {path}");
        }
    }
}
