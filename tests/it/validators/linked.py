"""Reads events as JSON-LD with PyLD, and holds what it understood against schema.org's vocabulary, and against what search
engines ask of an event: a line for each fault, with the address of the document.

Terms are those of the vocabulary: whatever else a document says would be dropped without a word, so it is a fault. The
context is made of the vocabulary as schema.org makes its own, and nothing is fetched but from the server.

    linked.py VOCABULARY URL...
"""
import json
import re
import sys
from datetime import date, datetime
from urllib.request import urlopen

from pyld import jsonld

SCHEMA = "https://schema.org/"
vocabulary = {}
for node in json.load(open(sys.argv[1]))["@graph"]:
    vocabulary[node["@id"].replace("schema:", SCHEMA)] = node


def named(node, key):
    """What a node of the vocabulary names there, as addresses."""
    found = node.get(key, [])
    return [one["@id"].replace("schema:", SCHEMA) for one in (found if isinstance(found, list) else [found])]


def kinds(node):
    found = node["@type"]
    return [one.replace("schema:", SCHEMA) for one in (found if isinstance(found, list) else [found])]


def above(name):
    """A class and all that it is one of."""
    found = {name}
    for upper in named(vocabulary[name], "rdfs:subClassOf"):
        if upper in vocabulary:
            found |= above(upper)
    return found


context = {"type": "@type", "id": "@id"}
for name, node in vocabulary.items():
    term = {"@id": name}
    if "rdf:Property" in kinds(node):
        ranges = named(node, "schema:rangeIncludes")
        if SCHEMA + "URL" in ranges:
            term["@type"] = "@id"
        elif SCHEMA + "DateTime" in ranges or SCHEMA + "Date" in ranges:
            term["@type"] = SCHEMA + ("DateTime" if SCHEMA + "DateTime" in ranges else "Date")
    context[name.removeprefix(SCHEMA)] = term


def loader(url, _options):
    if url.rstrip("/") != "https://schema.org":
        raise ValueError(f"{url} was to be fetched")
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": {"@context": context}}


jsonld.set_document_loader(loader)


def terms(said):
    """Each term that is used in a document, at any depth."""
    if isinstance(said, list):
        for one in said:
            yield from terms(one)
    elif isinstance(said, dict):
        for key, value in said.items():
            yield key
            yield from terms(value)


def faults(node):
    """What of a node, as it was understood, is not as the vocabulary has it."""
    classes = set().union(*(above(one) if one in vocabulary else {one} for one in node.get("@type", [])))
    for one in node.get("@type", []):
        if one not in vocabulary:
            yield f"there is no class {one}"
    for name, values in node.items():
        if name.startswith("@"):
            continue
        said = vocabulary[name]
        if classes and not classes & set(named(said, "schema:domainIncludes")):
            yield f"{name} is nothing that {sorted(classes)} have"
        ranges = named(said, "schema:rangeIncludes")
        for value in values:
            if "@type" in value and "@value" not in value:
                mine = set().union(*(above(one) for one in value["@type"] if one in vocabulary))
                if not mine & set(ranges):
                    yield f"{name} is {value['@type']}, not {ranges}"
                yield from faults(value)
            elif value.get("@id", "").startswith(SCHEMA):
                member = vocabulary.get(value["@id"])
                if member is None or not any(above(kind) & set(ranges) for kind in kinds(member)):
                    yield f"{name} is {value['@id']}, not one of {ranges}"
            elif "@value" in value:
                text = value["@value"]
                enumerated = [one for one in ranges if SCHEMA + "Enumeration" in above(one)]
                if len(enumerated) == len(ranges):
                    member = vocabulary.get(text)
                    if member is None or not set(kinds(member)) & set(ranges):
                        yield f"{name} is {text!r}, not one of {ranges}"


def first(node, name):
    values = node.get(SCHEMA + name, [{}])
    return values[0].get("@value", values[0].get("@id"))


def instant(text):
    """A day, or a time with its offset; nothing else says when."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else None


def unfit(event):
    """What search engines ask of an event, after Google's documentation of structured data for events."""
    for name in ["name", "startDate", "eventStatus", "eventAttendanceMode", "url"]:
        if not first(event, name):
            yield f"{name} is missing"
    for name in ["startDate", "endDate", "previousStartDate"]:
        if (text := first(event, name)) and instant(text) is None:
            yield f"{name} has no offset: {text}"
    starts, ends = (first(event, name) for name in ["startDate", "endDate"])
    if ends and ("T" in starts) != ("T" in ends):
        yield f"of {starts} and {ends} one is a day"
    elif ends and None not in (instant(starts), instant(ends)) and instant(ends) < instant(starts):
        yield f"it ends ({ends}) before it starts ({starts})"
    status = (first(event, "eventStatus") or "").removeprefix(SCHEMA)
    if status not in ["EventScheduled", "EventCancelled", "EventPostponed", "EventRescheduled"]:
        yield f"eventStatus is {status}"
    if (status == "EventRescheduled") != (SCHEMA + "previousStartDate" in event):
        yield "what was moved says from when, and nothing else"
    for place in event.get(SCHEMA + "location", [None]):
        if place is None:
            yield "location is missing"
        elif place["@type"] == [SCHEMA + "VirtualLocation"]:
            if not first(place, "url"):
                yield "what is online has no url"
        elif not first(place, "name") or SCHEMA + "address" not in place:
            yield "location has no name, or no address"
    for offer in event.get(SCHEMA + "offers", []):
        if not first(offer, "url"):
            yield "an offer has no url"
        if any(first(offer, name) is not None for name in ["price", "lowPrice"]) and not first(offer, "priceCurrency"):
            yield "an offer has a price, and no currency"
    for image in event.get(SCHEMA + "image", []):
        if not first(image, "url"):
            yield "an image has no url"


events = 0
for url in sys.argv[2:]:
    document = json.load(urlopen(url))
    for term in sorted(set(terms(document))):
        if not term.startswith("@") and SCHEMA + term not in vocabulary:
            print(f"{url}: {term} is no word of schema.org")
    nodes = jsonld.expand(document)
    if not nodes:
        print(f"{url}: nothing is understood of it")
    for node in nodes:
        for fault in faults(node):
            print(f"{url}: {fault}")
        elements = node.get(SCHEMA + "itemListElement", [])
        things = [element[SCHEMA + "item"][0] for element in elements] if elements else [node]
        for event in things:
            events += 1
            for fault in unfit(event):
                print(f"{url}: {event['@id'].rsplit('/', 1)[1]}: {fault}")
print(f"{events} events")
