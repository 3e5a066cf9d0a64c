"""What the workbench is for, in the order of the menu: each task with its page, its mark and its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xianjie.access import Action, Principal, Resource, reach
from xianjie.service.door.admission import Needs


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do here, the page where it is done, and what one must be allowed for it."""

    path: str
    icon: str
    zh: str
    en: str
    zh_line: str
    en_line: str
    needs: Needs = (Resource.POLICY, Action.READ)


TASKS: Sequence[Task] = (
    Task(
        "/compare",
        "table",
        "区域比对",
        "Compare",
        "各地规定按议题并排，标出差异",
        "Regions side by side, topic by topic",
    ),
    Task(
        "/check",
        "form",
        "个案核对",
        "Check a case",
        "一户人家在各地怎样，还差哪一项",
        "What each region says of one family, and what is still wanted",
        (Resource.ASSESSMENT, Action.RUN),
    ),
    Task(
        "/batch",
        "rows",
        "批量核对",
        "Check many",
        "上传表格，错在哪一格写在哪一格",
        "Upload a workbook; faults come back in their cells",
        (Resource.ASSESSMENT, Action.RUN),
    ),
    Task(
        "/ledgers",
        "calendar",
        "台账时限",
        "Deadlines",
        "各地多久更新一次，哪些快到期",
        "How often ledgers are updated, and what is due",
        (Resource.LEDGER, Action.READ),
    ),
    Task(
        "/referrals",
        "route",
        "转介",
        "Referrals",
        "走到哪一步，下一步谁来做，还差什么",
        "The present step, the next ones, and what is missing",
    ),
    Task(
        "/incentives",
        "gift",
        "激励",
        "Incentives",
        "各地给慈善力量哪些支持，力度多大",
        "What charities are offered, with what force",
    ),
    Task(
        "/revise",
        "pencil",
        "修订",
        "Revise",
        "改一处规定，看差异和影响到谁",
        "Change a rule, and see what differs and for whom",
    ),
    Task(
        "/populations",
        "bars",
        "人群测算",
        "Populations",
        "一县一省的人群在各地规定下怎样，还缺什么",
        "What whole populations come to, and what is not recorded",
        (Resource.LEDGER, Action.READ),
    ),
    Task(
        "/policies",
        "document",
        "政策全文",
        "Policies",
        "逐条看哪些已编成规则，哪些是背景",
        "Clause by clause: what is encoded, what is background",
    ),
    Task(
        "/glossary",
        "book",
        "术语",
        "Glossary",
        "力度、效力、结论各是什么意思",
        "What the words of answers mean",
    ),
)


def tasks_of(asker: Principal | None) -> Sequence[Task]:
    """Give what somebody may do; nothing where they are not let in yet."""
    return () if asker is None else [task for task in TASKS if reach(asker, task.needs[1], task.needs[0])]
