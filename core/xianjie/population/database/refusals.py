"""The ways in which a database refuses, or we refuse it, each with its stable code; no value and no address in any."""

from __future__ import annotations

from xianjie.errors import Place, Problem, XianjieError


class DatabaseError(XianjieError):
    """The database, or what it holds, does not serve; `code` says why."""

    @property
    def code(self) -> str:
        """Give the first problem's code."""
        return self.problems[0].code


def _refusal(code: str, zh: str, en: str, path: str | None = None) -> DatabaseError:
    return DatabaseError(Problem(code, zh, en, Place(path=path)))


def bad_address() -> DatabaseError:
    """Tell that an address is not well written."""
    return DatabaseError(
        Problem(
            "database-address",
            "数据库地址的写法不对，须如 postgresql://用户@主机/库名，或 service=名称",
            "the database's address is not well written; as postgresql://user@host/name, or service=name",
            Place(path="--database"),
        )
    )


def password_told() -> DatabaseError:
    """Tell that a password does not belong into a command, where others see it."""
    return DatabaseError(
        Problem(
            "database-password",
            "命令行上的密码会被别人看到；请放进 PGPASSFILE（~/.pgpass）或服务文件（PGSERVICEFILE）",
            "others see a password in a command; keep it in PGPASSFILE (~/.pgpass) or a service file (PGSERVICEFILE)",
            Place(path="--database"),
        )
    )


def unavailable(reason: str) -> DatabaseError:
    """Tell that no connection was made."""
    return DatabaseError(
        Problem(
            "database-unavailable",
            f"连不上数据库（{reason}）；请核对地址、密码文件和网络",
            f"the database cannot be reached ({reason}); look at the address, the password file and the network",
        )
    )


def lost(reason: str) -> DatabaseError:
    """Tell that the connection broke in mid-run."""
    return DatabaseError(
        Problem(
            "database-lost",
            f"与数据库的连接中断（{reason}）；已读完、已写完的部分都在，用同样的命令接着做",
            f"the connection to the database broke ({reason}); what is read and written stays: "
            "go on with the same command",
        )
    )


def failed(reason: str) -> DatabaseError:
    """Tell that the server refused a statement for a reason that has no code of its own."""
    return DatabaseError(
        Problem(
            "database-failed",
            f"数据库拒绝了一条语句（{reason}）；已读完、已写完的部分都在，排除原因后用同样的命令接着做",
            f"the database refused a statement ({reason}); what is read and written stays: "
            "mend the cause, then go on with the same command",
        )
    )


def denied() -> DatabaseError:
    """Tell that the role has not the rights."""
    return DatabaseError(
        Problem(
            "database-denied",
            "这个数据库用户没有所需的权限；所需的权限见 docs/population.md",
            "this role lacks a right that is needed; docs/population.md lists them",
        )
    )


def full() -> DatabaseError:
    """Tell that the server has no room."""
    return DatabaseError(
        Problem(
            "database-full",
            "数据库的磁盘或内存已满，这一部分没有写入；腾出空间后用同样的命令接着做",
            "the server is out of disk or memory, and this part was not written: "
            "make room, then go on with the same command",
        )
    )


def encoded_otherwise() -> DatabaseError:
    """Tell that the database does not say in which encoding its text is."""
    return DatabaseError(
        Problem(
            "database-encoding",
            "数据库的编码是 SQL_ASCII，读不准汉字；请改用编码明确的数据库",
            "the database's encoding is SQL_ASCII, which tells nothing of its text: use one with a real encoding",
        )
    )


def bad_name(name: str) -> DatabaseError:
    """Tell that the name of a table is not well written."""
    return _refusal(
        "database-name",
        '表名的写法不对，须如 表、模式.表，特殊的名字加双引号："名.字"',
        'not the name of a table; as table or schema.table, unusual names in double quotes: "na.me"',
        name,
    )


def long_name(most: int) -> DatabaseError:
    """Tell that the name of the table of answers leaves no room for those beside it."""
    return DatabaseError(
        Problem(
            "database-name-long",
            f"结果表的名字至多 {most} 个字节（一个汉字三个），旁边的表要在后面加字",
            f"the name of the table of answers has at most {most} bytes: those beside it add to it",
            Place(path="--to"),
        )
    )


def unknown_table() -> DatabaseError:
    """Tell that a table or schema is not there, or not for this role to see."""
    return DatabaseError(
        Problem(
            "database-table-unknown",
            "没有这个表或模式，或者这个用户看不到它",
            "there is no such table or schema, or this role cannot see it",
        )
    )


def bad_query() -> DatabaseError:
    """Tell that a query is not one that can be read from."""
    return DatabaseError(
        Problem(
            "database-query",
            "须是一条 SELECT，列名不重复；数据库不接受这条查询",
            "must be one SELECT, each column's name once; the database does not take this query",
        )
    )


def no_key() -> DatabaseError:
    """Tell that nothing numbers the rows."""
    return DatabaseError(
        Problem(
            "database-key-missing",
            "这个表没有主键；请用 --key 写明不重复、不为空的列",
            "the table has no primary key; name columns that are unique and never null with --key",
        )
    )


def key_unknown(name: str) -> DatabaseError:
    """Tell that a column named as key is not there."""
    return _refusal("database-key-unknown", "没有这一列，不能作键", "there is no such column to be the key", name)


def key_type(name: str) -> DatabaseError:
    """Tell that a column cannot be a key."""
    return _refusal(
        "database-key-type",
        "键须是整数、numeric、文字、uuid 或日期",
        "a key is a whole number, numeric, text, uuid or a date",
        name,
    )


def key_null() -> DatabaseError:
    """Tell that some rows have no key."""
    return DatabaseError(
        Problem(
            "database-key-null",
            "有的行没有键的值，不能保证每行都读到；请改用不为空的列",
            "some rows have no key, and would be passed over: take columns that are never null",
            Place(path="--key"),
        )
    )


def key_doubled() -> DatabaseError:
    """Tell that a key is not unique."""
    return DatabaseError(
        Problem(
            "database-key-doubled",
            "有的行键相同，不能分辨；请改用不重复的列",
            "some rows have the same key: take columns that are unique",
            Place(path="--key"),
        )
    )


def held() -> DatabaseError:
    """Tell that another run is at it."""
    return DatabaseError(
        Problem(
            "database-held",
            "另一个进程正在写同一个结果表，请等它做完",
            "another process is writing to the same table of answers: wait until it is done",
        )
    )


def read_otherwise() -> DatabaseError:
    """Tell that the folder holds what was read from elsewhere."""
    return DatabaseError(
        Problem(
            "database-read-otherwise",
            "结果文件夹里读到一半的，是另一个表、另一些列或另一个键；请换一个文件夹，或用 --fresh 重新读",
            "what the folder holds was read from another table, other columns or by another key: "
            "take another folder, or read anew with --fresh",
        )
    )


def damaged() -> DatabaseError:
    """Tell that what was read is not there as it was read."""
    return DatabaseError(
        Problem(
            "database-read-damaged",
            "已读入的部分缺失或损坏；请用 --fresh 重新读，并换一个结果表",
            "what was read is damaged or gone: read anew with --fresh, into another table of answers",
        )
    )


def taken() -> DatabaseError:
    """Tell that the table of answers is not this run's."""
    return DatabaseError(
        Problem(
            "database-target-taken",
            "这个名字下已有别的表，或另一个问题、另一次读取的结果；请换一个名字，或先删去旧的",
            "tables of this name hold something else, or answers to another question or reading: "
            "take another name, or drop them first",
            Place(path="--to"),
        )
    )


def unlike() -> DatabaseError:
    """Tell that a part that is in the table is not the part that is in the folder."""
    return DatabaseError(
        Problem(
            "database-part-unlike",
            "表里已写入的部分与结果文件夹里的不同；请换一个表名，从头写入",
            "a part in the table is not the one in the folder: take another table, and write from the start",
            Place(path="--to"),
        )
    )


def too_wide(most: int) -> DatabaseError:
    """Tell that an answer has more columns than a table takes."""
    return DatabaseError(
        Problem(
            "database-columns-many",
            f"结果超过 {most} 列，一个表放不下；请分几次写，每次少几个地区或维度",
            f"the answers have more than {most} columns, too many for a table: ask for fewer regions or dimensions",
            Place(path="--to"),
        )
    )
