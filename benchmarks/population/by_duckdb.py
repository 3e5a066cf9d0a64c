"""DuckDB, its SQL written by hand: three-valued logic is SQL's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
from benchmarks.population.question import AS_OF, CODES, EXITED, FIVE, HELPED, LINE, REFUSED, Peer, Statuses

HARDSHIP = '("aid.received" AND "aid.still_in_difficulty")'
ENTITLED = '"person.dibao_recipient" OR "person.tekun"'
TEKUN_CLASS = '"person.tekun" OR "person.orphan" OR "person.de_facto_unsupported_child"'


def meets(entitled: str) -> str:
    """Write that somebody meets the conditions of aid; those entitled do, where nobody recorded it."""
    return f'("aid.meets_conditions" OR "aid.meets_conditions" IS NULL AND ({entitled}))'


INNER = {
    "jinhua": f"""
      "person.recognised_by_local_civil_affairs" AND ({ENTITLED} OR "person.expenditure_poverty"
        OR "person.dibao_marginal_member" OR "person.orphan" OR "person.child_in_difficulty"
        OR "person.de_facto_unsupported_child") AS registered,
      "aid.exit_date" BETWEEN {EXITED} AND {AS_OF}
        OR "aid.application_is_new" AND "aid.application_refused" BETWEEN {REFUSED} AND {AS_OF}
        OR "aid.temporary_aid_date" BETWEEN {HELPED} AND {AS_OF}
        OR "aid.special_programmes" <> 0 AS monitored,
      "household.annual_income" < {LINE} AND "household.property_within_limits"
        OR "person.left_behind_child" AS flat,
      3 * "household.annual_income" < {LINE} * "household.size" AND "household.property_within_limits"
        OR "person.left_behind_child" AS per_head""",
    "hubei": f"""
      ("person.dibao_recipient" OR {TEKUN_CLASS} OR "person.dibao_marginal_member"
        OR "person.poverty_return_monitored" OR "person.rigid_expenditure_member"
        OR "person.illness_impoverished_patient" OR "person.other_hardship") AND {HARDSHIP}
      OR "person.in_low_income_database"
        AND NOT {meets(f'"person.dibao_recipient" OR {TEKUN_CLASS}')} AS in_hubei""",
    "tianjin": f"""
      NOT {meets(ENTITLED)} OR {HARDSHIP} OR {ENTITLED} OR "person.other_recognised_recipient" AS in_tianjin""",
    "shanghai": f"""
      "person.tekun" OR "household.emergency_hardship" OR "household.illness_impoverished"
      OR NOT "aid.covered_by_existing_policy" OR {HARDSHIP} AS first_in_shanghai""",
    "shanxi": "0 AS nothing",
}


def _status(*cases: tuple[str, str], otherwise: str) -> str:
    whens = " ".join(f"WHEN {condition} THEN {CODES[status]}" for condition, status in cases)
    return f"(CASE {whens} ELSE {CODES[otherwise]} END)::UTINYINT"


OUTER = {
    "jinhua": _status(
        ("registered OR monitored OR (flat AND per_head)", "covered"),
        ("registered IS NULL OR monitored IS NULL OR flat IS NULL OR per_head IS NULL", "undetermined"),
        ("flat <> per_head", "ambiguous"),
        otherwise="not_matched",
    ),
    "hubei": _status(("in_hubei", "covered"), ("in_hubei IS NULL", "undetermined"), otherwise="not_matched"),
    "tianjin": _status(("in_tianjin", "covered"), ("in_tianjin IS NULL", "undetermined"), otherwise="not_matched"),
    "shanghai": _status(("first_in_shanghai", "priority_match"), otherwise="not_stipulated"),
    "shanxi": f"{CODES['not_reported']}::UTINYINT",
}


def statuses(path: Path, regions: Sequence[str]) -> Statuses:
    """Answer in one pass over the file."""
    inner = ", ".join(INNER[region] for region in regions)
    outer = ", ".join(f"{OUTER[region]} AS {region}" for region in regions)
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT {outer} FROM (SELECT {inner} FROM read_parquet(?))", [str(path)])
        answers: Statuses = found.fetchnumpy()
    return answers


DUCKDB = Peer(
    "DuckDB, SQL by hand",
    FIVE,
    statuses,
    "all cores; about half goes into reading; a truth is a byte with a mask of nulls; regions share nothing",
)
