#!/usr/bin/env python3
"""Clients as their registries have them, driven against the real binary.

    scripts/check-clients.py [part of a name]

Builds nothing: it takes the binary of TRACKFLOW_BIN, else target/debug/trackflow. Packages are
installed once, into a folder of the user's cache. Each client gets a server and a data folder of
its own; at the end the books must balance. Needs Node 18, Python 3.10 and, for the one in a
browser, Chromium (see scripts/chromium.sh).
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = ROOT / "clients"
POSTHOG = "7.91.1"
# Folder of packages, and what is run in it.
RUNS = {
    "trpc 10": ("trpc10", ["node", "run.mjs"]),
    "trpc 11": ("trpc11", ["node", "run.mjs"]),
    "posthog-node": ("sdks", ["node", "posthog.mjs"]),
    "flags of posthog-node": ("sdks", ["node", "flags.mjs"]),
    "segment": ("sdks", ["node", "segment.mjs"]),
    "rudderstack": ("sdks", ["node", "rudder.mjs"]),
    "posthog-js": ("browser", ["node", "run.mjs"]),
    "tracker": ("browser", ["node", "tracker.mjs"]),
    "posthog-python": (None, ["python", "posthog_python.py"]),
}
START_S, RUN_S = 30, 120


def stop(message):
    sys.exit(f"check-clients: {message}")


def cache():
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").resolve()
    folder = home / "trackflow/check-clients"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def installed(folder):
    """A copy of the client's folder with its packages; made again when the lock file changes."""
    lock = (CLIENTS / folder / "package-lock.json").read_bytes()
    home = cache() / f"{folder}-{hashlib.sha256(lock).hexdigest()[:12]}"
    with open(cache() / "lock", "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (home / "done").exists():
            print(f"installing the packages of {folder}", file=sys.stderr)
            shutil.rmtree(home, ignore_errors=True)
            (home / folder).mkdir(parents=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(CLIENTS / folder / name, home / folder)
            # Not "npm ci": of a lock file without optional packages of other systems it wants none.
            command = ["npm", "install", "--omit=optional", "--no-audit", "--no-fund",
                       "--ignore-scripts", "--silent"]
            subprocess.run(command, cwd=home / folder, check=True)
            (home / "done").touch()
    for file in [*CLIENTS.glob("*.mjs"), *(CLIENTS / folder).glob("*.mjs")]:
        shutil.copy(file, home / file.relative_to(CLIENTS))
    return home / folder


def python():
    """A Python with PostHog's library."""
    home = cache() / f"posthog-{POSTHOG}"
    binary = home / "bin/python"
    known = f"import posthog.version; assert posthog.version.VERSION == {POSTHOG!r}"
    with open(cache() / "lock", "w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        works = binary.exists() and not subprocess.run([binary, "-c", known],
                                                       stderr=subprocess.DEVNULL).returncode
        if not works:
            print("installing PostHog's Python library", file=sys.stderr)
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
            subprocess.run([binary, "-m", "pip", "install", "-q", "--disable-pip-version-check",
                            f"posthog=={POSTHOG}"], check=True)
    return str(binary)


class Server:
    """A server on a free port, with its keys."""

    def __init__(self, binary, folder):
        self.log = folder / "log"
        out = folder / "out"
        command = [binary, "serve", "--listen", "127.0.0.1:0", "--data", str(folder / "data")]
        env = {k: v for k, v in os.environ.items() if not k.startswith("TRACKFLOW_")}
        self.process = subprocess.Popen(command, stdout=open(out, "w"), stderr=open(self.log, "w"),
                                        env=env)
        until = time.monotonic() + START_S
        while not out.read_text().endswith("\n"):
            if self.process.poll() is not None or time.monotonic() > until:
                stop(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.05)
        self.url = out.read_text().removeprefix("listening on ").split()[0]
        keys = dict(reversed(pair) for pair in re.findall(r"(tf_([sw])_\w+)", self.log.read_text()))
        self.secret_key, self.write_key = keys["s"], keys["w"]

    def books(self):
        request = urllib.request.Request(
            f"{self.url}/metrics", headers={"authorization": f"Bearer {self.secret_key}"})
        with urllib.request.urlopen(request) as answer:
            text = answer.read().decode()
        pattern = r'^trackflow_events_total{outcome="(\w+)"} ([\d.e+]+)$'
        return {name: float(count) for name, count in re.findall(pattern, text, re.M)}

    def stop(self):
        self.process.terminate()
        code = self.process.wait(60)
        log = self.log.read_text()
        if code or " ERROR " in log:
            stop(f"the server ended with {code}:\n{log}")


def run(name, binary):
    folder, command = RUNS[name]
    home = installed(folder) if folder else CLIENTS
    if command[0] == "python":
        command = [python(), *command[1:]]
    with tempfile.TemporaryDirectory() as temp:
        server = Server(binary, Path(temp))
        env = os.environ | {"TRACKFLOW_URL": server.url, "TRACKFLOW_WRITE_KEY": server.write_key,
                            "TRACKFLOW_SECRET_KEY": server.secret_key}
        try:
            done = subprocess.run(command, cwd=home, env=env, capture_output=True, text=True,
                                  timeout=RUN_S)
            if done.returncode:
                stop(f"{name} failed:\n{done.stdout}{done.stderr}\n{server.log.read_text()[-2000:]}")
            balance(name, server)
        finally:
            if server.process.poll() is None:
                server.stop()
    print(f"{name}: well")


def balance(name, server):
    """Received is stored, duplicate or rejected, once nothing is on its way any more."""
    until = time.monotonic() + START_S
    while True:
        books = server.books()
        if books["received"] == books["stored"] + books["duplicate"] + books["rejected"]:
            return
        if time.monotonic() > until:
            stop(f"{name}: the books do not balance: {json.dumps(books)}")
        time.sleep(0.1)


def main():
    for tool in ("node", "npm"):
        if not shutil.which(tool):
            stop("clients run in Node: install Node 18 or newer")
    target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    binary = os.environ.get("TRACKFLOW_BIN") or str(target / "debug/trackflow")
    if not Path(binary).exists():
        stop(f"{binary} is not there: cargo build first")
    part = sys.argv[1] if len(sys.argv) > 1 else ""
    for name in [name for name in RUNS if part in name]:
        run(name, binary)


main()
