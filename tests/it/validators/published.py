"""Reads a feed of what was published with feedparser, and prints what it understood, as JSON.

    published.py URL
"""
import json
import sys

import feedparser

read = feedparser.parse(sys.argv[1])
if read.bozo:
    sys.exit(f"it is no feed: {read.bozo_exception}")
missing = [
    f"{entry.get('id')}: {name}"
    for entry in [read.feed, *read.entries]
    for name in ["id", "title", "updated_parsed", "link"]
    if not entry.get(name)
]
print(json.dumps({
    "version": read.version,
    "encoding": read.encoding,
    "missing": missing,
    "title": read.feed.title,
    "author": read.feed.author,
    "links": {link.rel: link.href for link in read.feed.links},
    "entries": [
        {
            "id": entry.id, "title": entry.title, "summary": entry.get("summary"), "author": entry.get("author"),
            "published": entry.published, "updated": entry.updated, "tags": [tag.term for tag in entry.get("tags", [])],
        }
        for entry in read.entries
    ],
}))
