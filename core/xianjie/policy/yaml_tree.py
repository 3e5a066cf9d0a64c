"""Read YAML into plain values that remember where they stood: line and column for each key and value.

YAML 1.2. Aliases, tags of other types and doubled keys are refused; so are files that only exist to exhaust memory.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, NoReturn, Protocol

from xianjie.errors import Place, Problem, XianjieError, written_path

LARGEST = 8 * 1024 * 1024
DEEPEST = 60
MOST_NODES = 1_000_000

Key = str | int
Path = tuple[Key, ...]

_DEEP_FLOW = re.compile(r"[\[{]")
_COMPACT = re.compile(r"(?:[-?] +)+")
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_ESCAPED = {"x": 2, "u": 4, "U": 8}
_BLANKS = frozenset(" \t\n\rtnvfrNLP_")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _remembering() -> type[Any]:
    """Make what tells text, numbers and dates apart look at each word of a file once: half the cost of reading."""
    from ruamel.yaml.nodes import ScalarNode
    from ruamel.yaml.resolver import VersionedResolver

    class Remembering(VersionedResolver):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._remembered: dict[tuple[str, bool], Any] = {}

        def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
            if kind is not ScalarNode:
                return super().resolve(kind, value, implicit)
            key = (value, implicit[0])
            tag = self._remembered.get(key)
            if tag is None:
                tag = self._remembered[key] = super().resolve(kind, value, implicit)
            return tag

    return Remembering


class YamlTree:
    """Hold a file's values, and find the place of each by its path."""

    def __init__(self, text: str, file: str, error: type[XianjieError], dates: bool = True) -> None:
        """Read a text; `error` is raised where it is no good YAML. Without `dates`, a date stays a string."""
        self.text, self.file, self._error, self._dates = text, file, error, dates
        self._refuse_bombs()
        self._root = self._compose()
        self._seen: set[int] = set()
        self.value: Any = self._plain(self._root, 0) if self._root is not None else None

    def place(self, path: Sequence[Key]) -> Place:
        """Find where a value stands; a part that is missing is placed at what should hold it."""
        node, mark = self._root, self._root.start_mark if self._root is not None else None
        written: list[Key] = []
        for step in path:
            found = self._step(node, step)
            if found is None:
                written.append(step)
                break
            key, node = found
            mark = node.start_mark if key is None else key.start_mark
            written.append(step)
        name = written_path(written)
        if mark is None:
            return Place(self.file, path=name or None)
        return Place(self.file, mark.line + 1, mark.column + 1, path=name or None)

    def place_in(self, path: Sequence[Key], offset: int) -> Place:
        """Find where the character `offset` of a text value stands, also in folded and quoted text."""
        node = self._root
        for step in path:
            found = self._step(node, step)
            if found is None:
                return self.place(path)
            node = found[1]
        text: str = node.value
        wanted = sum(not char.isspace() for char in text[:offset])
        after_all = wanted > 0 and not text[offset:].strip()
        start = node.start_mark
        here = _index(self.text, start.line, start.column)
        if node.style in ("|", ">"):
            here = next(mark.end() for mark in _BREAK.finditer(self.text, here))
        elif node.style in ("'", '"'):
            here += 1
        rest = _characters(self.text, here, node.style)
        index, width = next(islice(rest, wanted - after_all, None), (here, 0))
        if after_all:  # what is wanting should stand right behind the last character
            index += width
        breaks = [0, *(mark.end() for mark in _BREAK.finditer(self.text, 0, index))]
        return Place(self.file, len(breaks), index - breaks[-1] + 1, path=written_path(path))

    # ------------------------------------------------------------------------------------------------------------

    def _fail(self, code: str, zh: str, en: str, mark: Any = None) -> NoReturn:
        place = Place(self.file) if mark is None else Place(self.file, mark.line + 1, mark.column + 1)
        raise self._error(Problem(code, zh, en, place))

    def _refuse_bombs(self) -> None:
        if len(self.text) > LARGEST:
            megabytes = LARGEST // (1024 * 1024)
            self._fail("file-too-large", f"文件超过 {megabytes} MB 上限", f"the file is larger than {megabytes} MB")
        # each node costs half a kilobyte: 8 MB of nothing but commas would take gigabytes
        if sum(self.text.count(mark) for mark in ("\n", ",", "[", "{", ": ")) > MOST_NODES:
            self._fail("file-too-large", "文件里的值过多", "the file holds too many values")
        depth = 0
        for found in re.finditer(r"[\[\]{}]", self.text):
            depth = max(0, depth + (1 if _DEEP_FLOW.match(found[0]) else -1))
            if depth > DEEPEST * 4:
                self._fail("yaml-too-deep", "嵌套层次过深", "nested too deep")
        for line in self.text.splitlines():
            indent = len(line) - len(line.lstrip(" "))
            compact = _COMPACT.match(line.lstrip(" "))
            if indent > 1000 or (compact and len(compact[0]) > 200):
                self._fail("yaml-too-deep", "嵌套层次过深", "nested too deep")

    def _compose(self) -> Any:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        yaml = YAML(typ="safe")
        yaml.Resolver = _remembering()
        try:
            return yaml.compose(self.text)
        except MarkedYAMLError as error:
            problem = error.problem or error.context or ""
            if "undefined alias" in problem or "anchor" in problem:
                self._fail(
                    "yaml-alias",
                    "不接受锚点与别名",
                    "anchors and aliases are not accepted",
                    error.problem_mark,
                )
            if "another document" in problem:
                self._fail(
                    "yaml-documents",
                    "一个文件只能有一份 YAML 文档；多个个案请写成列表",
                    "one YAML document a file: write several cases as a list",
                    error.problem_mark,
                )
            self._fail(
                "yaml-syntax",
                "YAML 语法不对：请检查缩进、冒号与引号",
                "not good YAML: check indentation, colons and quotes",
                error.problem_mark or error.context_mark,
            )
        except (YAMLError, ValueError):
            self._fail("yaml-syntax", "不是可读的 YAML 文本", "not a readable YAML text")
        except RecursionError:
            self._fail("yaml-too-deep", "嵌套层次过深", "nested too deep")

    def _plain(self, node: Any, depth: int) -> Any:
        if depth > DEEPEST:
            self._fail("yaml-too-deep", "嵌套层次过深", "nested too deep", node.start_mark)
        if id(node) in self._seen:
            self._fail("yaml-alias", "不接受锚点与别名", "anchors and aliases are not accepted", node.start_mark)
        self._seen.add(id(node))
        tag = str(node.tag).removeprefix("tag:yaml.org,2002:")
        if tag == "map":
            out: dict[Any, Any] = {}
            for key_node, value_node in node.value:
                key = self._plain(key_node, depth + 1)
                if not isinstance(key, str | int) or isinstance(key, bool):
                    self._fail("yaml-key", "键须是文字", "a key must be text", key_node.start_mark)
                if key in out:
                    self._fail(
                        "yaml-doubled-key",
                        "同一层里有重复的键",
                        "a key stands twice here",
                        key_node.start_mark,
                    )
                out[key] = self._plain(value_node, depth + 1)
            return out
        if tag == "seq":
            return [self._plain(item, depth + 1) for item in node.value]
        return self._scalar(node, tag)

    def _scalar(self, node: Any, tag: str) -> Any:
        text: str = node.value
        try:
            match tag:
                case "str":
                    return text
                case "null":
                    return None
                case "bool":
                    return text.lower() == "true"
                case "int":
                    return int(text.replace("_", ""), 0) if text.lstrip("+-")[:2] in ("0x", "0o") else int(text)
                case "float":
                    number = Decimal(text.replace("_", ""))
                    if number.is_finite():
                        return number
                case "timestamp":
                    if not _DATE.fullmatch(text) or not self._dates:
                        return text
                    return dt.date.fromisoformat(text)
                case _:
                    self._fail("yaml-tag", "不接受带类型标签的值", "typed tags are not accepted", node.start_mark)
        except (ValueError, InvalidOperation):
            pass
        self._fail("yaml-value", "不是有效的数字或日期", "not a valid number or date", node.start_mark)

    @staticmethod
    def _step(node: Any, step: Key) -> tuple[Any, Any] | None:
        if node is None or not hasattr(node, "value"):
            return None
        if isinstance(node.value, list) and node.tag.endswith("map") and isinstance(step, str | int):
            for key, value in node.value:
                if key.value == str(step):
                    return key, value
        if (
            isinstance(node.value, list)
            and node.tag.endswith("seq")
            and isinstance(step, int)
            and step < len(node.value)
        ):
            return None, node.value[step]
        return None


def _index(text: str, line: int, column: int) -> int:
    breaks = islice(_BREAK.finditer(text), line)
    return max((mark.end() for mark in breaks), default=0) + column


def _characters(text: str, here: int, style: str | None) -> Iterator[tuple[int, int]]:
    """Walk the characters of a scalar as they are written, with the width of each; white space is passed over."""
    while here < len(text):
        width, blank = 1, text[here].isspace()
        if style == "'" and text.startswith("''", here):
            width = 2
        elif style == '"' and text[here] == "\\":
            width = 2 + _ESCAPED.get(text[here + 1], 0)
            blank = text[here + 1] in _BLANKS
        if not blank:
            yield here, width
        here += width


class Valued(Protocol):
    """What holds plain values."""

    @property
    def value(self) -> Any:
        """Give them."""


def resolved(tree: Valued, path: Sequence[Key]) -> Path:
    """Drop from a pydantic location the steps that are no keys of the file (tags of unions)."""
    return tuple(_walk(tree.value, path))


def _walk(value: Any, path: Sequence[Key]) -> Iterator[Key]:
    for number, step in enumerate(path):
        last = number == len(path) - 1
        if isinstance(value, dict):
            if number and isinstance(path[number - 1], int) and value.get("part") == step:
                continue  # the tag of a union, though a key of the same name may stand here (`group`, `service`)
            if step in value:
                yield step
                value = value[step]
            elif last and isinstance(step, str) and re.fullmatch(r"[a-z][a-z_0-9]*", step):
                yield step
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            yield step
            value = value[step]
