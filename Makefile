# The two commands are `make run` and `make test`; the other targets are parts of them.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do $$p -c '' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
PY := $(VENV)/bin/python
PORT ?=
HOST ?=
# HTTPS=1 serves with a certificate of its own, which phones need for work without network.
HTTPS ?=

.PHONY: run test setup setup-dev lint fmt build test-s3 screenshots demo-reset bench bench-planning bench-storage bench-postgis bench-map bench-growth bench-load audit-deps backup restore fuzz

run: setup
	@$(PY) -m jointreview run $(if $(PORT),--port $(PORT)) $(if $(HOST),--host $(HOST)) $(if $(HTTPS),--https)

# Every step prints what it does; the last line is pytest's own summary.
test: setup-dev
	@$(PY) scripts/checks.py system
	@$(MAKE) --no-print-directory lint
	@$(PY) -m jointreview build
	@$(PY) -m pytest -n 2 --dist loadscope --no-loadscope-reorder

setup: $(VENV)/.installed

setup-dev: $(VENV)/.installed-dev

$(VENV)/.installed: requirements.txt constraints.txt
	@"$(PYTHON)" -c 'import sys; sys.exit("Joint Review needs Python 3.11 or newer, this is %d.%d" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@test -x $(PY) || "$(PYTHON)" -m venv $(VENV)
	@echo "Installing requirements ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "Installing what the tests need ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

lint: setup-dev
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports
	@$(PY) scripts/checks.py catalogue

fmt: setup-dev
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

build: setup
	@$(PY) -m jointreview build

# The document store's contract against a real S3 server (Ceph RGW from the distribution).
test-s3: setup-dev
	@JOINTREVIEW_TEST_S3=1 bash scripts/ceph.sh $(PY) -m pytest -m s3

screenshots: setup-dev build
	@$(PY) tests/web/screenshots.py

demo-reset: setup
	@$(PY) -m jointreview demo reset

# make backup TO=folder (or file.tar); the product may run meanwhile.
backup: setup
	@test -n "$(TO)" || { echo "say where: make backup TO=/mnt/backup"; exit 1; }
	@$(PY) -m jointreview backup "$(TO)"

# make restore FROM=folder (or file.tar); the product must not run.
restore: setup
	@test -n "$(FROM)" || { echo "say from where: make restore FROM=/mnt/backup"; exit 1; }
	@$(PY) -m jointreview restore "$(FROM)"

bench: setup-dev
	@$(PY) bench/run.py
	@$(PY) bench/progress.py
	@$(PY) bench/sweep.py
	@$(PY) bench/map_layers.py

# The index of the layers against Debian's PostGIS on the same data in the same run (root installs it).
bench-postgis: setup-dev
	@if [ "$$(id -u)" = 0 ] && ! ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1; then \
	  apt-get install -y --no-install-recommends postgresql postgresql-postgis >/dev/null; fi
	@$(PY) bench/map_layers.py --postgis

# Documents up and down beside plain clients, on a folder and on a throw-away S3 server.
bench-storage: setup-dev build
	@JOINTREVIEW_TEST_S3=1 bash scripts/ceph.sh $(PY) bench/storage.py

bench-planning: setup-dev
	@$(PY) bench/planning.py

bench-map: setup-dev build
	@$(PY) bench/map.py

# Requests made from the product's own OpenAPI documents, by the hundred; the tests try a few of each.
fuzz: setup-dev
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-200} FUZZ_SEED=$${FUZZ_SEED:-$$(date +%s)} $(PY) -m pytest -q -s -n0 tests/api/test_described_api.py

# How reading grows from 1,000 to 100,000 cases with 2,000,000 events.
bench-growth: setup-dev
	@$(PY) bench/growth.py

# Two hundred people at once.
bench-load: setup-dev build
	@$(PY) bench/load.py

# Risky calls in the sources, known vulnerabilities of the pinned packages; needs the network, no part of the tests.
audit-deps: setup
	@test -x .audit/bin/bandit || "$(PYTHON)" -m venv .audit
	@.audit/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-audit.txt
	@.audit/bin/bandit --quiet --recursive --severity-level medium jointreview
	@.audit/bin/pip-audit --strict --no-deps --disable-pip -r constraints.txt
	@cd reflex.lock && PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm audit --package-lock-only
