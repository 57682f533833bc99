"""What was measured, as a page: tables with ratios, and whether the answers are equal."""

import datetime
import math

TITLES = {
    "count": "events by type",
    "uniques": "unique persons by day and type",
    "retention": "daily retention, 30 periods",
    "funnel": "funnel of 3 steps in 24 h",
    "filter_country": "daily count, country is DE",
    "filter_button": "daily count, properties.button is buy-now",
    "by_country": "daily count by country",
    "by_button": "daily count by properties.button",
    "amount": "daily sum and p95 of properties.amount",
}
SETS = {
    "ordered": "in order, one id per person",
    "late": "5 % up to three days late, 40 % of the people with an anonymous id before the login",
}
NAMES = {
    "clickhouse/best": "ClickHouse, best",
    "duckdb/best": "DuckDB, best",
    "clickhouse/s2": "ClickHouse, S2",
    "duckdb/s2": "DuckDB, S2",
}
DAY_MS = 86_400_000


def normal(question, answer, start_ms):
    """An answer of TrackFlow in the form the peers' answers have (`peer.plain`)."""

    def day(text):
        moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        return str(int(moment.timestamp() * 1e3 - start_ms) // DAY_MS)

    if question == "funnel":
        return [step["count"] for step in answer["steps"]]
    if question == "retention":
        cells = {}
        for row in answer["cohorts"]:
            at = int(day(row["start"]))
            for cell in row["values"]:
                if cell["count"] and at + cell["period"] < 30:
                    cells[f"{at}|{cell['period']}"] = cell["count"]
        return cells
    if question == "amount":
        sums, tails = (line["data"] for line in answer["series"])
        both = zip(sums, tails)
        return {
            day(s["t"]): [round(s["v"], 2), round(p["v"], 4)] for s, p in both if s["v"]
        }
    found = {}
    for line in answer["series"]:
        of = [value.get("value", value.get("kind")) for value in line.get("breakdown", [])]
        for point in line["data"]:
            key = of if question == "count" else [day(point["t"]), *of]
            if point["v"]:
                found["|".join(map(str, key))] = point["v"]
    return found


def equal(left, right):
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-4)


def table(rows):
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for number, row in enumerate(rows):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        lines.append("| " + " | ".join(cells) + " |")
        if number == 0:
            lines.append("| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines) + "\n"


def ms(value):
    return "-" if value is None else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def ratio(peer, ours):
    return "-" if not peer or not ours else f"{peer / ours:.1f}"


def hot_ms(engine, question, times="ms"):
    line = engine["answers"].get(question, {})
    return min(line[times]) if line.get(times) and "error" not in line else None


def peers_of(result):
    return [name for name in NAMES if name in result]


def hot_table(result, times="ms"):
    names = peers_of(result)
    rows = [["question", "TrackFlow ms"]]
    for name in names:
        rows[0] += [f"{NAMES[name]} ms", "ratio"]
    for question, title in TITLES.items():
        ours = hot_ms(result["trackflow"], question, times)
        row = [title, ms(ours)]
        for name in names:
            theirs = hot_ms(result[name], question, times)
            row += [ms(theirs), ratio(theirs, ours)]
        rows.append(row)
    return table(rows)


def cold_table(result):
    names = [name for name in peers_of(result) if name.endswith("/best")]
    rows = [["question", "state", "TrackFlow ms", "opening included"]]
    for name in names:
        rows[0] += [f"{NAMES[name]} ms", "ratio"]
    for question, title in TITLES.items():
        for state in ("cold", "warm"):
            got = result["trackflow"][state].get(question) or {}
            ours = got.get("with_open_ms")
            row = [title, state, ms(got.get("ms")), ms(ours)]
            for name in names:
                theirs = (result[name][state].get(question) or {}).get("ms")
                row += [ms(theirs), ratio(theirs, ours)]
            rows.append(row)
    return table(rows)


def size_table(result):
    rows = [["engine", "bytes per event", "peak resident MB", "opening ms", "version"]]
    for name in ["trackflow", *peers_of(result)]:
        about = result[name]["about"]
        events = result["set"]["rows" if name == "trackflow" else "table_rows"]
        size = about["folder_bytes"] if name == "trackflow" else about.get("bytes", 0)
        rows.append([
            NAMES.get(name, "TrackFlow"),
            f"{size / events:.1f}",
            f"{about.get('rss_peak_bytes', 0) / 1e6:.0f}",
            ms(about.get("open_ms")),
            about.get("version", "this one"),
        ])
    return table(rows)


def truth(result, question):
    """The answer most engines agree on, and who gave another one or none."""
    given, troubles = {}, []
    for name in ["trackflow", *peers_of(result)]:
        line = result[name]["answers"].get(question)
        if line is None or "error" in line:
            problem = line["error"] if line else result[name]["about"].get("failed")
            troubles.append(f"{NAMES.get(name, 'TrackFlow')}: {problem or 'no answer'}")
            continue
        answer = line["answer"]
        start_ms = result["set"]["start_ms"]
        given[name] = normal(question, answer, start_ms) if name == "trackflow" else answer
        troubles += [f"{NAMES[name]}, {way}: another answer" for way in line.get("odd", [])]
        failed = line.get("failed", {})
        troubles += [f"{NAMES[name]}, {way}: {failed[way]}" for way in failed]
    for name, answer in given.items():
        others = [other for key, other in given.items() if key != name]
        if others and not any(equal(answer, other) for other in others):
            troubles.append(f"{NAMES.get(name, 'TrackFlow')}: **another answer than the rest**")
    return len(given), troubles


def checks(result):
    lines, whole = [], len(peers_of(result)) + 1
    for question, title in TITLES.items():
        answers, troubles = truth(result, question)
        if answers < whole or troubles:
            lines.append(f"- {title}: {'; '.join(troubles)}")
    if not lines:
        return "All engines gave equal answers to all questions.\n"
    return "Equal answers everywhere but for:\n\n" + "\n".join(lines) + "\n"


def ways(result):
    """Which SQL won, where there was a choice."""
    lines = []
    for name in peers_of(result):
        won = [
            f"{question}: {line['way']} of {line['tried']}"
            for question, line in result[name]["answers"].items()
            if len(line.get("tried", {})) > 1
        ]
        if won:
            lines.append(f"- {NAMES[name]}: " + "; ".join(won).replace("'", ""))
    return "\n".join(lines) + "\n"


def page(head, results):
    text = [
        "# Questions beside other engines\n",
        f"{head['cores']} cores, {head['threads']} threads each, {head['day']}. Best of several runs,"
        " since the machine may be busy. Hot: again in one process. Cold: a new process, the files"
        " dropped from the page cache; warm: a new process, the files in the page cache. A ratio is"
        " the peer's time over TrackFlow's; cold and warm ones count the opening of TrackFlow's"
        " store and not that of the peers. Repeat with `make bench-questions`; what the layouts are"
        " is told in the README beside.\n",
    ]
    for result in results:
        about = result["set"]
        text.append(
            f"## {result['rows']:,} events, {SETS[result['kind']]}\n\n"
            f"{about['persons']:,} people, 30 days.\n"
        )
        text += [hot_table(result), checks(result)]
        text.append("### Processor time of the same answers\n\n" + hot_table(result, "cpu_ms"))
        if any(result["clickhouse/best"]["cold"].values()):
            text.append("### New process\n\n" + cold_table(result))
        text += ["### Size\n\n" + size_table(result), "### Which SQL\n\n" + ways(result)]
    return "\n".join(text)
