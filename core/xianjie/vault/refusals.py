"""Say why the vault refuses, with a stable code; no key, no plaintext and no ciphertext stands in a sentence."""

from __future__ import annotations

from xianjie.errors import Place, Problem, XianjieError


class VaultError(XianjieError):
    """The vault refuses; `code` says why."""

    @property
    def code(self) -> str:
        """Give the first problem's code."""
        return self.problems[0].code


def _refusal(code: str, zh: str, en: str, file: str | None = None, path: str | None = None) -> VaultError:
    return VaultError(Problem(code, zh, en, Place(file, path=path)))


def suite_unavailable(name: str) -> VaultError:
    """Tell that this build of OpenSSL lacks a cipher or a hash; another is never taken in its place."""
    return VaultError(
        Problem(
            "suite-unavailable",
            f"本机的 OpenSSL 不提供 {name}；不会改用别的算法，请换用带有它的 cryptography，或另选算法",
            f"this machine's OpenSSL lacks {name}; nothing is taken in its place: "
            "install a build of cryptography that has it, or choose the other suite",
        )
    )


def suite_wrong(name: str) -> VaultError:
    """Tell that a cipher or a hash does not give the published result."""
    return VaultError(
        Problem(
            "suite-wrong",
            f"{name} 自检不符：算出的与公布的结果不同，不能使用",
            f"the self-test of {name} failed: it does not give the published result and must not be used",
        )
    )


def broken() -> VaultError:
    """Tell that a ciphertext does not open here: altered, cut, moved from elsewhere, or made with another key."""
    return VaultError(
        Problem(
            "cipher-broken",
            "密文打不开：被改动、截断，或不属于这个人、这条记录、这一项",
            "the ciphertext does not open: altered, cut, or not of this person, record and field",
        )
    )


def erased() -> VaultError:
    """Tell that the person's data key is gone, and with it all that was sealed with it."""
    return VaultError(
        Problem(
            "person-erased",
            "这个人的信息已删除，不能恢复",
            "this person's data were erased and cannot be brought back",
        )
    )


def key_unknown(key_id: str) -> VaultError:
    """Tell that a key is named which the ring does not hold."""
    return VaultError(
        Problem(
            "key-unknown",
            f"密钥文件里没有编号为 {key_id} 的密钥；请找回换下的密钥，没有它就读不出用它加密的内容",
            f"the key file holds no key {key_id}; put the retired key back: what it sealed cannot be read without it",
        )
    )


def key_in_use(key_id: str) -> VaultError:
    """Tell that a key cannot be taken out, for it is a current one."""
    return VaultError(
        Problem(
            "key-in-use",
            f"{key_id} 是现用的密钥，不能去掉；先换上新的",
            f"{key_id} is a current key and cannot be dropped: put a new one in its place first",
        )
    )


def keys_missing() -> VaultError:
    """Tell that no keys are given."""
    return VaultError(
        Problem(
            "keys-missing",
            "没有写明密钥：已有密钥文件（如 XIANJIE_HOME 下的 keys.json）的，用 XIANJIE_KEYS_FILE 指明它；"
            "从未有过的，先用 xianjie keys new 生成",
            "no keys are named: where there is a key file (such as keys.json in XIANJIE_HOME), name it in "
            "XIANJIE_KEYS_FILE; if there never was one, make it with xianjie keys new",
        )
    )


def keys_both() -> VaultError:
    """Tell that keys are given twice."""
    return VaultError(
        Problem(
            "keys-both",
            "XIANJIE_KEYS_FILE 和 XIANJIE_KEYS 只能写一个",
            "give either XIANJIE_KEYS_FILE or XIANJIE_KEYS, not both",
        )
    )


def keys_open(file: str) -> VaultError:
    """Tell that others may read the key file, or that it is another user's."""
    return VaultError(
        Problem(
            "keys-open",
            "密钥文件须属于运行的用户（或 root），且只有本人可读写：chmod 600",
            "the key file must belong to the user who runs this (or to root) and be closed to all others: chmod 600",
            Place(file),
        )
    )


def keys_form(file: str | None, zh: str, en: str, path: str | None = None) -> VaultError:
    """Tell what is wrong with the key file; nothing of it is repeated."""
    return _refusal("keys-form", f"密钥文件有误：{zh}", f"the key file is wrong: {en}", file, path)


def keys_unreadable(file: str, reason: str) -> VaultError:
    """Tell that the key file cannot be read."""
    return VaultError(
        Problem("keys-unreadable", f"无法读取密钥文件：{reason}", f"the key file cannot be read: {reason}", Place(file))
    )
