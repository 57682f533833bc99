"""PostHog's Python library against a server: what it sends arrives once and as it was meant."""

import datetime
import json
import os
import time
import urllib.request

from posthog import Posthog

URL, WRITE_KEY = os.environ["TRACKFLOW_URL"], os.environ["TRACKFLOW_WRITE_KEY"]
SECRET_KEY = os.environ["TRACKFLOW_SECRET_KEY"]
PATIENCE_S = 20
NEAR = datetime.timedelta(seconds=5)


def ask(question):
    headers = {"authorization": f"Bearer {SECRET_KEY}", "content-type": "application/json"}
    request = urllib.request.Request(
        f"{URL}/api/v1/query", json.dumps(question).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["result"]


def event(name):
    """The one event of a type, when it is there."""
    until = time.monotonic() + PATIENCE_S
    while True:
        found = ask({"kind": "events", "event": name, "range": {"last": "60d"}})["events"]
        if found:
            assert len(found) == 1, f"{name} is there {len(found)} times"
            return found[0]
        assert time.monotonic() < until, f"waited in vain for {name}"
        time.sleep(0.05)


def send(gzip):
    client = Posthog(WRITE_KEY, host=URL, gzip=gzip)
    kind = "packed" if gzip else "plain"
    moment = datetime.datetime(2026, 11, 3, 10, 0, 0, 123456, datetime.timezone.utc)
    client.capture(f"py {kind}", distinct_id="py-user", properties={"plan": "pro"}, timestamp=moment)
    client.set(distinct_id="py-user", properties={"email": "py@example.com"})
    client.alias(previous_id="py-anonymous", distinct_id="py-user")
    client.shutdown()
    found = event(f"py {kind}")
    assert found["distinct_id"] == "py-user", found
    # The clock is corrected by how long the request took.
    assert abs(datetime.datetime.fromisoformat(found["timestamp"]) - moment) < NEAR, found
    assert found["properties"]["plan"] == "pro", found
    assert found["source"] == "server", found


for gzip in (False, True):
    send(gzip)
person = ask({"kind": "person", "id": "py-anonymous"})
assert person["person"]["properties"]["email"] == "py@example.com", person
