# Every command does its own set-up and skips what has not changed since the last time.

PYTHON3 := $(firstword $(foreach each,python3 /usr/bin/python3 python3.13 python3.12 python3.11 python3.10,\
             $(if $(filter ok,$(shell $(each) -c "import sys; print('ok' * (sys.version_info >= (3, 9)))" 2>/dev/null)),$(each))))
ifeq ($(PYTHON3),)
$(error No working Python 3.9 or newer was found: install one (on Debian: apt-get install python3))
endif

APP := .venv/bin/python
RASA := .venv-rasa/bin/python
PREPARE := $(PYTHON3) -m bot.operations.prepare
# Set by an operator for `make run`; tests must not see them.
CLEAN := env $(foreach each,$(filter NKBOT_%,$(.VARIABLES)),-u $(each))

.PHONY: run demo test test-others bench chaos load lint evaluate lock backup restore clean help

help: ## What can be done
	@grep -E '^[a-z]+:.*## ' Makefile | sed 's/:.*## /\t/'

run: ## Start the assistant and print the address of the chat page
	@$(PREPARE) run
	@$(APP) -m bot.operations.run

demo: ## Start the assistant and a made-up clinic's site that embeds it
	@$(PREPARE) run
	@$(APP) -m bot.operations.demo_site $(ARGS)

# Tests that start the real processes wait more than they compute, so they and the others run side by side;
# the others in a session of their own, which ends with this one. Exit code 5 is "no test selected", which ARGS may mean.
REAL := tests/e2e tests/operations tests/deployment tests/chaos
test: ## Run all tests, real processes and a real browser included
	@$(CLEAN) $(PREPARE) test
	@failed=0; others=$$(mktemp); \
	$(PYTHON3) -c 'import os, sys; os.setsid(); os.execvp(sys.argv[1], sys.argv[1:])' \
		$(MAKE) --no-print-directory test-others > $$others 2>&1 & beside=$$!; \
	trap 'kill -- -$$beside; rm -f $$others; exit 130' INT TERM; \
	$(CLEAN) $(APP) -m pytest $(REAL) $(ARGS) || [ $$? = 5 ] || failed=1; \
	echo "And under Rasa's Python:"; \
	$(CLEAN) $(RASA) -m pytest tests/extensions $(ARGS) || [ $$? = 5 ] || failed=1; \
	wait $$beside || failed=1; \
	echo "And the tests that ran beside these:"; cat $$others; rm $$others; \
	exit $$failed

test-others:
	@$(CLEAN) $(APP) -m pytest tests $(REAL:%=--ignore=%) --ignore=tests/extensions $(ARGS) || [ $$? = 5 ]

bench: ## Measure the assistant beside its baseline
	@$(CLEAN) $(PREPARE) bench
	@$(CLEAN) $(APP) -m tests.bench $(ARGS)

chaos: ## Let everything fail while people talk, and check that every promise is kept
	@$(CLEAN) $(PREPARE) test
	@$(CLEAN) $(APP) -m tests.chaos $(ARGS)

load: ## Patients and advisors at a realistic pace, then ever more of them, beside a stock Rasa stack
	@$(CLEAN) $(PREPARE) bench
	@$(CLEAN) $(APP) -m tests.load $(ARGS)

lint: ## Check style, types, and what attackers could use
	@$(PREPARE) lint
	@failed=0; \
	$(APP) -m ruff check . || failed=1; \
	$(APP) -m ruff format --check --quiet . || { echo "Not formatted: run '$(APP) -m ruff format .'"; failed=1; }; \
	$(APP) -m mypy || failed=1; \
	$(APP) -m bandit --quiet --recursive --configfile pyproject.toml bot actions knowledge || failed=1; \
	$(RASA) -m mypy --config-file= --strict --python-version 3.10 --ignore-missing-imports \
		--allow-subclassing-any --allow-untyped-decorators --cache-dir=.mypy_cache/rasa \
		-p bot.extensions -m knowledge.encoder -m bot.addresses || failed=1; \
	exit $$failed

evaluate: ## Measure answers, search, understanding and red flags, and write one report with plots
	@$(CLEAN) $(PREPARE) test
	@$(CLEAN) $(APP) -m tests.evaluation $(ARGS)

lock: ## Write requirements/*.lock anew from requirements/*.in
	@$(PREPARE) lint
	$(APP) -m bot.operations.lock requirements/app.in
	$(RASA) -m bot.operations.lock requirements/rasa.in

backup: ## Write a back-up of the databases into TO=FOLDER, while all runs
	@$(APP) -m bot.operations.backup make "$(or $(TO),$(error Say where to: make backup TO=/a/folder))"

restore: ## Put the back-up FROM=FILE back, while nothing runs
	@$(APP) -m bot.operations.backup restore "$(or $(FROM),$(error Say which: make restore FROM=/a/folder/nkbot-….tar.gz))"

clean: ## Delete the environments and caches; what patients wrote and the knowledge base are kept
	rm -rf .venv .venv-rasa .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf var/encoder var/rasa var/red-flags.npz var/seed var/stamps
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
