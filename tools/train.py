"""`make train`: train the model of the files as they are now, unless it exists."""

from __future__ import annotations

import sys
import time

from storage.settings import read_settings
from tools.process import model_path, train


def main() -> int:
    settings = read_settings()
    target = model_path(settings)
    if target.exists():
        # The newest file is the one that is loaded.
        target.touch()
        print(f"{target.name} is up to date")
        return 0
    started = time.monotonic()
    try:
        train(settings, log=settings.var / "log" / "train.log")
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{target.name} trained in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
