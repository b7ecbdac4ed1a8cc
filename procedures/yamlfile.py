"""Read YAML 1.2 with line numbers, refusing what officers' editors get wrong silently.

Builds plain values from the node graph instead of using a constructor, because the constructor stops at the
first duplicate key and forgets lines.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from procedures.problems import Problem

PARSER_WORDS = {
    "mapping values are not allowed": "thừa dấu hai chấm; câu có dấu hai chấm phải đặt trong nháy",
    "could not find expected ':'": "thiếu dấu hai chấm sau tên khóa",
    "expected <block end>": "thụt lề hoặc dấu nháy không khớp, ở dòng này hoặc ngay phía trên",
    "unexpected end of stream": "dấu nháy mở mà không đóng",
    "cannot start any token": "ký tự lạ ở đầu: dùng dấu cách để thụt lề, không dùng phím Tab; đặt câu trong nháy",
    "expected ',' or": "thiếu dấu phẩy hoặc dấu đóng ngoặc",
    "found another document": "trong tệp có dòng --- ngăn làm hai phần",
    "undefined alias": "câu bắt đầu bằng * phải đặt trong nháy",
}
"""What the parser says, in the editor's language; anything else is shown as it is."""
BANNED_KEYS = frozenset({"rules", "stories", "nlu", "responses"})


class Map(dict[str, Any]):
    """A mapping that knows its line and the lines of its keys (1-based)."""

    line: int = 0
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)


class Reader:
    """Turns one file into plain values and collects every problem of its form."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.seen: dict[int, Node] = {}

    def add(self, line: int, code: str, cause: str) -> None:
        self.problems.append(Problem(self.name, line, code, cause))

    def read(self, text: str) -> Any:
        """Return the plain value of the document, or None when it can't be read at all. Never raises."""
        try:
            node = YAML(typ="safe", pure=True).compose(text)
            return None if node is None else self._value(node)
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.add(line, "KB001", f"Không đọc được YAML ({_plain(error.problem or 'sai cú pháp')}).")
        except YAMLError as error:
            self.add(1, "KB001", f"Không đọc được YAML ({str(error).splitlines()[0]}).")
        except RecursionError:
            self.add(1, "KB001", "Không đọc được YAML (các mục lồng nhau quá sâu).")
        except Exception as error:  # the parser lets others through, as on an escape beyond Unicode
            self.add(1, "KB001", f"Không đọc được YAML ({type(error).__name__}).")
        return None

    def _value(self, node: Node) -> Any:
        if isinstance(node, ScalarNode):
            return _scalar(node)
        if id(node) in self.seen:
            self.add(node.start_mark.line + 1, "KB001", "Không đọc được YAML (không dùng được dấu & và * để chép lại).")
            return None
        self.seen[id(node)] = node
        if isinstance(node, MappingNode):
            return self._map(node)
        assert isinstance(node, SequenceNode)
        return [self._value(child) for child in node.value]

    def _map(self, node: MappingNode) -> Map:
        result = Map()
        result.line = node.start_mark.line + 1
        result.lines = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self.add(line, "KB001", "Không đọc được YAML (tên khóa phải là chữ).")
                continue
            key = str(key_node.value)
            if key in result.lines:
                self.add(line, "KB002", f'Khóa "{key}" bị lặp (đã có ở dòng {result.lines[key]}).')
                continue
            if key in BANNED_KEYS:
                self.add(line, "KB011", f'Không được dùng khóa "{key}" trong tệp kiến thức.')
                continue
            result.lines[key] = line
            result[key] = self._value(value_node)
        return result


def _scalar(node: ScalarNode) -> Any:
    kind, raw = str(node.tag).rsplit(":", 1)[-1], str(node.value)
    if kind in ("int", "float"):
        return _number(kind, raw)
    if kind == "bool" and raw.lower() in ("true", "false"):
        return raw.lower() == "true"
    if kind == "null":
        return None
    if kind == "timestamp":
        return _day(raw)
    return raw


def _number(kind: str, raw: str) -> int | float | str:
    """The number, or the text as typed where it is a code (a leading zero) or none at all."""
    digits = raw.lstrip("+-")
    try:
        if kind == "float":
            return float(raw)
        return raw if digits != "0" and digits.startswith("0") else int(raw.replace("_", ""))
    except ValueError:
        return raw


def _plain(said: str) -> str:
    return next((words for part, words in PARSER_WORDS.items() if part in said), said)


def _day(raw: str) -> date | str:
    """The date, or the text as typed where there is no such day: who wants a date then says so."""
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return raw


def read_file(path: Path, name: str) -> tuple[Any, list[Problem]]:
    """Read one file.

    Args:
        name: the file's name as problems show it (relative to the project).

    Returns:
        The plain value (None when unreadable) and the problems of its form.
    """
    reader = Reader(name)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        reader.add(1, "KB029", f"Tệp không phải UTF-8 (byte thứ {error.start}).")
        return None, reader.problems
    return reader.read(text), reader.problems
