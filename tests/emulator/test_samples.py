"""Sample files."""

import base64
import io

import pytest
from PIL import Image

from emulator.samples import SIDE, sample


def test_the_picture_can_be_decoded() -> None:
    name, content = sample("image", "", "")
    assert name == "anh.png" and Image.open(io.BytesIO(content)).convert("RGB").size == (SIDE, SIDE)


def test_the_animation_can_be_decoded() -> None:
    assert Image.open(io.BytesIO(sample("gif", "", "")[1])).format == "GIF"


def test_given_content_is_taken_as_it_is() -> None:
    assert sample("file", "to_khai.pdf", base64.b64encode(b"%PDF").decode()) == ("to_khai.pdf", b"%PDF")


def test_content_that_is_no_base64_is_refused() -> None:
    with pytest.raises(ValueError, match="base64"):
        sample("file", "a.pdf", "không phải")
