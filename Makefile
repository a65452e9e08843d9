# 网鉴 WangJian. Everything is set up on first use; set-up talks on stderr, so that stdout is the program's own.
#   make demo [DEMO_ARGS="--no-serve --json"]   the whole flow on the bundled sample market, then the console
#   make test [TEST_ARGS="tests/matching -k name"]   all tests     make check   format, lint, types, imports
PYTHON ?= python3
BIN := .venv/bin
MAKEFLAGS += --silent --no-print-directory
.DEFAULT_GOAL := help
# Each command and each survey is a process: without bytecode its start costs three seconds instead of one.
export PYTHONDONTWRITEBYTECODE :=
.PHONY: help setup setup-test demo doctor test coverage fuzz check check-style check-types security sbom bench realshops interop packages s3 full chaos machines docs lock clean

help:
	sed -n 's/^#   //p' $(firstword $(MAKEFILE_LIST))
	echo "make setup | doctor | coverage | fuzz | bench | s3 | full | chaos | machines | security | sbom | docs | lock | clean"

setup:
	$(PYTHON) deploy/setup/setup.py --for run >&2

setup-test:
	$(PYTHON) deploy/setup/setup.py --for test >&2

demo: setup
	$(BIN)/wangjian demo $(DEMO_ARGS)

doctor: setup
	$(BIN)/wangjian doctor

# Three at a time on two processors: tests of sites, browsers and engines wait a quarter of their time. A test that fails
# in the crowd is tried once more, three of a run at most, and named with its traceback (docs/decisions/0023).
test: setup-test
	$(BIN)/pytest -n 3 --dist loadgroup --reruns 1 --max-suite-reruns 3 --rerun-show-tracebacks $(TEST_ARGS)

# The same tests counted line by line, which takes nearly twice as long (docs/decisions/0007).
coverage: setup-test
	$(BIN)/pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered --cov-fail-under=90 $(TEST_ARGS)

# Examples nobody tried yet, many of each; what it finds becomes an @example of that test.
fuzz: setup-test
	WANGJIAN_TEST_EXAMPLES=fuzz $(BIN)/pytest -n 2 -m hypothesis $(TEST_ARGS)

check: check-style check-types

check-style: setup-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

check-types: setup-test
	$(BIN)/mypy
	$(BIN)/lint-imports

# bandit, rules of our own, digests of the locked libraries; and what ships. Their programs come with the first use.
security: setup-test
	$(BIN)/pip install --quiet --require-hashes -r deploy/security/requirements.lock >&2
	$(BIN)/python deploy/security/check.py

sbom: setup-test
	$(BIN)/pip install --quiet --require-hashes -r deploy/security/requirements.lock >&2
	$(BIN)/python deploy/sbom.py $(SBOM_FILE)

bench: setup-test
	$(BIN)/python benchmarks/run.py $(BENCH_ARGS)

# Slow shop software (npm, PostgreSQL): surveyed and held to its own database; not part of `make test`.
realshops: setup-test
	$(BIN)/python tests/realshop/evershop/shop.py measure

# The store on a real S3 server, MinIO built through the Go module proxy (once, three to six minutes of processor).
s3: setup-test
	$(BIN)/python deploy/s3node/node.py prepare --cache .cache/s3node >&2
	WANGJIAN_TEST_REQUIRE_S3=1 $(BIN)/pytest -m s3 $(TEST_ARGS)

# The whole journey on PostgreSQL, Elasticsearch and S3, six processes, held against the embedded default; then ten
# minutes of it while every part is killed. The S3 server is built once, as for `make s3`.
full: setup-test
	$(BIN)/python deploy/s3node/node.py prepare --cache .cache/s3node >&2
	WANGJIAN_TEST_CLUSTER=1 $(BIN)/pytest -q tests/contracts/test_search_months.py -k killed >&2
	$(BIN)/python tests/scaleout/journey.py $(FULL_ARGS)

chaos: setup-test
	$(BIN)/python deploy/s3node/node.py prepare --cache .cache/s3node >&2
	$(BIN)/python tests/scaleout/chaos.py $(CHAOS_ARGS)

# The same journey with each process on a machine of its own: no disk, /tmp, host name or network shared. Needs root.
machines: setup-test
	$(BIN)/python deploy/s3node/node.py prepare --cache .cache/s3node >&2
	$(BIN)/python tests/scaleout/apart.py $(MACHINES_ARGS)

# The tools of others (PyPI, npm) are shown a package of ours; not part of `make test`.
interop: setup-test
	$(BIN)/python tests/interop/accept.py

# Packages of every kind, 200 clean and 2,000 changed, shown to both verifiers; not part of `make test`.
packages: setup-test
	$(BIN)/python benchmarks/evidence/clean_packages.py
	$(BIN)/python benchmarks/evidence/fuzz_packages.py

docs: setup-test
	$(BIN)/python deploy/reference.py
	$(BIN)/python deploy/licences.py

# Renew the lock files (needs the network). Digests of every file of every package are written; pip checks them.
UV := $(or $(shell command -v uv),$(BIN)/uv)
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
lock: setup-test
	test -x $(UV) || $(BIN)/pip install --quiet uv
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) deploy/setup/build.in -o deploy/setup/build.lock
	$(LOCK) deploy/security/requirements.in -c requirements-dev.lock -o deploy/security/requirements.lock
	$(LOCK) tests/realshop/requirements.in -o tests/realshop/requirements.lock

clean:
	rm -rf .venv .cache build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage* htmlcov test-results demo-data
