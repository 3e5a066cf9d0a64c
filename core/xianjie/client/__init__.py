"""A client of the service: typed answers and records, safe retries, the same methods to call and to await.

>>> from xianjie.client import Client
>>> with Client("http://127.0.0.1:8765") as client:  # doctest: +SKIP
...     client.assess({"person": {"tekun": True}}, regions=["…"], as_of="2025-08-01").regions
"""

from importlib.util import find_spec

if find_spec("httpx2") is None:
    raise ModuleNotFoundError(
        "xianjie.client 需要 httpx2：pip install 'xianjie[client]' / xianjie.client takes httpx2", name="httpx2"
    )

from xianjie.client.asking import Refused
from xianjie.client.asynchronous import AsyncClient
from xianjie.client.problems import ClientError, ProblemError, Unreachable
from xianjie.client.retrying import Retrying
from xianjie.client.sync import Client

__all__ = [
    "AsyncClient",
    "Client",
    "ClientError",
    "ProblemError",
    "Refused",
    "Retrying",
    "Unreachable",
]
