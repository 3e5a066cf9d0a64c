"""Spark as what answers a population's parts: how a command says so."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xianjie.cli.edge import refuse

if TYPE_CHECKING:
    from xianjie.population.job.asked import Asked
    from xianjie.population.job.parts import Part
    from xianjie.population.job.running import Run, Tell

SUBMITTED = "submitted"
"""Said in the place of a master where the command is run by spark-submit, which has named it."""

SparkOption = Annotated[
    str | None,
    typer.Option(
        "--spark",
        metavar="MASTER",
        help="由 Spark 计算，如 spark://host:7077、yarn / a master of Spark, such as yarn",
    ),
]


def on_spark(master: str) -> Run:
    """Give what answers parts by the executors of Spark. Raises InputError where PySpark is not installed."""
    if find_spec("pyspark") is None:
        refuse(
            "spark-missing",
            "要用 Spark，请安装：pip install 'xianjie[spark]'",
            "for Spark, install it: pip install 'xianjie[spark]'",
        )

    def run(asked: Asked, parts: Sequence[Part], out: Path, tell: Tell) -> None:
        from xianjie.population.spark.scheduling import run_on_spark
        from xianjie.population.spark.session import spark_session

        with spark_session(None if master == SUBMITTED else master) as session:
            run_on_spark(asked, parts, out, session, tell)

    return run
