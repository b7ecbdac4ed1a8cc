"""Read the registries beside the procedures: laws, forms, short replies, clarifying questions, units."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from procedures.fields import Fields
from procedures.formfile import FormFiles
from procedures.model import QUESTIONS, Choice, Form, Law, Option, Reply, Unit
from procedures.parse import LABEL_LIMIT

REPLY_LIMIT = 500
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
PHONE = re.compile(r"\+?\d[\d .]{6,14}\d")
"""A telephone number of 8 to 16 signs, after a plus or not."""
T = TypeVar("T")


def collect(groups: list[Fields], key: str, make: Callable[[Fields], T]) -> dict[str, T]:
    """Make one value a mapping, keyed by its id; a repeated id is reported and the first one kept."""
    result: dict[str, T] = {}
    for fields in groups:
        ident = fields.ident(key)
        value = make(fields)
        fields.done()
        if ident in result:
            fields.report(key, "KB027", f'Mã "{ident}" đã có ở trên.')
        elif ident:
            result[ident] = value
    return result


def law(fields: Fields) -> Law:
    return Law(
        id=fields.ident("id"),
        number=fields.text("number", required=True),
        title=fields.text("title", required=True),
        short=fields.text("short", required=True),
        since=fields.day("from"),
        replaced_by=fields.idents("replaced_by"),
        amended_by=fields.idents("amended_by"),
        file=fields.file,
        line=fields.raw.line,
    )


def form(fields: Fields, files: FormFiles) -> Form:
    return Form(
        id=fields.ident("id"),
        code=fields.text("code", required=True),
        title=fields.text("title", required=True),
        issued_by=fields.ident("issued_by"),
        article=fields.text("article"),
        used_for=fields.idents("for"),
        attached=files.attached(fields),
        file=fields.file,
        line=fields.raw.line,
    )


def reply(fields: Fields) -> Reply:
    return Reply(
        id=fields.ident("field" if "field" in fields.raw else "id"),
        text=fields.text("text", required=True, limit=REPLY_LIMIT),
        other=fields.text("other", limit=REPLY_LIMIT),
        ask=fields.text("ask", limit=REPLY_LIMIT),
        where=fields.text("where", limit=REPLY_LIMIT),
        buttons=fields.idents("buttons"),
    )


def choice(fields: Fields) -> Choice:
    ident = fields.ident("id")
    question = fields.text("question", required=True, limit=REPLY_LIMIT)
    options = tuple(_option(group) for group in fields.groups("options", required=True))
    return Choice(ident, question, options)


def _option(fields: Fields) -> Option:
    option = Option(
        label=fields.text("label", required=True, limit=LABEL_LIMIT),
        procedure=fields.ident("procedure", required=False) or None,
        question=fields.choice("question", QUESTIONS) or None,
        case=fields.ident("case", required=False) or None,
        choice=fields.ident("choice", required=False) or None,
        act=fields.ident("act", required=False) or None,
        field=fields.ident("field", required=False) or None,
        file=fields.file,
        line=fields.raw.line,
    )
    ways = [option.procedure, option.choice, option.act, option.field]
    if sum(way is not None for way in ways) != 1:
        fields.report(
            None, "KB014", f'Lựa chọn "{option.label}" phải có đúng một trong: procedure, choice, act, field.'
        )
    fields.done()
    return option


def unit(fields: Fields) -> Unit:
    ident = fields.ident("id")
    name = fields.text("name", required=True)
    hours: dict[int, tuple[tuple[str, str], ...]] = {}
    group = fields.group("hours", required=True)
    if group is not None:
        for number, day in enumerate(DAYS):
            spans = group.text(day)
            good = [span for span in spans.split() if SPAN.fullmatch(span)]
            if len(good) != len(spans.split()):
                group.report(day, "KB005", f'Giờ làm việc "{spans}" phải có dạng "07:30-11:30 13:30-17:00".')
            hours[number] = tuple((span[:5], span[6:]) for span in good)
        group.done()
    phone = fields.text("phone")
    if phone and not PHONE.fullmatch(phone):
        fields.report(
            "phone", "KB005", f'Số điện thoại trực ban "{phone}" phải có dạng "02812345678" hoặc "028 1234 5678".'
        )
    return Unit(ident, name, hours, phone)
