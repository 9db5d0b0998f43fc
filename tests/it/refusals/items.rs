//! Questions for items that cannot be answered.
use super::{Case, INVALID, NOON, REPEATED, UNKNOWN, many, refused};
use crate::support::client::link;
use crate::support::{SANDHAVEN, services};

const CURSOR: &str = "invalid-cursor";

#[tokio::test]
async fn windows_that_are_none() {
    let digits = format!("bbox={},0,1,1", "9".repeat(400));
    let mut cases: Vec<Case> = vec![(&digits, INVALID, Some("bbox"))];
    for bad in [
        "bbox=",
        "bbox",
        "bbox=1",
        "bbox=1,2,3",
        "bbox=1,2,3,4,5",
        "bbox=1,2,3,4,5,6,7",
        "bbox=1,2,3,4,",
        "bbox=,,,",
        "bbox=1,2,3,x",
        "bbox=1;2;3;4",
        "bbox=[1,2,3,4]",
        "bbox=1,%202,3,4",
        "bbox=NaN,0,1,1",
        "bbox=0,nan,1,1",
        "bbox=0,0,inf,1",
        "bbox=0,0,1,1e999",
        "bbox=0,2,1,1",
        "bbox=0,2,0,1,1,0",
        "bbox=0,0,1,91",
        "bbox=0,-90.1,1,1",
        "bbox=181,0,1,1",
        "bbox=0,0,-180.5,1",
        "bbox=0,0,NaN,1,1,1",
        "bbox=0,0,1e999,1,1,1",
    ] {
        cases.push((bad, INVALID, Some("bbox")));
    }
    refused("/v1/collections/beaches/items?", &cases).await;
}

#[tokio::test]
async fn questions_for_items_that_cannot_be_answered() {
    let long = format!("q={}", "a".repeat(121));
    let many = many("&q", 40);
    let cases: &[Case] = &[
        ("limit=0", INVALID, Some("limit")),
        ("limit=-1", INVALID, Some("limit")),
        ("limit=1.5", INVALID, Some("limit")),
        ("limit=NaN", INVALID, Some("limit")),
        ("q=", INVALID, Some("q")),
        ("q=%20", INVALID, Some("q")),
        ("q=--", INVALID, Some("q")),
        ("q=%00", INVALID, Some("q")),
        ("q=%FF", INVALID, Some("q")),
        (&long, INVALID, Some("q")),
        ("f=xml", INVALID, Some("f")),
        ("f=", INVALID, Some("f")),
        ("f=geojson", INVALID, Some("f")),
        ("crs=http://www.opengis.net/def/crs/EPSG/0/4326", INVALID, Some("crs")),
        ("crs=CRS84", INVALID, Some("crs")),
        ("bbox-crs=http://www.opengis.net/def/crs/EPSG/0/27700&bbox=1,1,2,2", INVALID, Some("bbox-crs")),
        ("datetime=yesterday", INVALID, Some("datetime")),
        ("datetime=", INVALID, Some("datetime")),
        ("datetime=2026-07-18", INVALID, Some("datetime")),
        ("datetime=../..", INVALID, Some("datetime")),
        ("datetime=/", INVALID, Some("datetime")),
        ("datetime=2026-07-18T12:00:00Z/2026-07-18T11:00:00Z", INVALID, Some("datetime")),
        ("datetime=2026-07-18T12:00:00Z/../..", INVALID, Some("datetime")),
        ("wheelchair=yes", INVALID, Some("wheelchair")),
        ("radar_key=2", INVALID, Some("radar_key")),
        // A field that others have.
        ("surface=sand", UNKNOWN, Some("surface")),
        ("service_type=library", UNKNOWN, Some("service_type")),
        // Fields of this one that are not asked for.
        ("male=true", UNKNOWN, Some("male")),
        ("name=Market", UNKNOWN, Some("name")),
        ("status=active", UNKNOWN, Some("status")),
        ("sortby=name", UNKNOWN, Some("sortby")),
        ("offset=10", UNKNOWN, Some("offset")),
        ("lat=1", UNKNOWN, Some("lat")),
        ("q[]=a", UNKNOWN, Some("q[]")),
        ("limit=5&limit=6", REPEATED, Some("limit")),
        ("q=a&q=b", REPEATED, Some("q")),
        ("%FF", "invalid-query", None),
        (&many, UNKNOWN, Some("q0")),
        ("cursor=", CURSOR, Some("cursor")),
        ("cursor=junk", CURSOR, Some("cursor")),
        ("cursor=2", CURSOR, Some("cursor")),
        ("cursor=.", CURSOR, Some("cursor")),
        ("cursor=0000000000000000.", CURSOR, Some("cursor")),
        ("cursor=0000000000000000.wc-market-street", CURSOR, Some("cursor")),
        ("cursor=0000000000000000.WC", CURSOR, Some("cursor")),
        ("cursor=%2B000000000000000.wc", CURSOR, Some("cursor")),
        ("cursor=00000000000000000.wc", CURSOR, Some("cursor")),
        ("cursor=%F0%9F%8F%96.wc", CURSOR, Some("cursor")),
    ];
    refused("/v1/collections/toilets/items?", cases).await;
}

#[tokio::test]
async fn a_cursor_is_good_for_the_question_it_was_given_for_and_no_other() {
    for service in services(SANDHAVEN, NOON).await {
        let first = service.client.json("/v1/collections/toilets/items?limit=1&bbox=-4,54,-3,55").await;
        let next = link(&first, "next").unwrap()["href"].as_str().unwrap().to_owned();
        let cursor = next.split_once("cursor=").unwrap().1.split('&').next().unwrap();
        for (question, fits) in [
            ("toilets/items?bbox=-4,54,-3,55", true),
            ("toilets/items?bbox=-4.0,54e0,-3,55&limit=2&f=json", true),
            ("toilets/items", false),
            ("toilets/items?bbox=-4,54,-3,54.9", false),
            ("toilets/items?bbox=-4,54,-3,55&q=gull", false),
            ("toilets/items?bbox=-4,54,-3,55&wheelchair=true", false),
            ("car-parks/items?bbox=-4,54,-3,55", false),
            ("beaches/items?bbox=-4,54,-3,55", false),
        ] {
            let separator = if question.contains('?') { '&' } else { '?' };
            let target = format!("/v1/collections/{question}{separator}cursor={cursor}");
            let answer = service.client.get(&target).await;
            if fits {
                assert_eq!(answer.status, 200, "{target}: {}", answer.text());
            } else {
                assert_eq!(answer.status, 400, "{target}: {}", answer.text());
                assert_eq!(answer.problem(), (400, CURSOR.to_owned(), Some("cursor".to_owned())), "{target}");
            }
        }
    }
}
