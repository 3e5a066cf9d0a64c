"""What a finished population leaves: a manifest of question, documents, files, counts and digests; and its summary."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from xianjie.errors import InternalError, Place, Problem
from xianjie.population.job.asked import Asked, compiled_for
from xianjie.population.job.durable import digest_of, write_text
from xianjie.population.job.receipts import Receipt
from xianjie.population.job.rejected import FILE as REJECTS
from xianjie.population.job.rejected import write_rejects
from xianjie.population.summary.gathered import FILE as SUMMARY
from xianjie.population.summary.gathered import Summary, summary_of
from xianjie.population.summary.tally import merged

FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class Finished:
    """A population that is answered: rows answered and put aside, faults by code, and the counts."""

    answered: int
    rejected: int
    faults: Mapping[str, int]
    summary: Summary

    @property
    def undecided(self) -> bool:
        """Tell whether a status is undetermined or ambiguous for anybody."""
        return any(
            _open(part.get(kind, {}))
            for parts in self.summary.tally.get("parts", {}).values()
            for part in parts.values()
            for kind in ("choices", "statuses")
        )


def _open(tree: Any) -> bool:
    if not isinstance(tree, Mapping):
        return False
    return any(bool(tree.get(word)) for word in ("undetermined", "ambiguous")) or any(map(_open, tree.values()))


def finish(asked: Asked, receipts: Sequence[Receipt], out: Path, strict: bool = False) -> Finished:
    """Gather rejects, write the summary and, last of all, the manifest. Nothing in them depends on when or where.

    Where it is `strict` and rows were put aside, there is neither summary nor manifest.

    Raises InternalError where the parts do not add up to the rows that were read, or a file is not as written.
    """
    ordered = sorted(receipts, key=lambda receipt: receipt.part.number)
    counts = _counts(ordered)
    files = {name: digest for receipt in ordered for name, digest in receipt.files.items()}
    with ThreadPoolExecutor() as pool:  # to digest leaves Python's lock alone
        found = pool.map(digest_of, [out / name for name in files])
        changed = [name for (name, digest), is_now in zip(files.items(), found, strict=True) if is_now != digest]
    if changed:
        _defect("population-file-changed", "文件与写入时不同", "a file is not as it was written", changed[0])
    rejects = write_rejects(ordered, out)
    summary = summary_of(asked.text, merged(receipt.tally for receipt in ordered), sum(one.rejected for one in ordered))
    faults: Counter[str] = Counter()
    for receipt in ordered:
        faults.update(receipt.faults)
    rows, answered, rejected = (sum(one[key] for one in counts) for key in ("rows", "answered", "rejected"))
    finished = Finished(answered, rejected, dict(sorted(faults.items())), summary)
    if strict and rejected:
        return finished
    files[SUMMARY] = write_text(out / SUMMARY, summary.text)
    if rejects is not None:
        files[REJECTS] = rejects
    whole = hashlib.sha256("".join(f"{files[name]}  {name}\n" for name in sorted(files)).encode()).hexdigest()
    manifest = {
        "form": 1,
        "engine": asked.engine,
        "question": _question(asked),
        "asked": asked.digest,
        "documents": _documents(asked),
        "rows": rows,
        "answered": answered,
        "rejected": rejected,
        "faults": finished.faults,
        "inputs": counts,
        "files": dict(sorted(files.items())),
        "digest": whole,
    }
    write_text(out / FILE, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
    return finished


def _counts(receipts: Sequence[Receipt]) -> list[dict[str, Any]]:
    """Add up each input, and check that every row of it was answered or put aside."""
    out: dict[str, dict[str, Any]] = {}
    for receipt in receipts:
        part = receipt.part
        held = out.setdefault(
            part.file, {"file": part.file, "content": part.identity, "rows": 0, "answered": 0, "rejected": 0}
        )
        for key, count in (("rows", part.rows), ("answered", receipt.answered), ("rejected", receipt.rejected)):
            held[key] += count
        if receipt.answered + receipt.rejected != part.rows:
            _defect("population-rows", "读入的行与判定、退出的行数不符", "rows read and rows told of differ", part.file)
    return list(out.values())


def _question(asked: Asked) -> dict[str, Any]:
    told = asdict(asked)
    told["as_of"] = dt.date.fromordinal(asked.as_of).isoformat()
    told["supposed"] = [hashlib.sha256(text.encode()).hexdigest() for text in asked.supposed]
    return {name: told[name] for name in sorted(told) if name not in ("policies", "engine")}


def _documents(asked: Asked) -> list[dict[str, Any]]:
    compiled = compiled_for(asked.text)
    out = []
    for name, parts in compiled.parts.items():
        policy = next(iter(parts.values())).policy
        document = policy.file.document
        out.append(
            {
                "asked": name,
                "region": policy.region,
                "id": policy.id,
                "title": document.title,
                "sha256": asked.policies[name],
                "standing": document.standing,
                "validity": policy.validity_at(asked.as_of),
                "text": document.text,
            }
        )
    return out


def rows_of(out: Path) -> dict[str, int]:
    """Tell how many rows each file had, as a folder's manifest has it; nothing where there is none that can be read."""
    try:
        inputs = json.loads((out / FILE).read_text(encoding="utf-8"))["inputs"]
        return {found["file"]: int(found["rows"]) for found in inputs}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}


def _defect(code: str, zh: str, en: str, file: str) -> None:
    raise InternalError(Problem(code, zh, en, Place(file)))
