#!/bin/sh
# Sets up if needed, then opens Clinic on the sample patient.
#   sh installers/run.sh                        the window
#   sh installers/run.sh --headless --out DIR   the whole story without a screen; its files go to DIR
set -eu
here=$(dirname "$0")
python=$here/../.venv/bin/python

if [ "${1:-}" = --headless ]; then
    shift
    sh "$here/setup.sh"
    exec "$python" -m clinic demo "$@"
fi
if [ "$(uname -s)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ]; then
    echo "There is no screen to open a window on. Use --headless --out DIR to write the pictures to a folder." >&2
    exit 2
fi
sh "$here/setup.sh"
exec "$python" -m clinic --sample "$@"
