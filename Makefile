# `make app` and `make test` are all that a new machine needs; the rest serves who works on it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8501
API_PORT ?= 8000
ROOT_DO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate

.PHONY: app api test lint types pictures lock clean chromium openmp python

app: $(VENV)/app
	@[ -f "$${ATLAS_ARTIFACTS:-artifacts}/current" ] || $(BIN)/python -m pipeline run --preset demo
	$(BIN)/streamlit run app/Home.py --server.address $(HOST) --server.port $(PORT)

api: $(VENV)/api
	@[ -f "$${ATLAS_ARTIFACTS:-artifacts}/current" ] || $(BIN)/python -m pipeline run --preset demo
	$(BIN)/python -m app.serving --host $(HOST) --port $(API_PORT)

test: $(VENV)/dev chromium
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev
	$(BIN)/mypy

pictures: $(VENV)/dev chromium
	$(BIN)/python tests/app/photograph.py docs/pictures

# --- what they stand on --------------------------------------------------------------------------

python:
	@command -v $(PYTHON) >/dev/null || { echo "Listener Atlas needs Python 3.11, 3.12 or 3.13; there is no $(PYTHON). Name one with: make app PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "Listener Atlas needs Python 3.11, 3.12 or 3.13; %s is %d.%d. Name another with: make app PYTHON=/path/to/python3.12" % (sys.executable, v[0], v[1]))'

# LightGBM's wheel leaves the OpenMP runtime to the system.
openmp:
	@if [ "$$(uname -s)" = Linux ] && ! ldconfig -p | grep -q 'libgomp\.so\.1'; then \
		if command -v apt-get >/dev/null; then \
			$(ROOT_DO) apt-get update -qq && $(ROOT_DO) apt-get install -y -qq libgomp1; \
		else echo "LightGBM needs libgomp (package libgomp or gcc-libs of your system)" >&2; exit 1; fi; fi

chromium: $(VENV)/dev
	@if command -v apt-get >/dev/null; then \
		command -v chromium >/dev/null || { $(ROOT_DO) apt-get update -qq && $(ROOT_DO) apt-get install -y -qq chromium; }; \
	else $(BIN)/playwright install chromium; fi

$(VENV)/app: requirements.txt pyproject.toml | python openmp
	$(PYTHON) -m venv $(VENV) || { echo "Making the environment failed; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/api: requirements-api.txt $(VENV)/app
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-api.txt
	@touch $@

$(VENV)/dev: requirements-dev.txt $(VENV)/app
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

lock:
	@set -e; for extra in '' api dev; do \
		out=requirements$${extra:+-$$extra}.txt; \
		{ sed '/^[^#]/,$$d' $$out; $(COMPILE) $${extra:+--extra $$extra} pyproject.toml; \
			echo "-e .$${extra:+[$$extra]}"; } > $$out.new; \
		mv $$out.new $$out; done

clean:
	rm -rf $(VENV)
