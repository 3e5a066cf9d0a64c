"""The session of Spark that a population is assessed in: the one that is there, or one made with what we need of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from xianjie.errors import InputError, Place, Problem

OURS: Mapping[str, str] = {
    "spark.app.name": "xianjie population",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",  # we show our own
}
"""What Spark is told where spark-submit tells it nothing."""


@contextmanager
def spark_session(master: str | None = None, settings: Mapping[str, str] | None = None) -> Iterator[SparkSession]:
    """Open a session, and stop it unless it was there before.

    `master` is None where spark-submit has said it, and all else. Executors run the Python that this machine runs,
    under the same path, unless PYSPARK_PYTHON names another. Raises InputError where Spark does not start.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    before = SparkSession.getActiveSession()
    builder = SparkSession.builder
    for name, value in {**(OURS if master else {}), **(settings or {})}.items():
        builder = builder.config(name, value)
    try:
        session = (builder.master(master) if master else builder).getOrCreate()
    except (PySparkException, Py4JError) as error:
        raise InputError(
            Problem(
                "spark-not-started",
                "Spark 起不来：须有 Java 17 或更新版本（JAVA_HOME），且主节点能连上",
                "Spark does not start: it needs Java 17 or newer (JAVA_HOME), and a master that can be reached",
                Place(path=master or "spark"),
            )
        ) from error
    try:
        yield session
    finally:
        if before is None:
            session.stop()
