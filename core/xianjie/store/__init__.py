"""The store: what xianjie keeps, in a folder of its own or in PostgreSQL, behind one interface."""

from __future__ import annotations

from xianjie.store.chains import Seal, plain_seal
from xianjie.store.collections import Collection, Layout, layout, standard_layout
from xianjie.store.interface import Body, Entry, Record, Store, Transaction, Verified, View
from xianjie.store.opening import open_store
from xianjie.store.refusals import StoreError
from xianjie.store.transfer import export, import_

__all__ = [
    "Body",
    "Collection",
    "Entry",
    "Layout",
    "Record",
    "Seal",
    "Store",
    "StoreError",
    "Transaction",
    "Verified",
    "View",
    "export",
    "import_",
    "layout",
    "open_store",
    "plain_seal",
    "standard_layout",
]
