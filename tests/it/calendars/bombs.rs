//! Calendars made to cost more than they say: each is refused, or read, for next to nothing.
#![expect(clippy::print_stdout, reason = "figures are for whoever looks")]
use super::origin;
use promenade::formats::ics;
use std::fmt::Write;
use std::fs;
use std::process::Command;
use std::time::Instant;

/// A bomb by name, and how it is made.
type Bomb = (&'static str, fn() -> String);

/// A calendar of one VEVENT with these properties.
fn event(properties: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:A\nDTSTART:20260718T193000\n{properties}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
}

/// A calendar in which `part` stands so many times.
fn around(part: &str, times: usize) -> String {
    format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", part.repeat(times))
}

/// So many VEVENTs, with what `of` says of each.
fn many(of: impl Fn(usize) -> String, count: usize) -> String {
    let mut text = "BEGIN:VCALENDAR\n".to_owned();
    for number in 0..count {
        write!(text, "BEGIN:VEVENT\nUID:{number}\nSUMMARY:A\n{}\nEND:VEVENT\n", of(number)).unwrap();
    }
    text + "END:VCALENDAR\n"
}

/// A series by that rule, of which these dates are cancelled.
fn changed(rule: &str, dates: &[&str]) -> String {
    let mut text = event(rule).replace("END:VCALENDAR\n", "");
    for date in dates {
        write!(text, "BEGIN:VEVENT\nUID:1\nSUMMARY:A\nRECURRENCE-ID:{date}\nSTATUS:CANCELLED\nEND:VEVENT\n")
            .unwrap();
    }
    text + "END:VCALENDAR\n"
}

/// The bombs, each of as many bytes as are read at most.
const BOMBS: &[Bomb] = &[
    ("SECONDLY", || event("RRULE:FREQ=SECONDLY")),
    ("COUNT", || event("RRULE:FREQ=DAILY;COUNT=1000000000")),
    ("BY* products", || {
        let numbers = |to: u8| (0..to).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        let (hours, sixty) = (numbers(24), numbers(60));
        event(&format!("RRULE:FREQ=DAILY;BYHOUR={hours};BYMINUTE={sixty};BYSECOND={sixty}"))
    }),
    ("EXRULE", || event("RRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY")),
    ("a day that never comes", || event("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")),
    ("a change of a day that never comes", || {
        changed("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", &["20990230T193000", "20990228T193000"])
    }),
    ("changes of days that never come", || {
        let never = "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:A";
        let change = "RECURRENCE-ID:20990228T193000\nSTATUS:CANCELLED";
        many(|n| format!("DTSTART:20260718T193000\n{never}\nUID:{n}\n{change}"), ics::MAX_EVENTS / 2)
    }),
    ("changes far apart", || {
        changed(
            "RRULE:FREQ=DAILY;BYHOUR=0,2,4,6,8,10,12,14,16,18,20,22",
            &["20260719T000000", "21990101T000000"],
        )
    }),
    ("changes after a long COUNT", || changed("RRULE:FREQ=DAILY;COUNT=10000", &["20530101T193000"])),
    ("folds", || event(&format!("DESCRIPTION:{}", "x\n ".repeat(10_000)))),
    ("folds only", || event(&format!("DESCRIPTION:{}", "\n ".repeat(5_000_000)))),
    ("folds of two", || event(&"A\n :1\n".repeat(1_500_000))),
    ("a bad VTIMEZONE", || {
        let zone = "BEGIN:STANDARD\nDTSTART:00010101T000000\nTZOFFSETFROM:+9999\nTZOFFSETTO:-9999\nRRULE:FREQ=SECONDLY\nEND:STANDARD\n";
        let zone = format!("BEGIN:VTIMEZONE\nTZID:Z\n{zone}END:VTIMEZONE\nBEGIN:VEVENT");
        event("").replace("BEGIN:VEVENT", &zone)
    }),
    ("many VTIMEZONEs", || around("BEGIN:VTIMEZONE\nTZID:Z\nEND:VTIMEZONE\n", 200_000)),
    ("many zones", || {
        event(
            &(0..280_000)
                .fold(String::new(), |text, n| text + &format!("EXDATE;TZID=Z{n}:20260101T000000\n")),
        )
    }),
    ("nested", || "BEGIN:X\n".repeat(1_000_000)),
    ("begun and ended", || around("BEGIN:X\nEND:X\n", 700_000)),
    ("ended only", || around("END:X\n", 1_000_000)),
    ("tiny properties", || event(&"A:1\n".repeat(1_000_000))),
    ("tiny properties that are known", || event(&"URL:1\n".repeat(1_000_000))),
    ("lines without a value", || event(&"x\n".repeat(1_000_000))),
    ("dates", || event(&"EXDATE:\n".repeat(1_000_000))),
    ("many dates", || event(&"RDATE:20260101T000000\n".repeat(450_000))),
    ("many periods", || event(&"RDATE:20260101T000000/PT1H\n".repeat(380_000))),
    ("one line", || event(&format!("DESCRIPTION:{}", "x".repeat(10_000_000)))),
    ("one line of dates", || event(&format!("EXDATE:{}", "20260101,".repeat(1_100_000)))),
    ("one line of parameters", || event(&format!("DTEND{}:20260718", ";A=1".repeat(2_500_000)))),
    ("one line of escapes", || event(&format!("SUMMARY:{}", "\\n".repeat(5_000_000)))),
    ("as many events as are taken", || {
        many(|n| format!("DTSTART:20260718T{:02}0000\nRRULE:FREQ=WEEKLY", n % 24), ics::MAX_EVENTS)
    }),
    ("events without a name", || many(|_| "UID:\nSUMMARY:B".to_owned(), ics::MAX_EVENTS)),
    ("one series of changes", || {
        let of = |n| format!("UID:x\nRECURRENCE-ID:20260718T19{:02}{:02}", n / 60 % 60, n % 60);
        many(of, ics::MAX_EVENTS).replace("UID:0\n", "").replace("SUMMARY:A\n", "")
    }),
    ("changes of nothing", || changed("RRULE:FREQ=DAILY", &vec!["20260719T000000"; 19_000])),
];

#[test]
fn a_bomb_is_read_or_refused_with_a_few_notes() {
    for (name, made) in BOMBS {
        let text = made();
        assert!(text.len() <= ics::MAX_BYTES, "{name}: {}", text.len());
        let begun = Instant::now();
        let read = ics::read(text.as_bytes(), &origin());
        // For whoever looks: no test asserts a time.
        println!("{name}: {:?}", begun.elapsed());
        let notes = read.map_or(1, |content| content.refused.len().max(content.altered.len()));
        assert!(notes <= 1_001, "{name}: {notes} notes");
    }
}

/// Says in which bomb a process of this very program is to measure itself.
const BOMB: &str = "PROMENADE_TEST_BOMB";
/// Kilobytes that reading a bomb may take at its height, beside the bomb.
const MOST_KB: u64 = 20_000;

#[test]
fn a_bomb_takes_20_megabytes_at_most() {
    for (name, _) in BOMBS {
        // Alone in a process: what others free or take there would be counted, too.
        let mut alone = Command::new(std::env::current_exe().unwrap());
        alone.args(["calendars::bombs::what_one_bomb_takes_when_it_is_alone", "--exact", "--nocapture"]);
        let out = alone.arg("--test-threads=1").env(BOMB, name).output().unwrap();
        let said = String::from_utf8_lossy(&out.stdout);
        let (_, said) = said.split_once("took ").unwrap_or_else(|| panic!("{name}: {said}"));
        let took_kb: u64 = said.split(' ').next().unwrap().parse().unwrap();
        println!("{name}: {took_kb} kB");
        assert!(took_kb <= MOST_KB, "{name}: {took_kb} kB");
    }
}

#[test]
fn what_one_bomb_takes_when_it_is_alone() {
    let Ok(name) = std::env::var(BOMB) else { return };
    let text = BOMBS.iter().find(|(known, _)| *known == name).unwrap().1();
    let kb = |what: &str| -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with(what)).unwrap();
        let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kib * 1024 / 1000
    };
    // The program's own pages and the zones are loaded when they are first wanted.
    let council = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/calendars/council.ics")).unwrap();
    assert!(ics::read(&council, &origin()).is_ok());
    // Forgets the height reached so far.
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = kb("VmRSS:");
    let read = ics::read(text.as_bytes(), &origin());
    println!("took {} kB", kb("VmHWM:").saturating_sub(before));
    drop(read);
}
