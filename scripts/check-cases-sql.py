#!/usr/bin/env python3
"""Questions of testdata/insights asked a second time, in SQL on DuckDB.

    scripts/check-cases-sql.py [part of a file name]

Each `testdata/insights/sql/FILE.SLUG.sql` is written by hand from what the question of one case
means, with nothing of TrackFlow in it. Its one row, as JSON, must hold all that the case expects.
The format of cases and the tables that the SQL reads are told in `testdata/insights/README.md`.
Needs Python 3.10 or newer; DuckDB is installed once, from PyPI, into a folder of the user's cache.
"""

import datetime
import fcntl
import json
import os
import re
import subprocess
import sys
import zoneinfo
from pathlib import Path

DUCKDB = "2.0.0"
CASES = Path(__file__).resolve().parent.parent / "testdata/insights"
CHECKED_MIN = 20
# Without more right, these stand for nobody: what is linked to them would be one large person.
NOBODY = set("anonymous null undefined none 0 guest nan true false".split()) | {"[object object]"}
FIELDS = """user_id distinct_id device_id session_id platform app_version os os_version browser
    browser_version device_type page_url page_path page_host page_title referrer referrer_source
    utm_source utm_medium utm_campaign country region city currency""".split()
SECTIONS = "why now zone week_start horizon events links first_seen question expect".split()


def stop(message):
    sys.exit(f"check-cases-sql: {message}")


def with_duckdb():
    """Goes on in a Python that has the packages: this one if it does, else that of the cache."""
    known = f"import duckdb, tzdata; assert duckdb.__version__ == {DUCKDB!r}"
    try:
        return exec(known)
    except (ImportError, AssertionError):
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").resolve()
    home = cache / f"trackflow/check-cases-sql/duckdb-{DUCKDB}"
    python = str(home / "bin/python")
    home.parent.mkdir(parents=True, exist_ok=True)
    with open(home.parent / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        works = home.exists() and not subprocess.run([python, "-c", known],
                                                     stderr=subprocess.DEVNULL).returncode
        if not works:
            install(home, python)
    os.execv(python, [python, *sys.argv])


def install(home, python):
    packages = [f"duckdb=={DUCKDB}", "tzdata"]
    print(f"installing {' and '.join(packages)} into {home}", file=sys.stderr)
    pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages]
    for command in ([sys.executable, "-m", "venv", "--clear", str(home)], pip):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            stop("cannot install DuckDB; this needs Python 3.10 with venv and pip and, once, the "
                 f"network. {' '.join(command)} said:\n{(done.stderr + done.stdout).strip()}")


def parse(file):
    """The cases of a file: dicts of their sections, `before` being the case above."""
    cases = []
    for number, line in enumerate(file.read_text().splitlines(), 1):
        key, colon, body = line.partition(":")
        if line.startswith("=== "):
            label = f"{file.name}:{number}: {line[4:]}"
            slug = re.sub("[^a-z0-9]+", "-", line[4:].lower()).strip("-")
            cases.append({"label": label, "slug": slug, "before": cases[-1] if cases else None})
            section = None
        elif not line.strip() or line.startswith("#"):
            continue
        elif colon and key in SECTIONS:
            section = key
            cases[-1][section] = [body.strip()] if body.strip() else []
        else:
            cases[-1][section].append(line.strip())
    return cases


def moment(text, zone):
    """Milliseconds since 1970 of a time in a case: `05T10:00`, civil in the zone, or RFC 3339."""
    text = "2026-01-" + text if text[2] == "T" else text
    at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    return (at - datetime.datetime.fromtimestamp(0, datetime.timezone.utc)) // datetime.timedelta(
        milliseconds=1)


def facts(case):
    """Events, links as (position, verb, ids) and first-seen lines of a case, as it tells them."""
    zone = zoneinfo.ZoneInfo(case.get("zone", ["UTC"])[0])
    if case["events"] == ["same"]:
        events, links, first_seen = (list(rows) for rows in facts(case["before"]))
    else:
        events = [event(line, index, zone) for index, line in enumerate(case["events"], 1)]
        links = [link for one in events for link in told(one)]
        first_seen = []
    for line in case.get("links", []):
        position, verb, *ids = line.split()
        links.append((int(position), verb, ids))
    for line in case.get("first_seen", []):
        at, distinct_id, event_type = line.split()
        first_seen.append((moment(at, zone), distinct_id, event_type))
    return events, links, first_seen


def event(line, index, zone):
    head, brace, properties = line.partition("{")
    at, distinct_id, event_type, *words = head.split()
    row = {"id": index, "t": moment(at, zone), "event_type": event_type.replace("__", " "),
           "properties": brace + properties or "{}", "pos": index}
    if distinct_id != "-":
        row["distinct_id"] = distinct_id
    for word in words:
        key, _, text = word.partition("=")
        if key not in FIELDS + ["id", "pos", "revenue"]:
            raise ValueError(f"{key!r} is no field that SQL knows: add it to FIELDS")
        row[key] = int(text) if key in ("id", "pos") else text
    return row


def told(row):
    """The links an event tells: of its user id, of `$identify` and of `$create_alias`."""
    kind, distinct_id, at = row["event_type"], row.get("distinct_id"), row["pos"]
    user = row.get("user_id") or (distinct_id if kind == "$identify" else None)
    if user:
        yield at, "user", [user]
        for id in (distinct_id, row.get("device_id"), row.get("session_id")):
            if id and id != user:
                yield at, "join", [id, user]
    key = {"$identify": "$anon_distinct_id", "$create_alias": "alias"}.get(kind)
    other = json.loads(row["properties"]).get(key) if key else None
    if isinstance(other, str) and distinct_id and other != distinct_id:
        yield at, "join", [other, distinct_id]


def persons(links):
    """The person of each linked id."""
    groups, first, identified = {}, {}, set()
    for position, verb, ids in sorted(links, key=lambda link: link[0]):
        if any(id.strip().lower() in NOBODY for id in ids):
            continue
        for id in ids:
            first.setdefault(id, position)
            groups.setdefault(id, {id})
        if verb == "user":
            identified.add(ids[0])
            continue
        a, b = groups[ids[0]], groups[ids[1]]
        if verb == "force" or not (a & identified and b & identified):
            joined = a | b
            groups.update((id, joined) for id in joined)
    rank = lambda id: (id not in identified, first[id], id.encode())
    return {id: min(group, key=rank) for id, group in groups.items()}


def load(db, case):
    """Makes the tables of a case; times that SQL writes or shows are of the case's zone."""
    events, links, first_seen = facts(case)
    person = persons(links)
    zone = case.get("zone", ["UTC"])[0]
    now = moment(case.get("now", ["2026-02-01T00:00:00Z"])[0], zoneinfo.ZoneInfo(zone))
    fields = ", ".join(f"{field} VARCHAR" for field in FIELDS)
    db.execute(f"SET TimeZone = '{zone}'")
    db.execute(f"SET VARIABLE now = make_timestamptz({now} * 1000)")
    db.execute(f"""CREATE TABLE events(id BIGINT, t BIGINT, ts TIMESTAMPTZ, person VARCHAR,
        event_type VARCHAR, properties JSON, revenue DECIMAL(38, 6), {fields});
        CREATE TABLE first_seen(ts TIMESTAMPTZ, person VARCHAR, event_type VARCHAR);
        CREATE MACRO iso(ts) AS regexp_replace(strftime(ts, '%Y-%m-%dT%H:%M:%S%z'),
            '([+-]\\d\\d)$', '\\1:00')""")
    for row in events:
        id = row.get("distinct_id")
        values = [row["id"], row["t"], row["t"] * 1000, person.get(id, id), row["event_type"],
                  row["properties"], row.get("revenue"), *(row.get(field) for field in FIELDS)]
        marks = "?, ?, make_timestamptz(?)" + ", ?" * (len(values) - 3)
        db.execute(f"INSERT INTO events VALUES ({marks})", values)
    for at, id, kind in first_seen:
        row = [at * 1000, person.get(id, id), kind]
        db.execute("INSERT INTO first_seen VALUES (make_timestamptz(?), ?, ?)", row)


def difference(expected, found, path=""):
    """Where something expected is missing or another; more than expected may be there."""
    if isinstance(expected, dict) and isinstance(found, dict):
        missing = [key for key in expected if key not in found]
        if missing:
            return f"{path}.{missing[0]}: not in the answer of the SQL"
        pairs = [(f"{path}.{key}", value, found[key]) for key, value in expected.items()]
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = [(f"{path}[{i}]", e, f) for i, (e, f) in enumerate(zip(expected, found))]
    else:
        truth = isinstance(expected, bool) == isinstance(found, bool)
        same = truth and expected == found
        return None if same else (f"{path}: the case expects {json.dumps(expected)}, "
                                  f"the SQL finds {json.dumps(found)}")
    return next((told for at, e, f in pairs if (told := difference(e, f, at))), None)


def check(case, text):
    """What is wrong with the SQL of a case, or None."""
    import duckdb

    asked = re.match(r"-- question: (.*)\n", text)
    if not asked or json.loads(asked[1]) != json.loads("\n".join(case["question"])):
        return "its first line is not `-- question: ` and the question of the case"
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as db:
        try:
            load(db, case)
            rows = db.execute(f"SELECT to_json(q) FROM ({text.rstrip().rstrip(';')}) q").fetchall()
        except duckdb.Error as e:
            return f"the SQL fails: {e}"
        except (KeyError, ValueError, zoneinfo.ZoneInfoNotFoundError) as e:
            return f"the case cannot be read: {e!r}"
    if len(rows) != 1:
        return f"the SQL gives {len(rows)} rows instead of one"
    return difference(json.loads("\n".join(case["expect"])), json.loads(rows[0][0]))


def main():
    with_duckdb()
    cases = {}
    for file in sorted(CASES.glob("*.case")):
        for case in parse(file):
            cases.setdefault(f"{file.stem}.{case['slug']}", []).append(case)
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    files = [file for file in sorted((CASES / "sql").glob("*.sql")) if only in file.stem]
    problems = []
    for file in files:
        named = cases.get(file.stem, [])
        if len(named) != 1:
            problems.append(f"sql/{file.name}: {len(named)} cases have this name")
            continue
        problem = check(named[0], file.read_text())
        if problem:
            problems.append(f"{named[0]['label']} (sql/{file.name}): {problem}")
    if not only and len(files) < CHECKED_MIN:
        problems.append(f"{len(files)} cases have SQL, at least {CHECKED_MIN} must")
    if problems:
        stop("\n".join([f"{len(problems)} problems", *problems]))
    print(f"{len(files)} of {sum(map(len, cases.values()))} cases answered the same by DuckDB")


main()
