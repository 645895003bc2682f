# What can be done here. `make run` and `make test` need only Python 3.11 and make.
PYTHON ?= python3
V = .venv/bin

.PHONY: run test check bench docs pictures faults deep lock verifier backup restore wheelhouse upgrade-test clean
run:
	@$(PYTHON) bootstrap.py run
	@$(V)/python -m longstone.runner
test:
	@$(PYTHON) bootstrap.py dev
	@$(V)/python -m pytest -n 2 --durations=10
check:
	@$(PYTHON) bootstrap.py dev
	@$(V)/ruff format --check --quiet .
	@$(V)/ruff check --quiet .
	@$(V)/mypy
	@$(V)/lint-imports --no-cache
	@$(V)/python -m tests.gate
bench:
	@$(PYTHON) bootstrap.py dev
	@$(V)/python -m bench
docs:
	@$(PYTHON) bootstrap.py dev
	@$(V)/python -m docs
pictures: # of the demo, for docs/look.md; needs Chromium
	@$(PYTHON) bootstrap.py dev
	@$(V)/python -m docs.pictures
faults: # run the tests that inject faults, and keep what was found for docs/made/faults.md
	@$(PYTHON) bootstrap.py dev
	@rm -f dist/faults.jsonl; mkdir -p dist; LONGSTONE_FAULTS=$(CURDIR)/dist/faults.jsonl $(V)/python -m pytest -n 2 -q && $(V)/python -m docs.faults dist/faults.jsonl && $(V)/python -m docs
deep: # the properties again, with fifty times the examples, and what make test leaves out: about an hour
	@$(PYTHON) bootstrap.py dev
	@$(V)/python -m pytest -n 2 -m "deep or hypothesis" --hypothesis-profile=deep --durations=10
lock:
	@for set in run dev build; do uv pip compile --quiet --generate-hashes --universal -p 3.11 --no-header --no-emit-index-url --no-emit-find-links --no-annotate requirements/$$set.in -o requirements/$$set.txt; done
verifier: # the same bytes each time, with any Python from 3.11
	@$(PYTHON) -m verifier.packing dist/verifier.pyz && sha256sum dist/verifier.pyz
backup: # make backup TO=/a/folder/on/another/disk [KEYS=/on/a/third]
	@$(PYTHON) bootstrap.py run
	@$(V)/python -m longstone.runner backup "$(TO)" $(if $(KEYS),--keys "$(KEYS)")
restore: # make restore FROM=/that/folder [KEYS=...] [OVER=1]
	@$(PYTHON) bootstrap.py run
	@$(V)/python -m longstone.runner restore "$(FROM)" $(if $(KEYS),--keys "$(KEYS)") $(if $(OVER),--over)
wheelhouse:
	@$(PYTHON) bootstrap.py run
	@$(V)/python -m longstone.runner.wheelhouse
upgrade-test:
	@$(PYTHON) bootstrap.py dev
	@$(V)/python -m pytest tests/runner/test_upgrade.py -rs
clean: # what can be made again; never var/, where the house keeps what it was given
	@rm -rf .venv node_modules dist longstone/site/static/built .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
