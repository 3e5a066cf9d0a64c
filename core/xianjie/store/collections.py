"""The table of what is kept: every collection with its unique and its indexed paths, and the chains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from xianjie.store.refusals import misuse

Paths: TypeAlias = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Collection:
    """Declare a collection. A path such as `recipient.id` leads to text, a whole number or a truth value.

    Values at a `unique` path are taken by one live record at most; absent and null are no values. Records can be looked
    up by `unique` and `indexed` paths. What is `append_only` is never replaced or removed.
    """

    name: str
    unique: tuple[str, ...] = ()
    indexed: tuple[str, ...] = ()
    append_only: bool = False
    paths: Paths = field(init=False, compare=False, hash=False)
    """The paths that records can be looked up by, and the steps of each."""
    unique_paths: Paths = field(init=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        """Take the paths apart, once for all records."""
        object.__setattr__(self, "unique_paths", _apart(self.unique))
        object.__setattr__(self, "paths", _apart(self.unique + self.indexed))


def _apart(paths: tuple[str, ...]) -> Paths:
    return {path: tuple(path.split(".")) for path in paths}


@dataclass(frozen=True, slots=True)
class Layout:
    """Hold what a store keeps."""

    by_name: Mapping[str, Collection]
    chains: tuple[str, ...]
    lasting: frozenset[str] = field(init=False, compare=False)
    """The names of the collections that only grow."""

    def __post_init__(self) -> None:
        """Pick the collections that only grow, once for all transactions."""
        object.__setattr__(self, "lasting", frozenset(one.name for one in self if one.append_only))

    def __getitem__(self, name: str) -> Collection:
        """Give a collection; InternalError where it is not declared."""
        try:
            return self.by_name[name]
        except KeyError:
            raise misuse(f"没有声明 {name} 这个集合", f"no collection {name} is declared") from None

    def __iter__(self) -> Iterator[Collection]:
        """Go through the collections by name."""
        return iter(sorted(self.by_name.values(), key=lambda one: one.name))

    def chain(self, name: str) -> str:
        """Give a chain's name back; InternalError where it is not declared."""
        if name not in self.chains:
            raise misuse(f"没有声明 {name} 这条链", f"no chain {name} is declared")
        return name

    def written(self) -> str:
        """Write the layout in a line, to tell whether indexes were made for it."""
        return " ".join(f"{one.name}({','.join(one.unique)};{','.join(one.indexed)})" for one in self)


def layout(*collections: Collection, chains: tuple[str, ...] = ()) -> Layout:
    """Make a layout of collections and chains."""
    return Layout({one.name: one for one in collections}, chains)


def standard_layout() -> Layout:
    """Declare what xianjie keeps. `persons` holds ciphertexts and keyed hashes alone; all others refer to its ids."""
    within = ("within.d2", "within.d4", "within.d6", "within.d9", "within.d12")  # the divisions around a record
    return layout(
        Collection("api_keys", indexed=("holder", *within)),
        Collection("cases", indexed=("person", "state", *within)),
        Collection("consent_withdrawals", indexed=("person",), append_only=True),
        Collection("consents", indexed=("person", "recipient", "referral", *within), append_only=True),
        Collection("decisions", indexed=("case", "day", "decision", *within), append_only=True),
        Collection("disclosures", indexed=("consent", "person", "recipient", "referral", *within), append_only=True),
        Collection("duties", indexed=("opening.kind", "opening.year", "region", *within)),
        Collection("duty_events", unique=("corrects",), indexed=("duty",), append_only=True),
        Collection("idempotency_keys", indexed=("expires",)),
        Collection("ledger_updates", unique=("corrects",), indexed=("ledger",), append_only=True),
        Collection("ledgers", indexed=("opening.kind", "region", *within)),
        Collection("organisations", unique=("code",), indexed=within),
        Collection("persons", unique=("number_hmac",), indexed=("name_hmac", *within)),
        Collection("policy_publications", indexed=("policy", "region", "sha256"), append_only=True),
        Collection("reading_choices", indexed=("axis", "division", "region", *within), append_only=True),
        Collection("referral_events", indexed=("referral",), append_only=True),
        Collection("referrals", indexed=("organisation", "person", "region", "state", *within)),
        Collection("sessions", indexed=("until",)),
        chains=("audit",),
    )
