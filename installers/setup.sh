#!/bin/sh
# Sets up everything that Clinic needs in .venv beside this folder: OS libraries, Python packages, model files.
# Safe to run again: when nothing changed it ends at once. One line a step; pip's chatter goes to .venv/setup.log.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
venv=$root/.venv
log=$venv/setup.log

say() { printf '%s\n' "$*"; }

fail() { # step, cure
    say "Set-up stopped at: $1" >&2
    say "What to do: $2" >&2
    if [ -s "$log" ]; then
        say "Last lines of $log:" >&2
        tail -n 12 "$log" >&2
    fi
    exit 1
}

stamp() {
    cat pyproject.toml installers/constraints.txt installers/setup.sh resources/MANIFEST.toml | cksum
    printf '%s\n' "$root"
}

if [ -f "$venv/.ready" ] && [ "$(stamp)" = "$(cat "$venv/.ready")" ] && "$venv/bin/python" -m clinic.resources --check; then
    exit 0
fi
rm -f "$venv/.ready"

# Qt and VTK open these at run time; SfePy is compiled; Xvfb serves the tests of the window.
os_packages="libgl1 libegl1 libgl1-mesa-dri libegl-mesa0 libx11-6 libx11-xcb1 libxkbcommon0 libxkbcommon-x11-0 \
libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render0 libxcb-render-util0 libxcb-shape0 \
libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libxcb-glx0 libfontconfig1 libdbus-1-3 libglib2.0-0 libgomp1 \
fonts-dejavu-core gcc g++ libc6-dev xvfb xauth"

missing_packages() {
    for name in $os_packages; do
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' && continue
        # newer Debian and Ubuntu renamed some libraries for 64-bit time
        dpkg-query -W -f '${Status}' "${name}t64" 2>/dev/null | grep -q 'install ok installed' || printf '%s ' "$name"
    done
}

mkdir -p "$venv"
: >"$log"
if command -v dpkg-query >/dev/null 2>&1; then
    missing=$(missing_packages)
    if [ -n "$missing" ]; then
        [ "$(id -u)" = 0 ] || fail "system libraries" "run: sudo apt-get install $missing"
        say "Installing system libraries"
        export DEBIAN_FRONTEND=noninteractive
        # shellcheck disable=SC2086
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >>"$log" 2>&1 ||
            fail "system libraries" "check the connection, then run: apt-get install $missing"
    fi
elif [ "$(uname -s)" = Linux ]; then
    say "Not Debian or Ubuntu: install your system's OpenGL, EGL and XCB libraries and a C compiler if a step fails."
fi

python=
for candidate in python3.11 python3.12 python3.13 python3; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "finding Python" "install Python 3.11, 3.12 or 3.13 with its venv module (Debian: python3-venv python3-dev)"

if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    say "Making the Python environment"
    "$python" -m venv "$venv" >>"$log" 2>&1 || fail "the Python environment" "remove $venv and run this again"
fi
pip() { "$venv/bin/python" -m pip --disable-pip-version-check --no-input "$@"; }

if ! pip show torch 2>/dev/null | grep -q '^Version: 2\.13\.0'; then
    say "Installing torch (without CUDA where such a build can be had)"
    # An index that does not answer costs five seconds here, not eight for every package.
    pip install --quiet --retries 0 --timeout 5 \
        --extra-index-url "${CLINIC_TORCH_INDEX:-https://download.pytorch.org/whl/cpu}" \
        -c installers/constraints.txt 'torch==2.13.0+cpu' >>"$log" 2>&1 || {
        say "No build without CUDA found: taking the standard one, which is larger"
        pip install --quiet -c installers/constraints.txt 'torch==2.13.0' >>"$log" 2>&1 ||
            fail "installing torch" "check the connection and the free disk space (6 GB), then run this again"
    }
fi

say "Installing packages (SfePy is compiled: one to three minutes the first time)"
pip install --quiet -c installers/constraints.txt -e '.[test]' >>"$log" 2>&1 ||
    fail "installing packages" "check the connection and the free disk space (6 GB), then run this again"
pip check >>"$log" 2>&1 || fail "checking packages" "remove $venv and run this again"

say "Obtaining and checking model files"
"$venv/bin/python" -m clinic.resources >>"$log" 2>&1 ||
    fail "obtaining model files" "check the connection, then run this again"

stamp >"$venv/.ready"
say "Ready"
