#!/usr/bin/env bash
# Install what the project needs into its own folder: uv, Python 3.10, the locked dependencies. Does nothing when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

stamp=.venv/.installed
want=$(cat uv.lock .python-version pyproject.toml | cksum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then exit 0; fi

uv=$(command -v uv || true)
if [ -z "$uv" ] || ! "$uv" --version >/dev/null 2>&1; then
  uv=.cache/uv/bin/uv
  if [ ! -x "$uv" ]; then
    echo "• Cài uv vào $uv"
    if ! python3 -m venv .cache/uv 2>/dev/null; then
      # Debian ships venv apart from Python.
      rm -rf .cache/uv
      if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
        python3 -m venv .cache/uv
      else
        echo "Cần gói python3-venv (apt install python3-venv) hoặc uv (https://docs.astral.sh/uv)." >&2
        exit 1
      fi
    fi
    .cache/uv/bin/pip install --quiet --disable-pip-version-check uv
  fi
fi

echo "• Cài Python 3.10 và các thư viện đã khóa phiên bản"
# Compiled at once: where Python may not write, every process would compile all of TensorFlow and Rasa anew (8 s a start).
"$uv" sync --locked --quiet --compile-bytecode
echo "$want" >"$stamp"
