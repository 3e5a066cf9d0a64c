"""One cluster of two workers, one session and one population for all tests that ask for them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from tests.spark.cluster import SETTINGS, Cluster, surroundings
from tests.spark.data import invented, question

from xianjie.population.job.asked import Asked
from xianjie.population.job.parts import Part, parts_of
from xianjie.population.job.running import run_parts
from xianjie.population.spark.session import spark_session

ROWS, FILES, MOST = 200_000, 4, 10_000


@pytest.fixture(scope="session")
def shared_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    cluster = Cluster(folder, surroundings(folder))
    try:
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def cluster(shared_cluster: Cluster) -> Cluster:
    """Give a cluster whose two workers are alive."""
    shared_cluster.start(2)
    return shared_cluster


@pytest.fixture(scope="session")
def spark(shared_cluster: Cluster) -> Iterator[SparkSession]:
    """Open a session on the cluster, in this process."""
    shared_cluster.start(2)
    before = dict(os.environ)
    os.environ.update(shared_cluster.environment)
    try:
        with spark_session(shared_cluster.url, SETTINGS) as session:
            yield session
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> list[Part]:
    return parts_of(invented(tmp_path_factory.mktemp("data"), ROWS, FILES), MOST)


@pytest.fixture(scope="session")
def asked() -> Asked:
    return question()


@pytest.fixture(scope="session")
def one_machine(tmp_path_factory: pytest.TempPathFactory, asked: Asked, parts: list[Part]) -> Path:
    """Answer the population on one machine: what every other way is measured by."""
    out = tmp_path_factory.mktemp("one")
    run_parts(asked, parts, out, 1, lambda _: None)
    return out
