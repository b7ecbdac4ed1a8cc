"""Turn the raw YAML of one procedure or shared-facts file into values, reporting its mistakes.

Checks what one file can know about itself; references between files are `crosscheck.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from procedures.fields import Fields
from procedures.model import WRITTEN_QUESTIONS, Case, Check, Entry, EntryKind, Procedure, Situation, Source

LABEL_LIMIT, NAME_LIMIT, TEXT_LIMIT = 24, 60, 300
KINDS: tuple[EntryKind, ...] = ("text", "not_applicable", "unknown", "repealed")
ORIGIN = re.compile(r"(cu_tru|can_cuoc):[a-z_0-9]+(\.[a-z_0-9]+)*")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
MONEY = re.compile(r"\d[\d.]*\s*(đồng|đ\b|k\b|triệu|nghìn|ngàn|VNĐ|VND)", re.IGNORECASE)
DEFAULT_ITEM = "chinh"


@dataclass(frozen=True)
class Use:
    """A reference to shared facts, put in place when all files are read."""

    shared: str
    cases: frozenset[str]
    file: str
    line: int


@dataclass(frozen=True)
class ParsedProcedure:
    """A procedure file as read: questions and situations still hold references to shared facts."""

    procedure: Procedure
    uses: dict[str, list[Entry | Use]] = field(default_factory=dict)
    facts: dict[str, list[Entry | Use]] = field(default_factory=dict)
    """Of each situation, by its id."""


def parse_entry(fields: Fields, *, default_item: str = DEFAULT_ITEM) -> Entry | None:
    """Read one dated entry; None when it has no first day or no content."""
    item = fields.ident("item", required=False) or default_item
    since = fields.day("since", required=True)
    kind, text = _content(fields)
    amounts = fields.amounts("amounts")
    unconfirmed = fields.text("unconfirmed", limit=TEXT_LIMIT)
    if text:
        _check_amounts(fields, {kind: text, "unconfirmed": unconfirmed}, amounts)
    entry_sources, checked, origin = _evidence(fields, kind)
    entry = Entry(
        item=item,
        since=since or date.min,
        kind=kind,
        text=text,
        sources=entry_sources,
        checked=checked,
        amounts=amounts,
        cases=frozenset(fields.idents("cases")),
        channel=fields.choice("channel", ("online", "direct")) or None,  # type: ignore[arg-type]
        forms=fields.idents("forms"),
        unconfirmed=unconfirmed,
        origin=origin,
        file=fields.file,
        line=fields.raw.line,
    )
    fields.done()
    return entry if since and text else None


def _evidence(fields: Fields, kind: EntryKind) -> tuple[tuple[Source, ...], Check | None, tuple[str, ...]]:
    """Sources, last check and origin; a fact must have all of them."""
    entry_sources, checked = _sources(fields), _check(fields)
    origin = tuple(fields.text("origin", required=kind == "text").split())
    if bad := [path for path in origin if not ORIGIN.fullmatch(path)]:
        fields.report("origin", "KB026", f'origin "{bad[0]}" không đúng dạng.')
    if kind == "text" and (not entry_sources or checked is None):
        fields.report(None, "KB031", "Sự thật này chưa có căn cứ (source) hoặc lần kiểm tra (checked).")
    return entry_sources, checked, origin


def _content(fields: Fields) -> tuple[EntryKind, str]:
    present = [kind for kind in KINDS if kind in fields.raw]
    texts = {kind: fields.text(kind, limit=TEXT_LIMIT) for kind in KINDS}
    if len(present) != 1:
        found = ", ".join(present) or "không có gì"
        fields.report(None, "KB014", f"Dòng này có: {found}.")
        return "text", ""
    if not texts[present[0]] and fields.raw[present[0]] in (None, ""):
        fields.report(present[0], "KB004", f'Khóa "{present[0]}" đang để trống.')
    return present[0], texts[present[0]]


def _check_amounts(fields: Fields, texts: Mapping[str, str], amounts: Mapping[str, int]) -> None:
    used = {name for text in texts.values() for name in PLACEHOLDER.findall(text)}
    if wrong := used ^ set(amounts):
        fields.report(next(iter(texts)), "KB018", f"Chỗ điền tiền không khớp: {', '.join(sorted(wrong))}.")
    for key, text in texts.items():
        if found := MONEY.search(text):
            fields.report(key, "KB019", f'Số tiền viết thẳng trong câu: "{found.group()}".')


def _sources(fields: Fields) -> tuple[Source, ...]:
    if isinstance(fields.raw.get("source"), list):
        groups = fields.groups("source")
    else:
        group = fields.group("source")
        groups = [group] if group else []
    result = []
    for one in groups:
        result.append(Source(one.ident("document"), one.text("article")))
        one.done()
    return tuple(source for source in result if source.document)


def _check(fields: Fields) -> Check | None:
    group = fields.group("checked")
    if group is None:
        return None
    on = group.day("on", required=True)
    by = group.text("by")
    confidence = group.choice("confidence", ("high", "medium", "low"), required=True)
    group.done()
    return Check(on, by, confidence) if on and confidence else None  # type: ignore[arg-type]


def _entry_or_use(fields: Fields) -> Entry | Use | None:
    if "use" not in fields.raw:
        return parse_entry(fields)
    use = Use(fields.ident("use"), frozenset(fields.idents("cases")), fields.file, fields.raw.line)
    fields.done()
    return use if use.shared else None


def parse_procedure(fields: Fields, *, field_name: str) -> ParsedProcedure:
    """Read one procedure file. `field_name` is its folder, `cu_tru` or `can_cuoc`."""
    ident = fields.ident("procedure")
    name = fields.text("name", required=True, limit=NAME_LIMIT)
    code = fields.text("national_code")
    related = fields.idents("related")
    urgent = fields.flag("urgent")
    cases = tuple(_case(group) for group in fields.groups("cases"))
    _unique(fields, [case.id for case in cases], "cases")
    uses: dict[str, list[Entry | Use]] = {}
    for question in WRITTEN_QUESTIONS:
        if question not in fields.raw:
            fields.known.add(question)
            fields.report(None, "KB013", f'Thiếu mục "{question}".')
            continue
        if fields.raw[question] in (None, []):
            fields.known.add(question)
            fields.report(question, "KB013", f'Mục "{question}" đang để trống.')
            continue
        values = [_entry_or_use(group) for group in fields.groups(question)]
        uses[question] = [value for value in values if value is not None]
    told = [one for group in fields.groups("situations") if (one := _situation(group))]
    situations = tuple(situation for situation, _ in told)
    _unique(fields, [situation.id for situation in situations], "situations")
    fields.done()
    lines = dict(fields.raw.lines)
    procedure = Procedure(ident, name, field_name, code, related, cases, {}, situations, urgent, fields.file, lines)
    return ParsedProcedure(procedure, uses, {situation.id: facts for situation, facts in told})


def _case(fields: Fields) -> Case:
    case = Case(fields.ident("id"), fields.text("label", required=True, limit=LABEL_LIMIT), fields.flag("usual"))
    fields.done()
    return case


def _situation(fields: Fields) -> tuple[Situation, list[Entry | Use]] | None:
    """A situation without its facts, and these."""
    ident = fields.ident("id")
    label = fields.text("label", required=True, limit=LABEL_LIMIT)
    question = fields.choice("question", WRITTEN_QUESTIONS, required=True)
    children = fields.flag("children")
    facts = [fact for group in fields.groups("facts", required=True) if (fact := _entry_or_use(group))]
    fields.done()
    return (Situation(ident, label, question, (), children), facts) if ident and question and facts else None


def _unique(fields: Fields, ids: list[str], key: str) -> None:
    for ident in sorted({ident for ident in ids if ids.count(ident) > 1}):
        fields.report(key, "KB027", f'Mã "{ident}" có hai lần trong "{key}".')


def parse_shared(groups: list[Fields]) -> dict[str, tuple[Entry, ...]]:
    """Read a list of `{shared, facts}`; every entry takes the shared id as its item."""
    result: dict[str, tuple[Entry, ...]] = {}
    for fields in groups:
        ident = fields.ident("shared")
        entries = [parse_entry(group, default_item=ident) for group in fields.groups("facts", required=True)]
        fields.done()
        if ident in result:
            fields.report("shared", "KB027", f'Mã "{ident}" có hai lần.')
        elif ident:
            result[ident] = tuple(entry for entry in entries if entry is not None)
    return result
