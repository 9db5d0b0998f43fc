//! What a folder says of its beaches beside their places: how the tide leaves them.
use super::Edit::{Append, CutAfter, Remove, Replace};
use super::{BEACHES, Edit, MANIFEST, Where, each_is_found, edited, found, owned};
use crate::support::{SANDHAVEN, TENDRING, area_folder, area_of, at};
use promenade::beaches::{Profile, Trend};
use promenade::catalogue::profile;
use promenade::formats::area::{self, Severity};
use promenade::ids::{Collection, FeatureId};

const TIDES: &str = "tides.csv";
const ROADS: &str = "roads.csv";

/// File, what is done to it, where the one finding is, and a part of what it says.
#[rustfmt::skip]
const BROKEN: &[(&str, Edit, Where, &str)] = &[
    (TIDES, Replace("low,2026-07-18T11:10Z", "ebb,2026-07-18T11:10Z"), (TIDES, Some(12), Some("kind")), "`ebb` is no turn"),
    (TIDES, Replace("low,2026-07-18T11:10Z", ",2026-07-18T11:10Z"), (TIDES, Some(12), Some("kind")), "`` is no turn"),
    (TIDES, Replace("low,2026-07-22T02:05Z", "high,2026-07-22T02:05Z"), (TIDES, Some(26), Some("kind")), "is that of row 25 too"),
    (TIDES, Replace("2026-07-18T11:10Z", "2026-07-18T11:10"), (TIDES, Some(12), Some("time_utc")), "not a time in UTC"),
    (TIDES, Replace("2026-07-18T11:10Z", "2026-07-18T12:10+01:00"), (TIDES, Some(12), Some("time_utc")), "not a time in UTC"),
    (TIDES, Replace("2026-07-18T11:10Z", "18/07/2026 11:10"), (TIDES, Some(12), Some("time_utc")), "`18/07/2026 11:10`"),
    (TIDES, Replace("2026-07-18T11:10Z", "2026-06-31T11:10Z"), (TIDES, Some(12), Some("time_utc")), "`2026-06-31T11:10Z`"),
    (TIDES, Replace("2026-07-18T11:10Z", "2026-07-18T04:40Z"), (TIDES, Some(12), Some("time_utc")), "not after that of row 11"),
    (TIDES, Replace("2026-07-18T11:10Z", "2026-07-08T11:10Z"), (TIDES, Some(12), Some("time_utc")), "not after that of row 11"),
    (TIDES, Append("high,2026-07-22T20:00Z,7.9\n"), (TIDES, Some(27), Some("time_utc")), "no other turning point"),
    (TIDES, Replace("11:10Z,0.7", "11:10Z,100.1"), (TIDES, Some(12), Some("height_m")), "`100.1`"),
    (TIDES, Replace("11:10Z,0.7", "11:10Z,NaN"), (TIDES, Some(12), Some("height_m")), "`NaN`"),
    (TIDES, Replace("11:10Z,0.7", "11:10Z,0.7m"), (TIDES, Some(12), Some("height_m")), "`0.7m`"),
    (TIDES, Replace("02:05Z,1.4", "02:05Z,9.1"), (TIDES, Some(26), Some("height_m")), "is 9.1 after 7.9 in row 25"),
    (TIDES, Replace("02:05Z,1.4", "02:05Z,7.9"), (TIDES, Some(26), Some("height_m")), "is 7.9 after 7.9 in row 25"),
    (TIDES, Replace("time_utc", "time"), (TIDES, Some(1), Some("time_utc")), "missing among the columns"),
    (TIDES, CutAfter("high,2026-07-18T17"), (TIDES, Some(13), None), "2 cells"),
    (MANIFEST, Replace("[tide]\nstation = \"Sandhaven Pier\"\nattribution = \"invented\"\nnote = \"Made up. Not for navigation.\"\n", ""),
        (MANIFEST, None, Some("tide")), "nobody says whose tide"),
    (MANIFEST, Replace("attribution = \"invented\"", "attribution = \"unheard\""), (MANIFEST, None, Some("tide.attribution")), "`unheard`"),
    (MANIFEST, Replace("Sandhaven Pier", "Sandhaven\u{202E} Pier"), (MANIFEST, None, Some("tide.station")), "U+202E"),
    (MANIFEST, Replace("Made up. Not for navigation.", " "), (MANIFEST, None, Some("tide.note")), "empty"),
    (MANIFEST, Replace("station = \"Sandhaven Pier\"", "place = \"Sandhaven Pier\""), (MANIFEST, None, None), "place"),
    (ROADS, Append("beach-north-sands,beach-gull-cove,6500\n"), (ROADS, Some(3), Some("to")), "earlier row"),
    (ROADS, Append("beach-gull-cove,beach-gull-cove,1\n"), (ROADS, Some(3), Some("to")), "where the road begins"),
    (ROADS, Replace("beach-gull-cove", "beach-nowhere"), (ROADS, Some(2), Some("from")), "`beach-nowhere`"),
    (ROADS, Replace("beach-north-sands", "wc-promenade"), (ROADS, Some(2), Some("to")), "`wc-promenade`"),
    (ROADS, Replace("beach-north-sands", ""), (ROADS, Some(2), Some("to")), "`` is no beach"),
    (ROADS, Replace("6500", "6.5 km"), (ROADS, Some(2), Some("road_m")), "`6.5 km`"),
    (ROADS, Replace("6500", "0"), (ROADS, Some(2), Some("road_m")), "`0`"),
    (ROADS, Replace("6500", "1000001"), (ROADS, Some(2), Some("road_m")), "1000000"),
    (ROADS, Replace("road_m", "road_km"), (ROADS, Some(1), Some("road_m")), "missing among the columns"),
    (BEACHES, Replace(",0.9,86306,", ",,86306,"), (BEACHES, Some(3), Some("profile_low_height_m")), "is missing"),
    (BEACHES, Replace(",0.9,86306,", ",0.9,,"), (BEACHES, Some(3), Some("profile_low_area_m2")), "is missing"),
    (BEACHES, Replace(",8.1,21000.5,", ",,21000.5,"), (BEACHES, Some(3), Some("profile_high_height_m")), "is missing"),
    (BEACHES, Replace(",8.1,21000.5,", ",8.1,,"), (BEACHES, Some(3), Some("profile_high_area_m2")), "is missing"),
    (BEACHES, Replace(",surveyed,Paced by the surveyor who drew it.,", ",,Paced by the surveyor who drew it.,"), (BEACHES, Some(3), Some("profile_quality")), "is missing"),
    (BEACHES, Replace("Paced by the surveyor who drew it.", ""), (BEACHES, Some(3), Some("profile_method")), "is missing"),
    (BEACHES, Replace(",surveyed,Paced", ",certain,Paced"), (BEACHES, Some(3), Some("profile_quality")), "`certain`"),
    (BEACHES, Replace(",0.9,86306,", ",8.1,86306,"), (BEACHES, Some(3), Some("profile_high_height_m")), "(8.1) is not over profile_low_height_m (8.1)"),
    (BEACHES, Replace(",0.9,86306,", ",-100.5,86306,"), (BEACHES, Some(3), Some("profile_low_height_m")), "-100.5"),
    (BEACHES, Replace(",0.9,86306,", ",0.9,0,"), (BEACHES, Some(3), Some("profile_low_area_m2")), "0 is out of range"),
    (BEACHES, Replace(",0.9,86306,", ",0.9,1000000001,"), (BEACHES, Some(3), Some("profile_low_area_m2")), "1000000001"),
    (BEACHES, Replace(",8.1,21000.5,", ",8.1,inf,"), (BEACHES, Some(3), Some("profile_high_area_m2")), "inf"),
];

#[test]
fn whatever_is_wrong_with_tides_roads_or_profiles_is_found_where_it_is() {
    each_is_found(BROKEN);
}

#[test]
fn a_folder_may_have_gaps_in_its_tide_or_none_at_all_and_is_told() {
    let missing_row = Replace("low,2026-07-18T11:10Z,0.7\n", "");
    for (edit, place) in
        [(missing_row, (TIDES, Some(12), Some("time_utc"))), (Remove, (MANIFEST, None, None))]
    {
        let (area, findings) = area::read(edited(TIDES, &edit));
        assert_eq!(found(&findings, Severity::Warning), [owned(place)]);
        assert!(!findings.any_error() && area.is_some(), "{place:?}");
    }
}

#[test]
fn the_tide_is_that_of_the_station_which_the_table_or_else_the_manifest_names() {
    let facts = area_folder(SANDHAVEN).facts;
    let noon = facts.tide.at(at("2026-07-18T11:10:00Z"));
    assert_eq!((noon.height_m, noon.trend), (Some(0.7), Some(Trend::Rising)));
    assert_eq!(noon.station.as_deref(), Some("Sandhaven Pier"));
    let said = (facts.tide_note.as_deref(), facts.tide_attribution.as_deref());
    assert_eq!(said, (Some("Made up. Not for navigation."), Some("invented")));
    assert_eq!(facts.tide.at(at("2026-07-22T02:05:01Z")).height_m, None, "nothing is extrapolated");

    // What the manifest says is of another table then.
    let named = "kind,time_utc,height_m,station\n\
        low,2026-07-18T11:00:30Z,0.5,Gull Cove\nhigh,2026-07-18T17:10Z,8,\n";
    let mut files = edited(TIDES, &Remove);
    files.insert(TIDES.to_owned(), named.as_bytes().to_vec());
    let facts = area_of(&files).facts;
    let now = facts.tide.at(at("2026-07-18T11:00:30Z"));
    assert_eq!((now.height_m, now.station.as_deref()), (Some(0.5), Some("Gull Cove")));
    assert_eq!(
        (facts.tide_note.unwrap().ends_with("Not for navigation."), facts.tide_attribution),
        (true, None)
    );
    let two = named.replace("8,\n", "8,Sandhaven Pier\n");
    files.insert(TIDES.to_owned(), two.into_bytes());
    let (_, findings) = area::read(files);
    assert_eq!(found(&findings, Severity::Error), [owned((TIDES, Some(3), Some("station")))]);
}

#[test]
fn the_shipped_beaches_have_the_estimates_that_their_readme_tells_of() {
    let area = area_folder(TENDRING);
    for (id, expected) in [
        ("beach-clacton", Some((132_865.0, 66_432.0))),
        ("beach-frinton", Some((39_725.0, 19_862.0))),
        ("beach-walton", Some((51_686.0, 51_686.0))),
        ("beach-martello-bay", None),
        ("beach-harwich", None),
    ] {
        let beach = area.places.iter().find(|place| place.id().as_str() == id).unwrap();
        let expected = expected.map(|(low, high)| Profile::new((0.86, low), (3.72, high)).unwrap());
        assert_eq!(profile(beach), expected, "{id}");
    }
    let tide = &area.facts.tide;
    assert_eq!(tide.at(at("2026-07-18T12:00:00Z")).station.as_deref(), Some("Harwich"));
    assert!(tide.at(at("2028-12-31T23:38:00Z")).height_m.is_some());
    assert!(tide.at(at("2028-12-31T23:39:00Z")).height_m.is_none());
}

#[test]
fn it_is_far_by_road_from_one_side_of_a_creek_to_the_other() {
    let area = area_folder(TENDRING);
    let beaches: Vec<&FeatureId> = area
        .places
        .iter()
        .filter(|place| place.collection() == Collection::Beaches)
        .map(|place| place.id())
        .collect();
    assert_eq!(beaches.len(), 14);
    for (a, b) in beaches.iter().flat_map(|a| beaches.iter().map(move |b| (*a, *b))) {
        assert!(area.facts.roads.metres(a, b).is_some(), "{a} to {b}");
    }
    let id = |id| FeatureId::new(id).unwrap();
    let round_the_creek =
        area.facts.roads.metres(&id("beach-brightlingsea"), &id("beach-point-clear")).unwrap();
    assert!((18_000..=22_000).contains(&round_the_creek), "{round_the_creek}");
}

#[test]
fn roads_to_a_beach_that_is_gone_are_read_from_a_database_and_not_written_to_a_folder() {
    let mut area = area_folder(SANDHAVEN);
    area.places.retain(|place| place.id().as_str() != "beach-gull-cove");
    let (facts, findings) = area::read_facts(&area.documents);
    assert!(findings.is_empty() && facts.unwrap().roads == area.facts.roads);
    let written = area::write(&area.documents, &area.places);
    assert_eq!(written[ROADS], b"from,to,road_m\n");
    let (read, findings) = area::read(written);
    assert!(read.is_some() && findings.is_empty(), "{findings:?}");
}
