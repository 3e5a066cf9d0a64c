"""How a command records its run beside the answers, and tells how long it took."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import typer

from xianjie.cli.options import say
from xianjie.cli.population.progress import Progress
from xianjie.errors import XianjieError
from xianjie.language.calendar import BEIJING

OWN, WORKER = "peak_mb", "peak_mb_of_a_worker"


@contextmanager
def recorded(out: Path, progress: Progress, told: dict[str, object], spark: str | None = None) -> Iterator[None]:
    """Record what is done meanwhile as a run of the folder; what stands in `told` when it ends is told with it.

    Raises OSError where the record cannot be begun. Where it cannot be ended, what the run did is not undone.
    """
    from xianjie.population.job import runs
    from xianjie.version import __version__

    began = time.monotonic()
    outcome = {"outcome": "failed"}
    runs.begin(out, {"began": _now(), "engine": __version__, "spark": spark})
    try:
        yield
        outcome["outcome"] = "ended"
    except KeyboardInterrupt:
        outcome["outcome"] = "interrupted"
        raise
    except XianjieError as error:
        told["codes"] = sorted({problem.code for problem in error.problems})
        raise
    except OSError:
        told["codes"] = ["population-unwritable"]
        raise
    finally:
        with suppress(OSError):
            peaks = _peaks() if spark is None else {**_peaks(), WORKER: None}
            seconds = round(time.monotonic() - began, 3)
            runs.end(out, {**outcome, "ended": _now(), "seconds": seconds, **_done(progress), **told, **peaks})


def _done(progress: Progress) -> dict[str, object]:
    return {
        "rows": progress.new,
        "parts": progress.parts,
        "rows_before": progress.done - progress.new,
        "rows_in_all": progress.rows,
        "rows_per_second": round(progress.new / progress.answering) if progress.new else None,
    }


def tell_run(progress: Progress, lang: str) -> None:
    """Tell how long the answers took; nothing where there were none to give."""
    if not progress.new:
        return
    seconds, rate = progress.answering, progress.new / progress.answering
    zh = f"本次判定 {progress.new:,} 行，用了 {seconds:,.2f} 秒，每秒 {rate:,.0f} 行"
    en = f"{progress.new:,} rows just now in {seconds:,.2f} s, {rate:,.0f} rows/s"
    peak = _peaks()[OWN]
    if peak is not None:
        zh, en = f"{zh}；内存最多 {peak:,} MB", f"{en}; {peak:,} MB of memory at most"
    typer.echo(say(lang, zh, en), err=True)


def _peaks() -> dict[str, int | None]:
    """Give the most memory that this process and the largest of those that it started had; None where nobody says."""
    if sys.platform == "win32":
        return {OWN: None, WORKER: None}
    import resource

    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    asked = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    own, others = (resource.getrusage(who).ru_maxrss // unit for who in asked)
    return {OWN: own, WORKER: others or None}


def _now() -> str:
    return dt.datetime.now(BEIJING).isoformat(timespec="seconds")
