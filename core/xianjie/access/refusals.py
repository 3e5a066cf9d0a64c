"""Say why somebody is not let in, with a stable code; no credential and no claim is repeated."""

from __future__ import annotations

from xianjie.errors import Place, Problem, XianjieError


class AccessError(XianjieError):
    """A credential, a division or a set of roles is not accepted; `code` says why."""

    @property
    def code(self) -> str:
        """Give the first problem's code."""
        return self.problems[0].code


def division_form(path: str | None = None) -> AccessError:
    """Tell that a text is no division."""
    return AccessError(
        Problem(
            "division-form",
            "行政区划须是 2、4、6、9 或 12 位数字的代码；全国须写明 national",
            "a division is a code of 2, 4, 6, 9 or 12 digits; write out national for the whole country",
            Place(path=path),
        )
    )


def grants_none() -> AccessError:
    """Tell that no role is given."""
    return AccessError(
        Problem("grants-none", "至少要有一个角色和一个行政区划", "at least one role and one division are needed")
    )


def roles_mixed() -> AccessError:
    """Tell that a charity's user was given an office's role as well."""
    return AccessError(
        Problem(
            "roles-mixed",
            "慈善组织用户不能同时有机关的角色",
            "a charity's user has no role of an office beside it",
        )
    )


def organisation_missing() -> AccessError:
    """Tell that a charity's user belongs to no organisation."""
    return AccessError(
        Problem(
            "organisation-needed",
            "慈善组织用户须写明所属组织，其他角色不写",
            "a charity's user belongs to an organisation, and nobody else does",
        )
    )


def label_number() -> AccessError:
    """Tell that a label holds what looks like a citizen's number."""
    return AccessError(
        Problem(
            "citizen-number",
            "不得填写公民身份号码，请改用内部编号",
            "a citizen's number must not stand here: use a label of your own",
            Place(path="label"),
        )
    )


def lifetime() -> AccessError:
    """Tell that a key would end before it begins, or last too long."""
    return AccessError(
        Problem(
            "api-key-lifetime",
            "到期时间须在签发之后，且不超过 366 天",
            "a key ends after it was issued, and within 366 days",
            Place(path="expires"),
        )
    )


def key_malformed() -> AccessError:
    """Tell that a text is no key of ours at all."""
    return AccessError(Problem("api-key-malformed", "这不是本系统的接口密钥", "this is not an API key of this system"))


def key_mistyped() -> AccessError:
    """Tell that a key was copied wrongly: its checksum does not fit."""
    return AccessError(
        Problem(
            "api-key-mistyped",
            "接口密钥抄写有误：校验和不符，请完整复制",
            "the API key was not copied right, its checksum does not fit: copy it whole",
        )
    )


def key_refused() -> AccessError:
    """Tell that a key is not known, in the same words whether its id is known or not."""
    return AccessError(Problem("api-key-refused", "接口密钥不被接受", "the API key is not accepted"))


def key_expired() -> AccessError:
    """Tell that a key is past its time."""
    return AccessError(
        Problem("api-key-expired", "接口密钥已过期，请签发新的", "the API key has expired: have a new one issued")
    )


def key_early() -> AccessError:
    """Tell that a key is not yet good; the clocks disagree."""
    return AccessError(
        Problem(
            "api-key-early",
            "接口密钥的签发时间在此之后，请核对时钟",
            "the API key was issued later than now: check the clocks",
        )
    )


def key_revoked() -> AccessError:
    """Tell that a key was revoked."""
    return AccessError(Problem("api-key-revoked", "接口密钥已吊销", "the API key was revoked"))


def record_broken() -> AccessError:
    """Tell that the stored record of a key is not one of ours."""
    return AccessError(
        Problem("api-key-record", "接口密钥的记录不完整或被改动", "the record of an API key is not whole")
    )


def claims(claim: str, zh: str, en: str) -> AccessError:
    """Tell which claim of a token is not accepted; its value is not repeated."""
    return AccessError(
        Problem("claims-refused", f"登录令牌不被接受：{zh}", f"the token is not accepted: {en}", Place(path=claim))
    )
