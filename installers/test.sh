#!/bin/sh
# Sets up if needed, then runs every check. Stops at the first that fails.
set -eu
cd "$(dirname "$0")/.."
sh installers/setup.sh
bin=.venv/bin

# Idle threads of two pools that wait for each other cost more than they bring on small machines.
export OMP_WAIT_POLICY=PASSIVE VTK_DEFAULT_OPENGL_WINDOW=vtkEGLRenderWindow

step() {
    echo "== $*"
    "$@"
}
step $bin/ruff format --check clinic tests
step $bin/ruff check clinic tests
step $bin/mypy
step $bin/lint-imports
step $bin/python -m pytest -q --durations=10 "$@"
