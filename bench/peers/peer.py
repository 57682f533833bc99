"""A peer in a process of its own: loads the table, or asks and prints a line of JSON a question.

    python peer.py load|ask --engine clickhouse|duckdb --layout best|s2 --dir SET [..]
"""

import argparse
import json
import shutil
import time
from pathlib import Path

TYPES = (
    "page_view", "view_item", "click", "search", "add_to_cart", "login", "checkout", "purchase",
    "signup", "logout",
)
ENOUGH_SECONDS = 20


def plain(question, rows):
    """An answer in the form that all engines share: text keys, nothing where there is nothing."""
    if question == "funnel":
        levels = {int(level): int(count) for level, count in rows}
        return [sum(n for level, n in levels.items() if level >= step) for step in (1, 2, 3)]
    if question == "amount":
        return {str(day): [round(float(s), 2), round(float(p), 4)] for day, s, p in rows}
    text = lambda part: "none" if part is None else str(part)
    return {"|".join(map(text, row[:-1])): int(row[-1]) for row in rows if int(row[-1])}


def rss_peak():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def peer_of(options):
    set_of = json.loads((options.dir / "set.json").read_text())
    if options.engine == "duckdb":
        from duck import Peer
    else:
        from clickhouse import Peer
    path = options.dir / f"{options.engine}-{options.layout}"
    if options.what == "load":
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
    return path, Peer(path.resolve(), options.layout, options.threads, set_of["start_ms"], TYPES)


def load(options):
    started = time.perf_counter()
    path, peer = peer_of(options)
    peer.load((options.dir / "rows.tsv.zst").resolve())
    about = dict(peer.about(), seconds=time.perf_counter() - started)
    (path / "loaded.json").write_text(json.dumps(about))
    print(json.dumps(about))


def measure(peer, question, way, runs):
    times, cpu, answer, started = [], [], None, time.perf_counter()
    while len(times) < runs:
        before, cpu_before = time.perf_counter(), time.process_time()
        rows = peer.query(*way[1:])
        times.append((time.perf_counter() - before) * 1e3)
        cpu.append((time.process_time() - cpu_before) * 1e3)
        again = plain(question, rows)
        assert answer is None or answer == again, f"{question}: two runs gave different answers"
        answer = again
        if time.perf_counter() - started > ENOUGH_SECONDS:
            break
    line = {"question": question, "way": way[0], "ms": times, "cpu_ms": cpu}
    return dict(line, answer=answer)


def ask(options):
    """Every way of a question is tried; the fastest counts."""
    before = time.perf_counter()
    _, peer = peer_of(options)
    open_ms = (time.perf_counter() - before) * 1e3
    for question, ways in peer.questions().items():
        if options.question and options.question != question:
            continue
        ways = [way for way in ways if not options.way or options.way == way[0]]
        lines = []
        for way in ways:
            try:
                lines.append(measure(peer, question, way, options.runs))
            except Exception as error:
                lines.append({"question": question, "way": way[0], "error": str(error)[:300]})
        right = [line for line in lines if "error" not in line]
        best = min(right, key=lambda line: min(line["ms"]), default=lines[0])
        tried = {line["way"]: round(min(line["ms"]), 1) for line in right}
        odd = [line["way"] for line in right if line["answer"] != best["answer"]]
        failed = {line["way"]: line["error"] for line in lines if "error" in line}
        print(json.dumps(dict(best, tried=tried, odd=odd, failed=failed)), flush=True)
    about = dict(peer.about(), open_ms=open_ms, rss_peak_bytes=rss_peak())
    print(json.dumps(about), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["load", "ask"])
    parser.add_argument("--engine", choices=["clickhouse", "duckdb"], required=True)
    parser.add_argument("--layout", choices=["best", "s2"], required=True)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--question")
    parser.add_argument("--way")
    options = parser.parse_args()
    {"load": load, "ask": ask}[options.what](options)


main()
