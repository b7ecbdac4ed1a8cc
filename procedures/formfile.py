"""The file of a form, kept beside the registry of forms: read once, checked by its name, its size and its content.

What may be sent: Zalo OA reference of 2026-11-22, §2.8. The web chat takes the same, so that a form is one file.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from procedures.fields import Fields
from procedures.model import Catalog, Entry, Form, FormFile

FOLDER = "forms/files"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
MB = 1024 * 1024
FILE_BYTES, PICTURE_BYTES = 5 * MB, MB
MOST = 3
"""Files that one answer carries."""
PDF, WORD, WORD_X = (
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)
TYPES = {".pdf": PDF, ".doc": WORD, ".docx": WORD_X, ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
MAGIC = {PDF: b"%PDF-", WORD: bytes.fromhex("d0cf11e0a1b11ae1"), WORD_X: b"PK\x03\x04", "image/jpeg": b"\xff\xd8\xff",
         "image/png": b"\x89PNG\r\n\x1a\n"}  # fmt: skip
WORD_BODY = "word/document.xml"
"""What makes an archive a text of Word and no table."""


class FormFiles:
    """The files of one folder: those that forms name are read, the others are known."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.named: set[str] = set()

    def attached(self, fields: Fields) -> FormFile | None:
        """The file that a form names under `file`; a mistake is reported, and then the form has none."""
        name = fields.text("file")
        if not name:
            return None
        self.named.add(name)
        path = self.folder / name
        if not NAME.fullmatch(name) or not path.is_file():
            fields.report("file", "KB034", f'Không có tệp "{name}" trong {FOLDER}/, hoặc tên có dấu, có khoảng trống.')
            return None
        media_type = TYPES.get(path.suffix.lower())
        if media_type is None:
            fields.report("file", "KB035", f'Tệp "{name}" không phải loại gửi được: {", ".join(TYPES)}.')
            return None
        limit, size = most_bytes(media_type), path.stat().st_size
        if not 0 < size <= limit:
            fields.report("file", "KB036", f'Tệp "{name}" có {size} byte; phải từ 1 byte đến {limit // MB} MB.')
            return None
        content = path.read_bytes()
        if not is_really(media_type, content):
            fields.report("file", "KB035", f'Nội dung tệp "{name}" không đúng với đuôi {path.suffix}.')
            return None
        return FormFile(name, media_type, hashlib.sha256(content).hexdigest(), content)

    def unnamed(self) -> list[Path]:
        """The files that no form names."""
        return [path for path in files_in(self.folder) if path.name not in self.named]


def files_in(folder: Path) -> list[Path]:
    """The files of forms, sorted. Hidden ones are the system's, not an officer's."""
    return sorted(path for path in folder.glob("*") if path.is_file() and not path.name.startswith("."))


def most_bytes(media_type: str) -> int:
    """The largest file of a type."""
    return PICTURE_BYTES if media_type.startswith("image/") else FILE_BYTES


def is_really(media_type: str, content: bytes) -> bool:
    """Whether content begins as its type does; a file that was only renamed opens nowhere."""
    if not content.startswith(MAGIC[media_type]):
        return False
    if media_type != WORD_X:
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return WORD_BODY in archive.namelist()
    except zipfile.BadZipFile:
        return False


def carried(entries: Iterable[Entry], catalog: Catalog) -> tuple[Form, ...]:
    """The forms with a file that these facts name, each once, at most `MOST`."""
    names = dict.fromkeys(name for entry in entries for name in entry.forms)
    known = [catalog.forms[name] for name in names if name in catalog.forms]
    return tuple(form for form in known if form.attached is not None)[:MOST]
