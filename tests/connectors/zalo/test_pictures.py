import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zalo.pictures import PIXELS, NotKept, media_type_of
from tests.connectors.zalo.pictures import CARD_TEXT, bomb, picture, with_code, word


def fault(content: bytes) -> str:
    with pytest.raises(NotKept) as raised:
        media_type_of(content)
    return raised.value.fault


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "MPO"])
def test_pictures_are_known_by_their_content(form) -> None:
    assert media_type_of(picture(form)) == f"image/{'jpeg' if form == 'MPO' else form.lower()}"


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (word(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"#!AMR\n" + b"\x00" * 40, "audio/amr"),
        (b"ID3\x04" + b"\x00" * 40, "audio/mpeg"),
        (b"OggS" + b"\x00" * 40, "audio/ogg"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42", "audio/mp4"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "video/mp4"),
    ],
)
def test_documents_and_recordings_are_known_by_their_content(content, wanted) -> None:
    assert media_type_of(content) == wanted


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.txt", "a")
    return out.getvalue()


BAD = {
    "nothing": b"",
    "a letter": b"a",
    "a page": b"<html><script>",
    "a drawing that can hold a script": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a program": b"MZ\x90\x00" + b"\x00" * 60,
    "another program": b"\x7fELF" + b"\x00" * 60,
    "an archive": archive(),
    "a bitmap": b"BM" + b"\x00" * 60,
    "a tiff": b"II*\x00" + b"\x00" * 60,
    "half a jpeg": picture("JPEG")[:2_000],
    "most of a png": picture("PNG")[:-40],
    "the head of a jpeg": b"\xff\xd8\xff\xe0" + b"junk" * 100,
    "the head of a gif": b"GIF89a",
    "the head of a webp": b"RIFF\x00\x00\x00\x00WEBP",
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_anything_else_and_anything_broken_is_not_kept(content) -> None:
    assert fault(content) == "type"


@pytest.mark.parametrize("size", [(PIXELS // 1000 + 1, 1000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_that_would_be_huge_is_never_opened(size) -> None:
    assert fault(bomb(*size)) == "bomb"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("turned", [0, 90, 12])
def test_a_card_is_not_kept_however_it_lies(form, turned) -> None:
    assert fault(with_code(CARD_TEXT, form=form, turned=turned)) == "id_card"


def test_a_card_in_a_large_photo_is_found() -> None:
    assert fault(with_code(CARD_TEXT, size=(5000, 3600))) == "id_card"


@pytest.mark.parametrize(
    "text",
    [
        "IDVNM0000000000000000000000<<0\n0001010M3001010VNM<<<<<<<<<<<0\nNGUYEN<<VAN<MAU<<<<<<<<<<<<<<<",
        "I<VNM000000000<<<<<<<<<<<<<<<<",
    ],
)
def test_machine_readable_lines_are_a_card(text) -> None:
    assert fault(with_code(text)) == "id_card"


@pytest.mark.parametrize(
    "text", ["https://example.vn/?q=000000000000|1", "12345|abc", "0000000000001|a", "A<<B", "WIFI:S:a;;"]
)
def test_other_codes_are_no_card(text) -> None:
    assert media_type_of(with_code(text)) == "image/jpeg"


HEADS = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"PK\x03\x04", b"%PDF"]
WHOLE = [picture(form, (32, 32)) for form in ("JPEG", "PNG", "GIF", "WEBP")]


@given(st.binary(max_size=300), st.sampled_from(HEADS))
def test_no_bytes_raise_anything_else(tail, head) -> None:
    try:
        assert "/" in media_type_of(head + tail)
    except NotKept as error:
        assert error.fault in ("type", "bomb", "id_card")


@given(st.data())
def test_no_damage_to_a_picture_raises_anything_else(data) -> None:
    content = bytearray(data.draw(st.sampled_from(WHOLE)))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=10)):
        content[place] = data.draw(st.integers(0, 255))
    try:
        assert media_type_of(bytes(content)).startswith(("image/", "audio/", "video/", "application/"))
    except NotKept as error:
        assert error.fault in ("type", "bomb")
