"""The dates that others find of a series: dateutil, given the rule, and recurring-ical-events, given a calendar.

Reads the file of series that its argument names (rules.txt says how they are written) and, when PROMENADE_CORPUS is
set, every recurring event of the calendars below it, each by itself. Prints one JSON object a series: what it is, in
the notation of rules.txt with its zone, and what each of the two finds from 1990 to 2030; a text in place of a list
is why it found nothing. What is no series, or has a zone of its own, is said on stderr.
"""
import json
import os
import re
import sys
import warnings
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from dateutil.rrule import rruleset, rrulestr

FROM, TO = date(1990, 1, 1), date(2031, 1, 1)
warnings.simplefilter("ignore")


def is_day(moment):
    return not isinstance(moment, datetime)


def wall(moment):
    """As Wall writes it."""
    if is_day(moment):
        return moment.isoformat()
    text = moment.replace(tzinfo=None).isoformat()
    return text[:-3] if text.endswith(":00") and len(text) == 19 else text


def instant(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text):
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def compact(at):
    return at.strftime("%Y%m%d" if is_day(at) else "%Y%m%dT%H%M%S")


def in_window(at):
    return FROM <= (at if is_day(at) else at.date()) < TO


def midnight(at):
    return datetime.combine(at, datetime.min.time()) if is_day(at) else at


def by_dateutil(starts, rule, added, left_out, zone):
    """The walls of rule, start, what is added, less what is left out."""
    until = re.search(r"UNTIL=[0-9T]+(Z?)", rule or "")
    # dateutil wants both the start and UNTIL with a zone, or both without.
    zoned = (lambda at: at.replace(tzinfo=zone)) if until and until[1] else (lambda at: at)
    dates = rruleset()
    if rule:
        dates.rrule(rrulestr(rule, dtstart=zoned(midnight(starts))))
    for at in [starts, *added]:
        dates.rdate(zoned(midnight(at)))
    for at in left_out:
        dates.exdate(zoned(midnight(at)))
    found = []
    for at in dates:
        if TO <= at.date():
            break
        found.append(at.date() if is_day(starts) else at)
    return [wall(at) for at in found if in_window(at)]


def by_recurring_ical_events(calendar, zone, has_end):
    """Of each date its wall, its instant, and its end as an instant, or as a day."""
    found = []
    for event in recurring_ical_events.of(calendar, skip_bad_series=False).between(FROM, TO):
        starts, ends = event.start, event.end
        if not in_window(starts):
            continue
        line = [wall(starts)]
        if not is_day(starts):
            aware = (lambda at: at.replace(tzinfo=at.tzinfo or zone))
            line += [instant(aware(starts))] + ([instant(aware(ends))] if has_end else [])
        elif has_end:
            line.append(wall(ends))
        found.append(" ".join(line))
    return sorted(found)


def attempt(call, *arguments):
    try:
        return call(*arguments)
    except Exception as error:  # what it says is what is compared
        return f"{type(error).__name__}: {error}"


def told(name, zone, starts, ends, rule, added, left_out, calendar):
    words = [wall(starts)] + ([f"/{wall(ends)}"] if ends is not None else []) + ([rule] if rule else [])
    words += [f"+{wall(at)}" for at in added] + [f"-{wall(at)}" for at in left_out]
    print(json.dumps({
        "name": name,
        "zone": zone.key,
        "series": " ".join(words),
        "dateutil": attempt(by_dateutil, starts, rule, added, left_out, zone),
        "recurring_ical_events": attempt(by_recurring_ical_events, calendar, zone, ends is not None),
    }))


def calendar_of(starts, ends, rule, added, left_out):
    """A calendar with this one event, as programs write them."""
    def line(name, at):
        return f"{name};VALUE=DATE:{compact(at)}" if is_day(at) else f"{name};TZID=Europe/London:{compact(at)}"

    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z"]
    lines += [line("DTSTART", starts)] + ([line("DTEND", ends)] if ends else [])
    lines += [f"RRULE:{rule}"] if rule else []
    lines += [line("RDATE", at) for at in added] + [line("EXDATE", at) for at in left_out]
    return icalendar.Calendar.from_ical("\r\n".join([*lines, "END:VEVENT", "END:VCALENDAR", ""]))


def fixture(text):
    starts, *words = text.split()
    ends, rule, added, left_out = None, None, [], []
    for word in words:
        match word[0]:
            case "/":
                ends = moment(word[1:])
            case "+":
                added.append(moment(word[1:]))
            case "-":
                left_out.append(moment(word[1:]))
            case _:
                rule = word
    starts = moment(starts)
    calendar = calendar_of(starts, ends, rule, added, left_out)
    told(text, ZoneInfo("Europe/London"), starts, ends, rule, added, left_out, calendar)


def dates_of(event, name, zone):
    """RDATE or EXDATE, on the wall of the zone, or as written where the start has none; of a period its beginning."""
    found = event.get(name, [])
    for entry in found if isinstance(found, list) else [found]:
        for one in entry.dts:
            at = one.dt[0] if isinstance(one.dt, tuple) else one.dt
            assert isinstance(at, date), f"{name} {at}"
            yield at if is_day(at) or at.tzinfo is None else (at.astimezone(zone) if zone else at).replace(tzinfo=None)


def corpus_event(name, event):
    starts = event.start
    zone = None if is_day(starts) else starts.tzinfo
    if zone == timezone.utc:
        zone = ZoneInfo("UTC")
    assert zone is None or isinstance(zone, ZoneInfo), f"a zone of its own, {zone}"
    rules = event.get("RRULE", [])
    rules = [rule.to_ical().decode() for rule in (rules if isinstance(rules, list) else [rules])]
    assert len(rules) < 2, "more than one rule"
    rule = rules[0].replace("\\", "").replace(" ", "") if rules else None
    plain = (lambda at: at if is_day(at) else at.replace(tzinfo=None))
    added, left_out = (list(dates_of(event, which, zone)) for which in ("RDATE", "EXDATE"))
    calendar = icalendar.Calendar()
    calendar.add_component(event)
    # The end is not compared: where dates added are periods, each has its own.
    told(name, zone or ZoneInfo("Europe/London"), plain(starts), None, rule, added, left_out, calendar)


for line in Path(sys.argv[1]).read_text().splitlines():
    if line and not line.startswith("#"):
        fixture(line)

corpus = os.environ.get("PROMENADE_CORPUS")
for path in sorted(Path(corpus).rglob("*.ics")) if corpus else []:
    try:
        calendars = icalendar.Calendar.from_ical(path.read_bytes(), multiple=True)
    except ValueError as error:
        print(f"{path.name}: {error}", file=sys.stderr)
        continue
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    for number, event in enumerate(events):
        if any(name in event for name in ("RRULE", "RDATE", "EXDATE")) and "RECURRENCE-ID" not in event:
            try:
                corpus_event(f"{path.name} {number}", event)
            except Exception as error:  # it has no start, or one that nobody can read
                print(f"{path.name} {number}: {error}", file=sys.stderr)
