"""`xianjie schema`: JSON Schema of a policy file, an overlay, a case, or an answer, for editors and other systems."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from xianjie.cli.edge import guarded, write_json
from xianjie.cli.options import Lang, LangOption

DRAFT = "https://json-schema.org/draft/2020-12/schema"


class SchemaChoice(StrEnum):
    """What a schema can be given of."""

    POLICY = "policy"
    OVERLAY = "overlay"
    CASE = "case"
    ANSWER = "answer"


@guarded
def schema(
    of: Annotated[
        SchemaChoice,
        typer.Argument(metavar="[policy|overlay|case|answer]", help="政策文件、改动、个案、答复 / of what"),
    ] = SchemaChoice.POLICY,
    lang: LangOption = Lang.ZH,  # noqa: ARG001 - errors are told in it
) -> None:
    """输出 JSON Schema / Print a JSON Schema."""
    write_json(schema_of(of.value))


def schema_of(of: str) -> dict[str, Any]:
    """Make the schema of a `policy`, an `overlay`, a `case` (with the regions' own facts) or an `answer`."""
    if of == "policy":
        from xianjie.policy.model import PolicyFile

        made, title = PolicyFile.model_json_schema(by_alias=True), "xianjie policy 政策文件"
    elif of == "overlay":
        from xianjie.policy.overlay_model import OverlayFile

        made, title = OverlayFile.model_json_schema(by_alias=True), "xianjie overlay 改动"
    elif of == "case":
        from xianjie.cases.shape import case_shape
        from xianjie.plugins import discover

        made, title = case_shape(discover().vocabulary).model_json_schema(), "xianjie case 个案"
    else:
        from xianjie.engine.answer import Answer

        made, title = Answer.model_json_schema(), "xianjie answer 答复"
    return {"$schema": DRAFT, **made, "title": title}
