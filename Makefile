# A fresh machine needs a Rust toolchain (rustup reads rust-toolchain.toml), a C compiler for
# SQLite and zstd, and for the tests Node 20 or newer with npm, Chromium, and Python 3.10 or newer
# with venv and pip.

# Node 20.19 or newer with npm is also what builds the dashboard.

.PHONY: run build web test check-cases-sql check-clients test-browser test-react test-web check bench bench-questions bench-live kill-loop fuzz

# Build and start the server on :20000 with its data in ./data
run: build
	./target/release/trackflow serve

build: web
	cargo build --release

# The dashboard, which becomes a part of the server. Without Node the server has none, and says so.
# The build script is touched, as cargo does not look for files that were not there before.
WEB_SOURCES = $(shell find web/src web/public web/index.html web/package-lock.json web/vite.config.ts -type f)
web: web/dist/index.html

web/dist/index.html: $(WEB_SOURCES)
	@if command -v npm >/dev/null; then \
		cd web && npm ci --prefer-offline --no-audit --no-fund && npm run build && touch ../crates/server/build.rs; \
	else \
		echo "no npm here, so the server is built without its dashboard: install Node 20.19 or newer and run make web"; \
	fi

# Everything that is tested
test:
	@command -v node >/dev/null || { echo "the tests paste JavaScript into node: install Node 20 or newer"; exit 1; }
	cargo test --workspace
	$(MAKE) check-cases-sql
	$(MAKE) check-clients
	$(MAKE) test-browser
	$(MAKE) test-react
	$(MAKE) test-web

# Answers of testdata/insights once more, by SQL on DuckDB. The first run installs DuckDB from PyPI
# into the user's cache folder, later ones need no network.
check-cases-sql:
	@command -v python3 >/dev/null || { echo "cases are checked by SQL from Python: install Python 3.10 or newer"; exit 1; }
	python3 scripts/check-cases-sql.py

# Clients of tRPC, PostHog, Segment and RudderStack as their registries have them, and the tracker,
# against the real binary. Packages are installed once into the user's cache folder.
check-clients:
	@command -v npm >/dev/null || { echo "clients run in Node: install Node 20 or newer with npm"; exit 1; }
	cargo build -p trackflow
	export CHROME_BIN="$$(./scripts/chromium.sh)" && python3 scripts/check-clients.py

# The tracker in a real browser: Chromium, or what CHROME_BIN names. npm installs into the clone; its
# packages come from the registry once, then from the user's cache.
test-browser:
	@command -v npm >/dev/null || { echo "the tracker is built and tested with Node: install Node 20 or newer with npm"; exit 1; }
	export CHROME_BIN="$$(./scripts/chromium.sh)" && cd sdk/browser && \
		npm ci --prefer-offline --no-audit --no-fund && npm run check && npm test

# The React package: types, its schemas beside the server's, and its hooks and dashboard in Chromium
# before a real server
test-react:
	@command -v npm >/dev/null || { echo "the React package is built and tested with Node: install Node 20 or newer with npm"; exit 1; }
	cargo build -p trackflow
	export CHROME_BIN="$$(./scripts/chromium.sh)" && cd sdk/react && \
		npm ci --prefer-offline --no-audit --no-fund && npm run check && npm test

# The dashboard: types, what is asked and shown, its size, and every page of it in Chromium before a
# real server
test-web:
	@command -v npm >/dev/null || { echo "the dashboard is built and tested with Node: install Node 20.19 or newer with npm"; exit 1; }
	$(MAKE) web
	cargo build -p trackflow
	export CHROME_BIN="$$(./scripts/chromium.sh)" && cd web && npm run check && npm test && npm run e2e

# What must hold before a change goes in
check:
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo run --quiet -p xtask -- tidy

# Events per second with durable answers, beside the same HTTP stack doing nothing
bench: build
	cargo run --release -p bench -- ingest

# Questions beside DuckDB and ClickHouse on the same rows; needs Python 3 and, once, the network.
# Data and databases stay in CACHE: some 1 GB per million rows while they are loaded.
ROWS = 1000000
CACHE = $(HOME)/.cache/trackflow-bench
bench-questions:
	cargo build --release -p bench
	python3 bench/questions.py --rows $(ROWS) --cache $(CACHE) $(ARGS)

# What is seen while events come in: freshness, answers, fairness, many files
bench-live: build
	cargo run --release -p bench -- live $(ARGS)

# Fifty rounds of kill -9 under load
kill-loop:
	./scripts/kill-loop.sh

# One fuzz target for so long, from its seeds; see fuzz/README.md
TARGET = simple
SECONDS = 300
fuzz:
	@command -v cargo-fuzz >/dev/null || { echo "install the fuzzer: cargo install cargo-fuzz --locked"; exit 1; }
	mkdir -p fuzz/target/corpus/$(TARGET) fuzz/corpus/$(TARGET)
	RUSTC_BOOTSTRAP=1 cargo fuzz run -s none $(TARGET) fuzz/target/corpus/$(TARGET) \
		fuzz/corpus/$(TARGET) fuzz/seeds/$(TARGET) -- \
		-max_total_time=$(SECONDS) -max_len=8192 -rss_limit_mb=2048 -timeout=10
