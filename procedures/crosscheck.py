"""Check what only the whole knowledge base can tell: references between files, order in time, age of checks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from procedures.model import Catalog, Entry, Form, Law, Option, Procedure
from procedures.problems import Problem
from procedures.resolve import in_force

STALE_AFTER = timedelta(days=180)


def check(catalog: Catalog, on: date) -> list[Problem]:
    """Every problem of references and dates as of the day `on`, each once."""
    found: set[Problem] = set()
    for procedure in catalog.procedures.values():
        found.update(_procedure(procedure, catalog, on))
    for form in catalog.forms.values():
        found.update(_form(form, catalog))
    for law in catalog.laws.values():
        for other in (*law.replaced_by, *law.amended_by):
            if other not in catalog.laws:
                found.add(Problem(law.file, law.line, "KB007", f'{law.short}: không có văn bản "{other}".'))
    for choice in catalog.choices.values():
        for option in choice.options:
            found.update(_option(choice.id, option, catalog))
    return sorted(found)


def _form(form: Form, catalog: Catalog) -> Iterator[Problem]:
    if form.issued_by and form.issued_by not in catalog.laws:
        yield Problem(form.file, form.line, "KB007", f'Mẫu {form.code}: không có văn bản "{form.issued_by}".')
    for procedure in form.used_for:
        if procedure not in catalog.procedures:
            yield Problem(form.file, form.line, "KB020", f'Mẫu {form.code}: không có thủ tục "{procedure}".')


def _option(choice: str, option: Option, catalog: Catalog) -> Iterator[Problem]:
    file, line = option.file, option.line
    if option.choice and option.choice not in catalog.choices:
        yield Problem(file, line, "KB032", f'Câu hỏi "{choice}": không có câu hỏi "{option.choice}".')
    if option.field and option.field not in catalog.out_of_scope:
        yield Problem(file, line, "KB032", f'Câu hỏi "{choice}": không có lĩnh vực "{option.field}".')
    if option.procedure is None:
        return
    procedure = catalog.procedures.get(option.procedure)
    if procedure is None:
        yield Problem(file, line, "KB020", f'Câu hỏi "{choice}": không có thủ tục "{option.procedure}".')
    elif option.case and procedure.case(option.case) is None:
        yield Problem(file, line, "KB009", f'Câu hỏi "{choice}": {procedure.id} không có trường hợp "{option.case}".')


def _procedure(procedure: Procedure, catalog: Catalog, on: date) -> Iterator[Problem]:
    for other in procedure.related:
        if other not in catalog.procedures:
            line = procedure.lines.get("related", 1)
            yield Problem(procedure.file, line, "KB020", f'related: không có thủ tục "{other}".')
    blocks = [(name, entries) for name, entries in procedure.questions.items()]
    blocks += [(situation.id, situation.facts) for situation in procedure.situations]
    cases = {case.id for case in procedure.cases}
    for name, entries in blocks:
        yield from _block(procedure, name, entries, on)
        for entry in entries:
            yield from _entry(entry, cases, catalog, on)
        for entry in in_force(entries, on):
            yield from _laws_in_force(entry, catalog, on)


def _block(procedure: Procedure, name: str, entries: tuple[Entry, ...], on: date) -> Iterator[Problem]:
    days: dict[tuple[str, date], int] = {}
    for entry in entries:
        key = (entry.item, entry.since)
        if key in days:
            cause = f'Mục "{name}" có hai dòng "{entry.item}" cùng ngày {entry.since} (dòng {days[key]}).'
            yield Problem(entry.file, entry.line, "KB012", cause)
        days[key] = entry.line
    if not in_force(entries, on):
        file, line = procedure.file, procedure.lines.get(name, 1)
        if entries:
            file, line = entries[-1].file, entries[-1].line
        yield Problem(file, line, "KB030", f'Mục "{name}" không có dòng nào còn hiệu lực ngày {on}.')


def _entry(entry: Entry, cases: set[str], catalog: Catalog, on: date) -> Iterator[Problem]:
    for case in sorted(entry.cases - cases):
        yield Problem(entry.file, entry.line, "KB009", f'Không có trường hợp "{case}".')
    for form in entry.forms:
        if form not in catalog.forms:
            yield Problem(entry.file, entry.line, "KB008", f'Không có biểu mẫu "{form}".')
    for source in entry.sources:
        if source.document not in catalog.laws:
            yield Problem(entry.file, entry.line, "KB007", f'Không có văn bản "{source.document}".')
    if entry.checked is None:
        return
    if entry.checked.on > on:
        yield Problem(entry.file, entry.line, "KB023", f"Ngày kiểm tra {entry.checked.on} ở tương lai.")
    if entry.checked.confidence == "low":
        yield Problem(entry.file, entry.line, "KB021", f'Dòng "{entry.item}" có confidence low nên không được trả lời.')
    if on - entry.checked.on > STALE_AFTER:
        yield Problem(entry.file, entry.line, "KB022", f"Kiểm tra lần cuối {entry.checked.on}, đã quá 180 ngày.")


def _laws_in_force(entry: Entry, catalog: Catalog, on: date) -> Iterator[Problem]:
    known = [catalog.laws[source.document] for source in entry.sources if source.document in catalog.laws]
    for law in known:
        ended = _ended(law, catalog)
        if ended is not None and ended <= on:
            yield Problem(entry.file, entry.line, "KB025", f"{law.short} đã bị thay thế từ {ended}.")


def _ended(law: Law, catalog: Catalog) -> date | None:
    days = [catalog.laws[i].since for i in law.replaced_by if i in catalog.laws]
    return min((day for day in days if day is not None), default=None)
