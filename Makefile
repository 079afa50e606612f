# Every command a newcomer, an operator or CI needs; `make` alone lists them.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run setup setup-dev system train test lint types format replay evaluate bench clean

PYTHON := .venv/bin/python

help: ## 列出所有命令
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: setup ## 安装并启动全部进程（可加 PORT=9000 HOST=0.0.0.0），Ctrl-C 停止
	@exec $(PYTHON) -m bot run

setup: ## 准备两个 Python 环境（已就绪则立即结束）
	@deploy/setup.sh

setup-dev: ## 同上，另加测试和检查所需
	@deploy/setup.sh --dev

system: ## 检查测试所需的系统软件（Chromium、中文字体、PostgreSQL）
	@deploy/system.sh

train: setup ## 数据有变化时重新训练对话模型
	@$(PYTHON) -m bot train

test: setup-dev system lint types ## 全部检查和测试
	@$(PYTHON) -m bot train
	@$(PYTHON) -m pytest -n 2 --dist loadgroup

lint: setup-dev ## 代码风格、格式和模块依赖方向
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports

types: setup-dev ## 类型检查
	@.venv/bin/mypy

format: setup-dev ## 整理代码格式
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

replay: setup-dev ## 重放历史对话：make replay FILE=in.csv OUT=out.jsonl
	@test -n "$(FILE)" && test -n "$(OUT)" || { echo "用法：make replay FILE=in.csv OUT=out.jsonl"; exit 2; }
	@$(PYTHON) -m tests.replay "$(FILE)" "$(OUT)"

evaluate: setup-dev ## 评测理解、检索和分类：make evaluate（可加 ONLY="intents danger"）
	@$(PYTHON) -m bot train
	@$(PYTHON) -m tests.evaluate $(ONLY)

bench: setup-dev ## 测量响应时间；make bench ONLY=worklists 测量 5 万条诉求的待办清单
	@$(PYTHON) -m tests.bench $(if $(ONLY),--only $(ONLY))

clean: ## 删除缓存（保留环境和 var 里的数据）
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .rasa
	@find actions bot knowledge nlu tests -name __pycache__ -type d -prune -exec rm -rf {} +
