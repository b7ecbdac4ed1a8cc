"""Run the platform: `python -m emulator --port 8090 --state var/emulator.json`."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from emulator.app import make_app

HOST, PORT = "127.0.0.1", 8090
GRACE_SECONDS = 2


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line. Whoever can reach the port can do everything: it is for this machine only."""
    parser = argparse.ArgumentParser(prog="emulator", description="A local stand-in for the Zalo OA platform.")
    parser.add_argument("--host", default=HOST)
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--state", type=Path, help="keep the state in this file, and go on from it")
    parser.add_argument("--base-url", default="", help="where it is reached, for addresses of files")
    return parser.parse_args(arguments)


def main() -> None:
    """Serve until told to stop."""
    given = read_arguments()
    # These libraries log addresses or contents, which are what citizens said.
    for name in ("httpx", "sse_starlette"):
        logging.getLogger(name).setLevel(logging.WARNING)
    uvicorn.run(
        make_app(state=given.state, base_url=given.base_url),
        host=given.host,
        port=given.port,
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


if __name__ == "__main__":
    main()
