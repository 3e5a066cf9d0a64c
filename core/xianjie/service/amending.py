"""Publish an amendment: put its file where the service finds documents, and take it into service, or leave no trace."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from xianjie.access import Principal
from xianjie.errors import InputError, PluginError, PolicyError, Problem, XianjieError
from xianjie.policy.overlay_model import Overlay
from xianjie.policy.overlay_text import overlay_text
from xianjie.policy.prepared import Policy
from xianjie.records.publications import Approval, may_publish
from xianjie.service.problems import Refused, refuse
from xianjie.service.running.reloading import Reloaded, Reloading, documents, told_in_short
from xianjie.service.state import Service
from xianjie.service.working import in_thread


async def amend(
    service: Service,
    reloading: Reloading,
    principal: Principal,
    base: Policy,
    overlay: Overlay,
    sha256: str,
    approval: Approval,
) -> Reloaded:
    """Take an amendment of a document into service, with its approval on record; `sha256` is the amended document's.

    Raises Denied where the document is not the principal's to publish, and Refused with 409 where there is no place for
    amendments, where one of its id is there, or where the documents are not fit with it: nothing is changed then.
    """
    check(service, principal, base, overlay)
    region = service.regions.regions[base.region]
    assert region.amended is not None
    path = region.amended / f"{overlay.id}.yaml"
    value = overlay.file.model_dump(mode="python", by_alias=True, exclude_unset=True)
    value.pop("base_sha256", None)  # it was checked just now; kept, it would stop every later correction of the base
    await in_thread(service.threads, _write, path, overlay_text(value))
    try:
        done = await reloading.again(principal, {sha256: approval})
    except (InputError, PolicyError, PluginError) as error:
        await in_thread(service.threads, path.unlink, True)
        raise Refused(409, told_in_short(error)) from None
    except XianjieError:
        await in_thread(service.threads, path.unlink, True)
        raise
    if reloading.forward is not None:
        reloading.forward()
    return done


def check(service: Service, principal: Principal, base: Policy, overlay: Overlay) -> None:
    """Refuse what cannot be published, as `amend` does."""
    region = service.regions.regions[base.region]
    (place,) = {
        one.division
        for one in documents(service.regions, service.answering.engine)
        if one.region == base.region and one.policy == base.id
    }
    may_publish(principal, [place])
    if overlay.file.document is None:
        zh = "要发布，须写明修改文件的题名、发文机关和日期"
        raise refuse(409, "amendment-document", zh, "to publish it, give the amendment's title, issuers and dates")
    if region.amended is None:
        zh = "这台服务没有设放修改文件的位置（XIANJIE_AMENDMENTS），请运维设置，或把文件放进地区插件"
        en = "the service has no place for amendments (XIANJIE_AMENDMENTS): have it set, or put the file in the plugin"
        raise refuse(409, "amendments-nowhere", zh, en)
    known = {one.id for timeline in service.answering.engine.documents.timelines.values() for one in timeline.all}
    if overlay.id in known or (region.amended / f"{overlay.id}.yaml").exists():
        zh, en = "已有这个编号的文件，请换一个编号", "a document of this id is there: take another id"
        raise refuse(409, "amendment-there", zh, en)


def _write(path: Path, text: str) -> None:
    """Write a file that is there as a whole or not at all."""
    beside = path.parent / f".{path.name}.{secrets.token_hex(4)}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("x", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            os.link(beside, path)  # fails where one is there: two who publish the same id at once do not overwrite
        finally:
            beside.unlink(missing_ok=True)
    except FileExistsError:
        zh, en = "已有这个编号的文件，请换一个编号", "a document of this id is there: take another id"
        raise refuse(409, "amendment-there", zh, en) from None
    except OSError:
        problem = Problem("amendment-unwritable", "修改文件写不进去，请运维检查", "the amendment cannot be written")
        raise Refused(507, problem) from None
