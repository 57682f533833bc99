"""TrackFlow's embedded store beside DuckDB and ClickHouse: the same rows, the same questions.

    python bench/questions.py --rows 1000000 --cache /tmp/bench-questions

Generates the rows once, loads each peer once per layout (both are kept in the cache folder), then
asks everybody, hot and cold, each engine in a process of its own with as many threads. Answers are
compared; a question that fails or differs is told in the table and the rest goes on. Needs the
release build of `bench`, and once the network, to install the peers.
"""

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "peers"))

import report  # noqa: E402

PEERS = [("clickhouse", "best"), ("duckdb", "best"), ("clickhouse", "s2"), ("duckdb", "s2")]
DUCKDB = "duckdb"
CHDB = "chdb-core==26.9.0"


def say(text):
    print(text, file=sys.stderr, flush=True)


def venv(cache):
    """A Python with the peers in it; chdb without what only data frames need."""
    python = cache / "venv/bin/python"
    if not python.exists():
        say("installing the peers")
        subprocess.run([sys.executable, "-m", "venv", cache / "venv"], check=True)
    for package, more in ((DUCKDB, []), (CHDB, ["--no-deps"])):
        name = package.split("==")[0]
        known = subprocess.run([python, "-m", "pip", "show", "-q", name], capture_output=True)
        if known.returncode:
            subprocess.run([python, "-m", "pip", "install", "-q", *more, package], check=True)
    return python


def run(command):
    """The lines of JSON that a command prints; the last one is about the process."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode:
        lines.append({"failed": (done.stderr or "no message").strip().splitlines()[-1][:300]})
    return lines


def folder(options, rows, kind):
    return options.cache / f"{rows}-{kind}"


def generate(options, rows, kind):
    """Rows and store; the store alone again when its format or its feeding changed."""
    out = folder(options, rows, kind)
    command = [options.bench, "questions", "generate", "--rows", rows, "--set", kind, "--out", out]
    if (out / "set.json").exists():
        if not options.new_store:
            return
        shutil.rmtree(out / "store", ignore_errors=True)
        command.append("--store-only")
    else:
        shutil.rmtree(out, ignore_errors=True)
    say(f"generating {out.name}")
    lines = run(command)
    if not lines or "failed" in lines[-1]:
        sys.exit(f"cannot generate {out}: {lines}")


def load(options, python, rows, kind):
    for engine, layout in PEERS:
        dir = folder(options, rows, kind)
        if (dir / f"{engine}-{layout}/loaded.json").exists():
            continue
        say(f"loading {dir.name} into {engine} ({layout})")
        command = [python, HERE / "peers/peer.py", "load", "--engine", engine]
        lines = run([*command, "--layout", layout, "--dir", dir, "--threads", options.threads])
        if not lines or "failed" in lines[-1]:
            say(f"  failed: {lines[-1:]}")


def evict(path):
    """Drops the files of a folder from the page cache: needs no rights, but clean pages."""
    os.sync()
    for file in path.rglob("*"):
        if file.is_file():
            with file.open("rb") as open_file:
                os.posix_fadvise(open_file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


class Engine:
    """One that can be asked: a peer in a layout, or the product."""

    def __init__(self, options, python, dir, engine, layout):
        self.name = (engine, layout)
        common = ["--dir", dir, "--threads", options.threads]
        if engine == "trackflow":
            self.command = [options.bench, "questions", "ask", *common]
            self.data = dir / "store"
        else:
            peer = [python, HERE / "peers/peer.py", "ask", "--engine", engine, "--layout", layout]
            self.command = [*peer, *common]
            self.data = dir / f"{engine}-{layout}"

    def bytes(self):
        return sum(file.stat().st_size for file in self.data.rglob("*") if file.is_file())

    def hot(self, runs):
        """Per question its line, and the line about the process."""
        lines = run([*self.command, "--runs", runs])
        about = next((line for line in lines if "open_ms" in line), {})
        failed = next((line["failed"] for line in lines if "failed" in line), None)
        answers = {line["question"]: line for line in lines if "question" in line}
        return {"answers": answers, "about": dict(about, failed=failed, folder_bytes=self.bytes())}

    def cold(self, question, way, runs, drop):
        """The best of a fresh process's one answer: the answer alone, and opening with it."""
        alone, opened = [], []
        for _ in range(runs):
            if drop:
                evict(self.data)
            more = ["--way", way] if way else []
            lines = run([*self.command, "--runs", 1, "--question", question, *more])
            times = [line["ms"][0] for line in lines if line.get("ms") and "error" not in line]
            if not times:
                return None
            alone.append(times[0])
            opened.append(times[0] + lines[-1].get("open_ms", 0.0))
        return {"ms": min(alone), "with_open_ms": min(opened)}


def measure(options, python, rows, kind):
    dir = folder(options, rows, kind)
    names = [("trackflow", "")] + [peer for peer in PEERS if peer[1] in options.layouts]
    engines = [Engine(options, python, dir, *name) for name in names]
    result = {"rows": rows, "kind": kind, "set": json.loads((dir / "set.json").read_text())}
    for engine in engines:
        say(f"asking {' '.join(engine.name)} about {dir.name}")
        hot = engine.hot(options.runs)
        cold = {"cold": {}, "warm": {}}
        for question, line in hot["answers"].items():
            if options.cold_runs == 0 or engine.name[1] == "s2" or "error" in line:
                continue
            for state in cold:
                way, drop = line.get("way"), state == "cold"
                cold[state][question] = engine.cold(question, way, options.cold_runs, drop)
        result["/".join(filter(None, engine.name))] = dict(hot, **cold)
    (dir / "result.json").write_text(json.dumps(result))
    return result


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000])
    kinds = ["ordered", "late"]
    parser.add_argument("--sets", nargs="+", choices=kinds, default=kinds)
    parser.add_argument("--layouts", nargs="+", choices=["best", "s2"], default=["best", "s2"])
    parser.add_argument("--cache", type=Path, required=True, help="data, databases, peers")
    parser.add_argument("--bench", type=Path, default=Path("target/release/bench"))
    parser.add_argument("--out", type=Path, default=HERE / "results/questions.md")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=5, help="hot answers to each question")
    parser.add_argument("--cold-runs", type=int, default=3, help="0 leaves the cold ones out")
    parser.add_argument("--new-store", action="store_true", help="write the store folders anew")
    parser.add_argument("--report-only", action="store_true", help="from what was measured last")
    return parser.parse_args()


def main():
    options = arguments()
    options.cache.mkdir(parents=True, exist_ok=True)
    options.cache, options.bench = options.cache.resolve(), options.bench.resolve()
    results = []
    python = None if options.report_only else venv(options.cache)
    for rows in options.rows:
        for kind in options.sets:
            if options.report_only:
                last = folder(options, rows, kind) / "result.json"
                results.append(json.loads(last.read_text()))
                continue
            generate(options, rows, kind)
            load(options, python, rows, kind)
            results.append(measure(options, python, rows, kind))
    head = {
        "threads": options.threads,
        "cores": os.cpu_count(),
        "day": datetime.date.today().isoformat(),
    }
    text = report.page(head, results)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text)
    print(text)


main()
