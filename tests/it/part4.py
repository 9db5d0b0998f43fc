"""Writes features with OWSLib, a client of OGC API - Features that is not ours: create, replace, delete (Part 4).

PATCH, which OWSLib does not have, goes through requests. Any step that is not as it should be ends the script.
"""
import json
import sys

import requests
from owslib.ogcapi.features import Features

url, token = sys.argv[1:]
api = Features(url, headers={"Authorization": f"Bearer {token}", "Content-Type": "application/geo+json"})
toilet = {
    "type": "Feature",
    "id": "wc-owslib",
    "geometry": {"type": "Point", "coordinates": [-3.45, 54.61]},
    "properties": {
        "name": "Made by OWSLib",
        "position_quality": "surveyed",
        "source": {"name": "Sandhaven Council", "retrieved_on": "2026-07-18"},
    },
}


def check(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: {found!r}, not {wanted!r}")


def refused(what, status, call, *arguments):
    try:
        call(*arguments)
    except RuntimeError as problem:
        check(what, json.loads(str(problem))["status"], status)
    else:
        sys.exit(f"{what} was not refused")


api.collection_item_create("toilets", json.dumps(toilet))
check("where it is", api.response_headers["Location"], f"{url}/collections/toilets/items/wc-owslib")

item = api.collection_item("toilets", "wc-owslib")
seen = api.response_headers["ETag"]
item["properties"]["name"] = "Replaced by OWSLib"
refused("a replacement of what was not seen", 428, api.collection_item_update, "toilets", "wc-owslib", json.dumps(item))
api.headers["If-Match"] = seen
api.collection_item_update("toilets", "wc-owslib", json.dumps(item))
refused("a second one of the same", 412, api.collection_item_update, "toilets", "wc-owslib", json.dumps(item))
check("the name", api.collection_item("toilets", "wc-owslib")["properties"]["name"], "Replaced by OWSLib")

address = f"{url}/collections/toilets/items/wc-owslib"
for media, name in [("application/merge-patch+json", "Merged"), ("application/geo+json", "Patched")]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": media, "If-Match": requests.get(address).headers["ETag"]}
    answer = requests.patch(address, headers=headers, data=json.dumps({"type": "Feature", "properties": {"name": name}}))
    check(f"a patch as {media}", (answer.status_code, answer.json()["properties"]["name"]), (200, name))

api.headers["If-Match"] = requests.get(address).headers["ETag"]
api.collection_item_delete("toilets", "wc-owslib")
check("what is left", requests.get(address).status_code, 404)
print("done")
