"""Compare all engines on a million generated policy/case pairs: `python -m tests.differential.fuzz [pairs] [seed]`."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.differential.compare import run

SLICE = 5_000
CASES = 50


def main() -> int:
    """Run slices in a process pool; print the count, the seed, and every difference."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20261121
    started, done, faults = time.monotonic(), 0, []
    slices = max(1, -(-pairs // SLICE))
    with ProcessPoolExecutor() as pool:
        futures = [
            pool.submit(run, seed + number, min(SLICE, pairs - number * SLICE), CASES) for number in range(slices)
        ]
        for future in as_completed(futures):
            faults += future.result()
            done += SLICE
            rate = done / (time.monotonic() - started)
            sys.stderr.write(f"\r{min(done, pairs):,} / {pairs:,} pairs, {rate:,.0f}/s, {len(faults)} differences ")
    sys.stderr.write("\n")
    sys.stdout.write(f"{pairs:,} policy/case pairs, seeds {seed}..{seed + slices - 1}: {len(faults)} differences\n")
    for fault in faults:
        sys.stdout.write(fault + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
