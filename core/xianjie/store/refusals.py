"""The ways in which a store refuses, each with its stable code."""

from __future__ import annotations

from xianjie.errors import InternalError, Place, Problem, XianjieError


class StoreError(XianjieError):
    """The store refuses; `code` says why."""

    @property
    def code(self) -> str:
        """Give the first problem's code."""
        return self.problems[0].code


def misuse(zh: str, en: str) -> InternalError:
    """Tell that our own code asks for what cannot be."""
    return InternalError(Problem("store-misuse", f"存储的用法不对：{zh}", f"the store is misused: {en}"))


def locked(folder: str, pid: int | None) -> StoreError:
    """Tell that another process holds the store."""
    who = ("", "") if pid is None else (f"（进程号 {pid}）", f" (process {pid})")
    return StoreError(
        Problem(
            "store-locked",
            f"另一个进程{who[0]}正在使用这个存储；内置存储一次只由一个进程打开，多进程请用 PostgreSQL",
            f"another process{who[1]} is using this store; the embedded store serves one process at a time: "
            "for several, use PostgreSQL",
            Place(folder),
        )
    )


def conflict(collection: str) -> StoreError:
    """Tell that a record is at another version than the caller expects."""
    return StoreError(
        Problem(
            "store-conflict",
            f"{collection} 的这条记录已被改动，请重新读取后再改",
            f"this record of {collection} was changed meanwhile: read it again, then change it",
        )
    )


def duplicate(collection: str, path: str | None) -> StoreError:
    """Tell that an id (`path` None), or the value at a unique path, is taken."""
    what = ("编号", "id") if path is None else (f"{path} 的值", f"value of {path}")
    return StoreError(
        Problem(
            "store-duplicate",
            f"{collection} 中已有记录用了这个{what[0]}",
            f"a record of {collection} has this {what[1]} already",
            Place(path=path),
        )
    )


def missing(collection: str) -> StoreError:
    """Tell that there is no such record."""
    return StoreError(
        Problem("store-missing", f"{collection} 中没有这条记录", f"there is no such record of {collection}")
    )


def append_only(collection: str) -> StoreError:
    """Tell that records of this collection stay as they are."""
    return StoreError(
        Problem(
            "store-append-only",
            f"{collection} 只增不改，记录不能修改或删除",
            f"{collection} only grows: its records are not changed or removed",
        )
    )


def unstorable(path: str, zh: str, en: str) -> StoreError:
    """Tell that a value cannot be kept; the value is not repeated."""
    return StoreError(Problem("store-value", f"不能存储：{zh}", f"cannot be stored: {en}", Place(path=path or None)))


def broken(file: str, line: int | None, zh: str, en: str) -> StoreError:
    """Tell that a file of the store is damaged, and where."""
    return StoreError(
        Problem(
            "store-broken",
            f"存储已损坏：{zh}；请不要改动文件，从备份恢复，或交人核对",
            f"the store is damaged: {en}; leave the files as they are, and restore a backup or have it examined",
            Place(file, line),
        )
    )


def newer(where: str | None) -> StoreError:
    """Tell that a later version wrote the store."""
    return StoreError(
        Problem(
            "store-version",
            "存储由更新版本的 xianjie 写成，请升级后再打开",
            "the store was written by a newer xianjie: upgrade, then open it",
            Place(where),
        )
    )


def full(where: str | None) -> StoreError:
    """Tell that there is no room: the transaction left nothing behind."""
    return StoreError(
        Problem(
            "store-full",
            "磁盘已满，这次没有写入；已确认的内容都在，腾出空间后可继续",
            "the disk is full and nothing was written; all that was acknowledged is there: make room and go on",
            Place(where),
        )
    )


def unwritable(where: str, reason: str) -> StoreError:
    """Tell that the disk failed: whether this was written is not known."""
    return StoreError(
        Problem(
            "store-unwritable",
            f"写入存储失败（{reason}），这次是否写入不能确定；请重新打开存储后核对",
            f"writing failed ({reason}), and whether this was written is not known: open the store again and look",
            Place(where),
        )
    )


def unreadable(where: str, reason: str) -> StoreError:
    """Tell that the store's folder or a file of it cannot be opened."""
    return StoreError(
        Problem("store-unreadable", f"无法打开存储：{reason}", f"the store cannot be opened: {reason}", Place(where))
    )


def absent(where: str) -> StoreError:
    """Tell that there is no store at this place."""
    return StoreError(Problem("store-absent", "这里没有存储", "there is no store here", Place(where)))


def not_empty() -> StoreError:
    """Tell that an import needs an empty store."""
    return StoreError(
        Problem(
            "store-not-empty",
            "存储里已有内容；只能导入到空的存储",
            "the store holds something already: only an empty one takes an import",
        )
    )


def bad_export(file: str, line: int | None, zh: str, en: str) -> StoreError:
    """Tell that a file is no whole export."""
    return StoreError(
        Problem("store-export-broken", f"导出文件有误：{zh}", f"not a whole export: {en}", Place(file, line))
    )


def bad_url() -> StoreError:
    """Tell that a database's address is not well written; it may hold a password and is not repeated."""
    return StoreError(
        Problem(
            "store-url",
            "数据库地址的写法不对，须如 postgresql://用户@主机/库名",
            "the database's address is not well written; as postgresql://user@host/name",
        )
    )


def unavailable(reason: str) -> StoreError:
    """Tell that the database did not answer, or broke off."""
    return StoreError(
        Problem(
            "store-unavailable",
            f"数据库不可用（{reason}）；若正在提交，是否写入不能确定",
            f"the database is not available ({reason}); if it was committing, whether it was written is not known",
        )
    )


def busy() -> StoreError:
    """Tell that others held the database for too long."""
    return StoreError(
        Problem(
            "store-busy",
            "数据库正忙，等候超时，这次没有写入，可稍后再试",
            "the database is busy: waited too long, nothing was written; try again later",
        )
    )


def encoding() -> StoreError:
    """Tell that the database does not hold every character."""
    return StoreError(
        Problem(
            "store-encoding",
            "数据库的编码不是 UTF8，请用 UTF8 编码新建数据库",
            "the database's encoding is not UTF8: make one that is",
        )
    )
