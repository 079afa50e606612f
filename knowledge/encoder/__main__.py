"""`python -m knowledge.encoder TARGET` builds the teacher that the shipped encoder learnt from."""

import sys
import time
from pathlib import Path

from knowledge.encoder.build import build_encoder


def main(arguments: list[str]) -> int:
    """Builds into the folder named by the one argument; returns the exit status."""
    if len(arguments) != 1:
        print("usage: python -m knowledge.encoder TARGET", file=sys.stderr)
        return 2
    target = Path(arguments[0])
    started = time.monotonic()
    if not build_encoder(target):
        print(f"encoder: {target} is up to date")
        return 0
    megabytes = sum(f.stat().st_size for f in target.rglob("*") if f.is_file()) / 1e6
    print(f"encoder: built {target}, {megabytes:.0f} MB in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
