# Two commands are all a newcomer needs: `make demo` and `make test`.
# Both need only make and a python3 (3.8 or newer); the rest is fetched into this folder.

UV := .uv/bin/uv
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
IN_VENV := env VIRTUAL_ENV=$(VENV) $(UV)

COMPILE := $(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml
LOCK_INTO := .

.PHONY: demo test check bench faults docs lock check-lock clean

demo: $(VENV)/.synced
	@exec $(BIN)/minutebook demo

test: $(VENV)/.synced
	$(BIN)/python -m pytest -n auto --dist worksteal
	$(BIN)/python -m tests.postgresql -n auto --dist worksteal

check: $(VENV)/.synced
	$(BIN)/ruff check src tests
	$(BIN)/ruff format --check src tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/minutebook manage makemigrations --check --dry-run

bench: $(VENV)/.synced
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.engine

# SHORT=1 takes a few minutes, SEED=… repeats a run.
faults: $(VENV)/.synced
	$(BIN)/python -m tests.faults $(if $(SHORT),--short) $(if $(SEED),--seed $(SEED))

docs: $(VENV)/.synced
	$(BIN)/python -m tests.docs --write

lock: $(UV)
	$(COMPILE) --extra postgresql -o $(LOCK_INTO)/requirements.txt
	$(COMPILE) --extra postgresql --extra dev -o $(LOCK_INTO)/requirements-dev.txt

# Compiling with the present pins must change nothing: what is declared is what is installed. It asks the index.
check-lock: $(UV)
	@rm -rf .lock-check && mkdir .lock-check && cp requirements*.txt .lock-check
	@$(MAKE) --no-print-directory -s lock LOCK_INTO=.lock-check
	@diff -q requirements.txt .lock-check/requirements.txt && diff -q requirements-dev.txt .lock-check/requirements-dev.txt || \
	  { rm -rf .lock-check; echo "pyproject.toml and the requirement files disagree: run make lock and commit what it writes." >&2; exit 1; }
	@rm -rf .lock-check

$(VENV)/.synced: $(UV) pyproject.toml requirements-dev.txt .python-version
	@$(UV) venv -q --allow-existing $(VENV) || { echo "Minutebook needs Python 3.13, and it was neither found nor could it be downloaded. Install it (for example: apt-get install python3.13, or pyenv install 3.13) and run make again." >&2; exit 1; }
	@{ $(IN_VENV) pip sync -q --require-hashes requirements-dev.txt && $(IN_VENV) pip install -q --no-deps -e .; } || \
	  { echo "Minutebook could not install what it is built on. It needs a package index it can reach; run make again." >&2; exit 1; }
	@touch $@

# A uv on PATH may be a shim of another Python, so the clone always uses its own.
# The venv is made from /, because a .python-version shim in this folder may name a Python that is not there yet.
$(UV):
	@command -v python3 >/dev/null || { echo "Minutebook needs python3 (3.8 or newer) to set itself up, and there is none on PATH. Install it (for example: apt-get install python3) and run make again." >&2; exit 1; }
	@(cd / && python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))') || { echo "Minutebook needs python3 3.8 or newer to set itself up; python3 on PATH is older. Install a newer one and run make again." >&2; exit 1; }
	@{ (cd / && python3 -m venv "$(CURDIR)/.uv" && "$(CURDIR)/.uv/bin/python" -m pip install -q --disable-pip-version-check "uv==$(UV_VERSION)") 2>.uv-error.log || \
	  (cd / && python3 -m pip install -q --disable-pip-version-check --target "$(CURDIR)/.uv" "uv==$(UV_VERSION)") 2>>.uv-error.log; } || \
	  { cat .uv-error.log >&2; rm -rf .uv-error.log .uv; echo "Minutebook could not install uv into this folder. It needs pip and a package index it can reach; run make again." >&2; exit 1; }
	@rm -f .uv-error.log

clean:
	rm -rf $(VENV) .uv .lock-check
