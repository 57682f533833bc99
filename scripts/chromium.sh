#!/usr/bin/env bash
# Prints where Chromium is. Without one it is installed from Debian's packages, where that is
# possible; tests in a browser need it.
set -euo pipefail

for name in "${CHROME_BIN:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null; then
        command -v "$name"
        exit 0
    fi
done
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "installing chromium" >&2
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >&2
    command -v chromium
    exit 0
fi
echo "tests in a browser need Chromium: install it, or name it in CHROME_BIN" >&2
exit 1
