"""What a population is asked, from a command's options: regions, also under overlays, and what the columns mean."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xianjie.cli.edge import refuse

if TYPE_CHECKING:
    from xianjie.engine.assess import Engine
    from xianjie.engine.inquiry import Settings
    from xianjie.plugins import Regions
    from xianjie.population.compiler.columns import Layout
    from xianjie.population.job.asked import Asked, Mapped

SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="IN",
        help="数据：Parquet、Arrow IPC、CSV、XLSX 文件，或文件夹、通配 / the data: files, a folder, a pattern",
    ),
]
OutArgument = Annotated[
    Path, typer.Argument(metavar="OUT", help="结果文件夹；再次运行会接着做 / the answers' folder; run again to go on")
]
DimensionsOption = Annotated[
    list[str] | None,
    typer.Option("--dimension", "-d", metavar="D", help="维度，默认 对象，可重复 / dimension, by default eligibility"),
]
MappingOption = Annotated[
    Path | None,
    typer.Option("--mapping", metavar="FILE", help="列与事实的对应 YAML / which column holds which fact"),
]
RestOption = Annotated[
    bool, typer.Option("--unrecorded-rest", help="没有列的事实一律按未知 / facts without a column are unknown")
]
KeepOption = Annotated[
    list[str] | None, typer.Option("--keep", metavar="A,B", help="原样带到结果里的列 / columns that go along")
]
DivisionOption = Annotated[
    str | None, typer.Option("--division", metavar="COLUMN", help="按哪一列分开统计 / count apart by this column")
]
LeaveOutOption = Annotated[
    list[str] | None,
    typer.Option("--leave-out", metavar="FIELD", help="不要的字段，如 group_missing / fields not wanted"),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="有一行读不进就不算完成 / any row put aside is an error")]
WorkersOption = Annotated[
    int | None, typer.Option(min=1, max=256, metavar="N", help="进程数，默认同 CPU / processes, as many as cores")
]
MOST_ROWS = 5_000_000
RowsOption = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=MOST_ROWS,
        metavar="N",
        help="每部分至多几行，默认一百万，问得多则少些 / rows of a part at most: a million, fewer if much is asked",
    ),
]
DueSoonOption = Annotated[int, typer.Option(metavar="N", help="提前几天算即将到期 / days that count as due soon")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the columns mean, as options say it: the mapping file, and what is said beside it."""

    mapping: Path | None = None
    rest: bool = False
    keep: Sequence[str] = ()
    division: str | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Regions that are asked, ready for a question: `names` may end in `+`, `supposed` are the overlays' texts."""

    engine: Engine
    regions: Regions
    names: Sequence[str]
    dimensions: Sequence[str]
    as_of: int
    settings: Settings
    supposed: Sequence[str] = ()

    def usual_rows(self) -> int:
        """Say how many rows a part has where nobody says it."""
        from xianjie.population.job.parts import usual_rows

        return usual_rows(len(self.names) * len(self.dimensions))

    def layout(self) -> Layout:
        """Give the facts that are read."""
        from xianjie.population.job.asked import compiled_for

        return compiled_for(self.question().text).layout

    def mapped(self, wanted: Wanted, columns: Collection[str]) -> Mapped:
        """Put the mapping to the columns that there are."""
        from dataclasses import replace

        from xianjie.population.job.mapping import MappingFile, read_mapping

        layout = self.layout()
        file = MappingFile() if wanted.mapping is None else read_mapping(wanted.mapping, layout)
        file = replace(
            file,
            rest=file.rest or wanted.rest,
            keep=tuple(dict.fromkeys((*file.keep, *wanted.keep))),
            division=wanted.division or file.division,
        )
        return file.mapped(layout, columns)

    def question(self, mapped: Mapped | None = None, leaving_out: Sequence[str] = (), form: str = "packed") -> Asked:
        """Put the question, the policies pinned."""
        from xianjie.population.job.asked import asking

        return asking(
            self.engine,
            self.names,
            self.as_of,
            self.dimensions,
            self.settings,
            mapped,
            self.supposed,
            leaving_out,
            form,
        )


@contextmanager
def asking_of(
    regions: Sequence[str],
    dimensions: Sequence[str] | None,
    as_of: int,
    due_soon_days: int = 30,
    readings: Sequence[str] = (),
    overlays: Sequence[Path] = (),
) -> Iterator[Asking]:
    """Find the regions named; InputError where there is none, or something about the question is wrong.

    With overlays each region that one of them changes is asked twice: as it is, and followed by `+` under them.
    """
    from xianjie.cli.assess import check_readings, settings_of
    from xianjie.cli.installed import asked, chosen_dimensions, regions_of
    from xianjie.engine.assess import Engine
    from xianjie.plugins import discover
    from xianjie.population.compiler.columns import DIMENSIONS
    from xianjie.population.job.asked import SUPPOSED

    found = discover()
    names = asked(found, [name.rstrip(SUPPOSED) for name in regions], every=False)
    chosen = chosen_dimensions(dimensions or ["eligibility"], DIMENSIONS)
    engine = Engine(found.load(regions_of(names)), found.vocabulary)
    try:
        engine.documents.check(names)
        settings = settings_of(due_soon_days, readings)
        check_readings(engine, settings)
        both = _with_supposed(engine, names, as_of, overlays)
        yield Asking(engine, found, both, chosen, as_of, settings, [_text(path) for path in overlays])
    finally:
        engine.close()


def _with_supposed(engine: Engine, names: Sequence[str], as_of: int, overlays: Sequence[Path]) -> list[str]:
    from xianjie.policy.overlay import read_overlay
    from xianjie.population.job.asked import SUPPOSED

    bases = {read_overlay(path).base: path for path in overlays}
    out: list[str] = []
    used: set[str] = set()
    for name in names:
        out.append(name)
        policy = engine.documents.answering(name, as_of)
        if policy.id in bases:
            used.add(policy.id)
            out.append(name + SUPPOSED)
    for base, path in bases.items():
        if base not in used:
            refuse(
                "overlay-idle",
                "改动的文件在这一天不作答，或没有问到它的地区",
                "the document that the overlay changes does not answer on this date, or its region is not asked",
                str(path),
            )
    return out


def _text(path: Path) -> str:
    from xianjie.policy.yaml_tree import LARGEST
    from xianjie.source import read_text

    return read_text(path, LARGEST)
