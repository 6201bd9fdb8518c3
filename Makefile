# make help | setup | demo | test | bench | soak | lint | weights | clean. Everything is kept in the tree: .venv, build,
# install, out.
#
#   make demo MESH=path/to/mesh.stl TASK="drink from the cup with the left hand"
#   PYTHON=python3.12 make setup
#   make weights OUT=out/weights

SHELL := /bin/bash
# Handed on through the environment, so that quotes in them reach the program as they are.
export MESH TASK ROBOT OUT

.PHONY: help setup demo test bench soak lint weights clean

help:
	@echo "make setup   everything the package needs, into .venv and install"
	@echo "make demo    a hand picks up a mug, through ROS 2 (MESH=, TASK=, ROBOT= for your own)"
	@echo "make test    the whole test suite, over real ROS 2"
	@echo "make bench   how fast it is on this machine, stage by stage, against the goals (ARGS=--quick)"
	@echo "make soak    500 mixed requests from four clients: nothing lost, nothing leaked"
	@echo "make lint    ruff: faults and format"
	@echo "make weights trains the package's networks anew (OUT=, default out/weights)"
	@echo "make clean   removes .venv, build, install, log and out: data sets, networks and results too"

setup:
	@scripts/setup.sh

demo: setup
	@scripts/with_ros.sh python scripts/demo.py $${MESH:+--mesh "$$MESH"} $${TASK:+--task "$$TASK"} $${ROBOT:+--robot "$$ROBOT"}

test:
	@scripts/setup.sh --test
	@scripts/test.sh $(ARGS)

bench: setup
	@scripts/with_ros.sh diffh2o bench --json out/bench/result.json --page out/bench $(ARGS)

soak: setup
	@scripts/with_ros.sh python scripts/soak.py $(ARGS)
	@scripts/with_ros.sh python scripts/interrupts.py

lint:
	@scripts/setup.sh --test
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet . || { echo "not formatted: run .venv/bin/ruff format ."; exit 1; }

weights: setup
	@scripts/train_shipped.sh $${OUT:+"$$OUT"}

clean:
	rm -rf .venv build install log out *.egg-info
