//! Questions for what is near that cannot be answered.
use super::{Case, INVALID, MISSING, NOON, REPEATED, UNKNOWN, many, refused};
use crate::support::{SANDHAVEN, services};

#[tokio::test]
async fn positions_that_are_none() {
    let digits = "9".repeat(400);
    let zeros = format!("lat={}1&lon=0", "0".repeat(400));
    let mut cases: Vec<(String, &str, Option<&str>)> = Vec::new();
    for bad in [
        "NaN", "nan", "inf", "-inf", "Infinity", "1e999", "-1e999", "51%2C5", "51,5", "", "+", "%20", "0x33",
        "51.5N", "1_0", "fifty", "--1", "1e", ".", "%D9%A5", "51%00", &digits,
    ] {
        cases.push((format!("lat={bad}&lon=0"), INVALID, Some("lat")));
        cases.push((format!("lat=0&lon={bad}"), INVALID, Some("lon")));
    }
    for (question, kind, parameter) in [
        ("lat=91&lon=0", INVALID, "lat"),
        ("lat=-90.0000001&lon=0", INVALID, "lat"),
        ("lat=0&lon=181", INVALID, "lon"),
        ("lat=0&lon=-180.0000001", INVALID, "lon"),
        ("lat=1e3&lon=1e3", INVALID, "lat"),
        ("lat=54.6", MISSING, "lon"),
        ("lon=-3.45", MISSING, "lat"),
        ("", MISSING, "lat"),
        ("limit=5", MISSING, "lat"),
        ("near=Sandhaven&lat=54.6", INVALID, "lat"),
        ("near=Sandhaven&lon=-3.45", INVALID, "lon"),
        ("near=Sandhaven&lat=54.6&lon=-3.45", INVALID, "lat"),
        ("near=Sandhaven&lat=NaN", INVALID, "lat"),
        ("near=Atlantis", "unknown-place", "near"),
        ("near=", "unknown-place", "near"),
        ("near=%20", "unknown-place", "near"),
        ("near=SH1", "unknown-place", "near"),
        ("near=Clacton", "unknown-place", "near"),
        ("near=%3Cscript%3Ealert(1)%3C/script%3E", "unknown-place", "near"),
        ("near=%FF", INVALID, "near"),
        ("near=%ED%A0%80", INVALID, "near"),
        ("near=%C0%AF", INVALID, "near"),
        ("near=%", INVALID, "near"),
        ("near=%4", INVALID, "near"),
        ("near=%G0", INVALID, "near"),
        ("near=%2-", INVALID, "near"),
    ] {
        cases.push((question.to_owned(), kind, Some(parameter)));
    }
    let cases: Vec<Case> =
        cases.iter().map(|(question, kind, name)| (question.as_str(), *kind, *name)).collect();
    refused("/v1/nearby?", &cases).await;
    for service in services(SANDHAVEN, NOON).await {
        for fine in
            ["lat=-0&lon=%2B0", "lat=90&lon=180", "lat=-90&lon=-180", "lat=5.46e1&lon=-.345E1", &zeros]
        {
            let answer = service.client.get(&format!("/v1/nearby?{fine}")).await;
            assert_eq!(answer.status, 200, "{fine}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn near_questions_that_cannot_be_answered() {
    let digits = format!("&radius_m={}", "9".repeat(400));
    let (long_name, long_value) =
        (format!("&{}=1", "x".repeat(3_000)), format!("&collections={}", "y".repeat(3_000)));
    let shown = "x".repeat(80);
    let unknown_many = many("&x", 40);
    let repeated_many = many("&limit=", 40);
    let cases: &[Case] = &[
        ("&radius_m=0", INVALID, Some("radius_m")),
        ("&radius_m=-0", INVALID, Some("radius_m")),
        ("&radius_m=-1", INVALID, Some("radius_m")),
        ("&radius_m=25001", INVALID, Some("radius_m")),
        ("&radius_m=25000.0001", INVALID, Some("radius_m")),
        ("&radius_m=NaN", INVALID, Some("radius_m")),
        ("&radius_m=inf", INVALID, Some("radius_m")),
        ("&radius_m=1e999", INVALID, Some("radius_m")),
        ("&radius_m=2km", INVALID, Some("radius_m")),
        ("&radius_m=", INVALID, Some("radius_m")),
        (&digits, INVALID, Some("radius_m")),
        ("&limit=0", INVALID, Some("limit")),
        ("&limit=000", INVALID, Some("limit")),
        ("&limit=-1", INVALID, Some("limit")),
        ("&limit=1.5", INVALID, Some("limit")),
        ("&limit=1e1", INVALID, Some("limit")),
        ("&limit=%2B5", INVALID, Some("limit")),
        ("&limit=5%20", INVALID, Some("limit")),
        ("&limit=ten", INVALID, Some("limit")),
        ("&limit=", INVALID, Some("limit")),
        ("&limit", INVALID, Some("limit")),
        ("&limit=%D9%A3", INVALID, Some("limit")),
        ("&collections=piers", INVALID, Some("collections")),
        ("&collections=", INVALID, Some("collections")),
        ("&collections=toilets,", INVALID, Some("collections")),
        ("&collections=toilets,,venues", INVALID, Some("collections")),
        ("&collections=Toilets", INVALID, Some("collections")),
        ("&collections=toilets;venues", INVALID, Some("collections")),
        ("&collections=toilets%00", INVALID, Some("collections")),
        ("&collections=car_parks", INVALID, Some("collections")),
        ("&open=yes", INVALID, Some("open")),
        ("&open=", INVALID, Some("open")),
        ("&open=NOW", INVALID, Some("open")),
        ("&open=2026-07-18", INVALID, Some("open")),
        ("&open=2026-07-18T12:00", INVALID, Some("open")),
        ("&open=2026-07-18T12:00:00", INVALID, Some("open")),
        ("&open=2026-07-18T25:00:00Z", INVALID, Some("open")),
        ("&open=2026-02-30T12:00:00Z", INVALID, Some("open")),
        // A plus is a space.
        ("&open=2026-07-18T12:00:00+01:00", INVALID, Some("open")),
        ("&open=now,2026-07-18T12:00:00Z", INVALID, Some("open")),
        ("&wheelchair=yes", INVALID, Some("wheelchair")),
        ("&wheelchair=", INVALID, Some("wheelchair")),
        ("&wheelchair=TRUE", INVALID, Some("wheelchair")),
        ("&wheelchair=null", INVALID, Some("wheelchair")),
        ("&wheelchair=true,maybe", INVALID, Some("wheelchair")),
        ("&service_type=casino", INVALID, Some("service_type")),
        ("&service_type=library,", INVALID, Some("service_type")),
        ("&surface=asphalt", INVALID, Some("surface")),
        // A field, but of none of the collections asked.
        ("&collections=beaches&service_type=library", INVALID, Some("service_type")),
        ("&collections=car-parks&surface=sand", INVALID, Some("surface")),
        ("&collections=venues,beaches&baby_change=true", INVALID, Some("baby_change")),
        ("&x=1", UNKNOWN, Some("x")),
        ("&Lat=1", UNKNOWN, Some("Lat")),
        ("&radius=1", UNKNOWN, Some("radius")),
        ("&collections[]=toilets", UNKNOWN, Some("collections[]")),
        ("&a[]=", UNKNOWN, Some("a[]")),
        ("&=", UNKNOWN, Some("")),
        ("&=1", UNKNOWN, Some("")),
        ("&bbox=1,2,3,4", UNKNOWN, Some("bbox")),
        ("&f=html", INVALID, Some("f")),
        ("&spaces=1", UNKNOWN, Some("spaces")),
        ("&crowded=no", UNKNOWN, Some("crowded")),
        (&long_name, UNKNOWN, Some(&shown)),
        (&long_value, INVALID, Some("collections")),
        (&unknown_many, UNKNOWN, Some("x0")),
        (&repeated_many, REPEATED, Some("limit")),
        ("&near=Sandhaven", REPEATED, Some("near")),
        ("&limit=5&limit=5", REPEATED, Some("limit")),
        ("&limit=5&l%69mit=6", REPEATED, Some("limit")),
        ("&%FF=1", "invalid-query", None),
        ("&%=1", "invalid-query", None),
        ("&%C3%28=1", "invalid-query", None),
    ];
    refused("/v1/nearby?near=Sandhaven", cases).await;
}
