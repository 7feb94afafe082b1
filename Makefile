# 邻里 linli-matching. Two commands do everything on a fresh machine: make demo, make test.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
UV_VERSION := 0.9

.PHONY: demo test check-notebooks test-notebooks test-postgres test-browser test-wheel check lock notebooks district docs bundle bench clean

demo: $(READY)
	$(BIN)/matching demo --out results

# Needs no root, no server, no browser. With COVERAGE=yes it counts what is run, in the kernels of the notebooks too.
test: $(READY)
	$(if $(COVERAGE),$(BIN)/coverage erase)
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not postgres and not browser" $(if $(COVERAGE),--cov --cov-report=) tests
	$(if $(COVERAGE),COVERAGE_PROCESS_START=$(CURDIR)/pyproject.toml) $(MAKE) check-notebooks
	$(if $(COVERAGE),$(BIN)/coverage combine --quiet --append && $(BIN)/coverage report)
	$(BIN)/pytest -n 2 --dist loadfile --doctest-modules src/matching
	$(MAKE) test-notebooks

# Runs every notebook again and compares the bytes.
check-notebooks: $(READY)
	$(BIN)/python tools/run_notebooks.py --check notebooks/*.ipynb

# Cell by cell, to the letter, as a reader runs them.
test-notebooks: $(READY)
	$(BIN)/pytest -n 2 --dist loadfile --nbval --nbval-sanitize-with tools/nbval_sanitize.cfg notebooks

# Starts a PostgreSQL of its own in a temporary folder and stops it again.
test-postgres: $(READY)
	tools/postgres_for_tests.sh $(BIN)/pytest -m postgres tests

# Needs Chromium and a Chinese font (Debian: chromium fonts-noto-cjk).
test-browser: $(READY)
	$(BIN)/pytest -m browser tests

# The wheel by itself, in an environment of its own, away from the checkout.
test-wheel: $(READY)
	rm -rf build/wheel && mkdir -p build/wheel
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir build/wheel .
	$(PYTHON) -m venv build/wheel/venv
	VIRTUAL_ENV=build/wheel/venv $(BIN)/uv pip install --quiet --require-hashes -r requirements.lock
	VIRTUAL_ENV=build/wheel/venv $(BIN)/uv pip install --quiet --no-deps build/wheel/*.whl
	cd build/wheel && venv/bin/matching demo --out results && venv/bin/matching template empty.xlsx && venv/bin/matching check empty.xlsx

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python tools/check_docstrings.py
	$(BIN)/python tools/make_data_dictionary.py --check

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=python3.11 or the like. 需要 Python 3.11 或更新版本。")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=$(UV_VERSION)"
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --require-hashes --compile-bytecode -r requirements.lock
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(READY)

# Pins every dependency with its hashes; no index address is written.
lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --all-extras --output-file requirements.lock

# Runs every notebook again and commits to its outputs: see tools/run_notebooks.py.
notebooks: $(READY)
	$(BIN)/python tools/run_notebooks.py notebooks/*.ipynb

district: $(READY)
	$(BIN)/python tools/make_district.py

docs: $(READY)
	$(BIN)/python tools/make_data_dictionary.py

# A folder that installs on a Windows PC without a network.
bundle: $(READY)
	$(BIN)/python tools/make_bundle.py --out dist/bundle

# Peers are put beside the project, not into its environment.
bench: $(READY)
	$(BIN)/uv pip install --quiet --no-deps --target build/peers ortools absl-py immutabledict protobuf sparse-dot-topn
	PYTHONPATH=build/peers $(BIN)/python benchmarks/run.py $(BENCH)

clean:
	rm -rf .venv results build dist .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
