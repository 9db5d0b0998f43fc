"""The dates in calendars, as somebody else reads them: icalendar and recurring-ical-events.

    occurrences.py FROM_YEAR TO_YEAR FILE...   a line a date: file, UID, start, end, STATUS, SEQUENCE; tabs between
    occurrences.py --zones FILE...             a line a zone and day: the offset that its VTIMEZONE says

Times are in UTC, days as such. What cannot be read is a line with the word "unread".
"""
import sys
from datetime import date, datetime, timedelta, timezone

import icalendar
import recurring_ical_events


def stamp(value):
    """A day, or a time in UTC; one without a zone is on London's wall."""
    if not isinstance(value, datetime):
        return value.strftime("%Y-%m-%d")
    if value.tzinfo is None:
        from zoneinfo import ZoneInfo

        value = value.replace(tzinfo=ZoneInfo("Europe/London"))
    return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def calendars(path):
    text = open(path, "rb").read()
    found = icalendar.Calendar.from_ical(text, multiple=True)
    for calendar in found:
        if calendar.name == "VCALENDAR":
            yield calendar
        else:
            # A component by itself.
            around = icalendar.Calendar()
            around.add_component(calendar)
            yield around


def can_be_shown(event):
    """What has no single beginning nobody can show; what is on every second they would, for an hour."""
    often = {"SECONDLY", "MINUTELY", "HOURLY"}
    rule = event.get("RRULE", {})
    return hasattr(event.get("DTSTART"), "dt") and hasattr(rule, "get") and not often & set(rule.get("FREQ", []))


def occurrences(path, first, last):
    for calendar in calendars(path):
        calendar.subcomponents = [part for part in calendar.subcomponents if part.name != "VEVENT" or can_be_shown(part)]
        for event in calendar.walk("VEVENT"):
            if "UID" not in event and "DTSTART" in event:
                starts = event["DTSTART"].dt
                form = "%Y%m%dT%H%M%S" if isinstance(starts, datetime) else "%Y%m%d"
                event.add("UID", f"{starts.strftime(form)} {event.get('SUMMARY', '')}".strip())
        events = recurring_ical_events.of(calendar, skip_bad_series=True)
        for event in events.between(date(first, 1, 1), date(last, 1, 1)):
            starts, ends = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else event["DTSTART"].dt
            yield [
                str(event.get("UID", "")),
                stamp(starts),
                stamp(ends),
                str(event.get("STATUS", "CONFIRMED")),
                str(event.get("SEQUENCE", 0)),
            ]


def zones(path):
    for calendar in calendars(path):
        for zone in calendar.walk("VTIMEZONE"):
            name = str(zone["TZID"])
            # Under another name, so that nothing but what is written here can be known of it.
            zone["TZID"] = icalendar.vText("Made/Up")
            rules = zone.to_tz(lookup_tzid=False)
            for day in range(0, 366 * 7):
                at = datetime(2024, 1, 1, 12, tzinfo=timezone.utc) + timedelta(days=day)
                offset = at.astimezone(rules).utcoffset()
                print(path, name, at.strftime("%Y-%m-%dT%H:%M:%SZ"), int(offset.total_seconds()), sep="\t")


if sys.argv[1] == "--zones":
    for path in sys.argv[2:]:
        zones(path)
else:
    first, last = int(sys.argv[1]), int(sys.argv[2])
    for path in sys.argv[3:]:
        try:
            lines = sorted(occurrences(path, first, last))
        except Exception as cause:
            print(path, "unread", type(cause).__name__, str(cause).replace("\n", " ").replace("\t", " "), sep="\t")
            continue
        for line in lines:
            print(path, *line, sep="\t")
