"""Open the store with its keys for a command that works on the records: nobody else may have the folder in use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from xianjie.cli.options import Lang

if TYPE_CHECKING:
    from xianjie.records.desk import Keeping


@contextmanager
def opened(given: str | None, lang: Lang, create: bool = False, examining: bool = False) -> Iterator[Keeping]:
    """Open the store named, else this user's own; with `create`, store and keys are made where there are none yet.

    To be `examining` takes no more than the keys that are at hand, whatever is sealed with others.
    """
    import os

    from xianjie.home import default_home
    from xianjie.service.running.kept import is_database, make_first_keys, opened_keeping, store_named
    from xianjie.store import open_store

    home = default_home()
    where = store_named(os.environ, home, given)
    if create:
        made = make_first_keys(os.environ, home, where)
        if made is not None:
            typer.echo(made.text(lang.value), err=True)
    elif not is_database(where) and not Path(where).expanduser().is_dir():
        open_store(where, create=False)  # says that there is none
    keeping = opened_keeping(os.environ, home, where, examining)
    with keeping.store:
        for remark in keeping.store.remarks:
            typer.echo(remark.text(lang.value), err=True)
        yield keeping
