import asyncio
import gzip
import hashlib
import ssl
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from connectors.zalo.hosts import Hosts
from connectors.zalo.media import CONTENT_BYTES, Fetched, Fetcher, Refused
from tests.connectors.zalo.listening import Answer, Asked, breaks_off, hangs, listening, says
from tests.connectors.zalo.pictures import CARD_TEXT, bomb, picture, with_code

NAME = "f1.zdn.vn"
PICTURE = picture()


class Names:
    """Resolves names as the test says, and remembers every question."""

    def __init__(self, **addresses: str) -> None:
        self.addresses, self.asked = {name.replace("_", "."): address for name, address in addresses.items()}, []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if host not in self.addresses:
            raise OSError("unknown name")
        return [self.addresses[host]]


def fetcher(names: Names | None = None, *listed: str) -> Fetcher:
    """May go to this machine by the name `f1.zdn.vn` and by what else is listed."""
    return Fetcher(Hosts(listed=frozenset({NAME, *listed}), resolve=names or Names(f1_zdn_vn="127.0.0.1")))


async def fetched(answer: Answer, path: str = "/a.jpg") -> Fetched | Refused:
    async with listening(answer) as server:
        return await fetcher().fetch(f"http://{NAME}:{server.port}{path}")


async def test_a_picture_is_fetched_with_its_sum_and_its_type() -> None:
    async with listening(says(PICTURE, headers={"Content-Type": "text/html"})) as server:
        result = await fetcher().fetch(f"http://{NAME}:{server.port}/a.jpg?x=1")
    assert result == Fetched(PICTURE, hashlib.sha256(PICTURE).hexdigest(), "image/jpeg")
    (asked,) = server.asked
    assert (asked.method, asked.target, asked.headers["host"]) == ("GET", "/a.jpg?x=1", f"{NAME}:{server.port}")
    assert asked.headers["accept-encoding"] == "identity" and "cookie" not in asked.headers


async def test_a_name_is_looked_up_once_and_the_checked_address_is_used() -> None:
    names = Names(f1_zdn_vn="127.0.0.1")
    async with listening(says(PICTURE)) as server:
        assert isinstance(await fetcher(names).fetch(f"http://{NAME}:{server.port}/"), Fetched)
    assert names.asked == [NAME]


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.com/a.jpg", "http://127.0.0.1/a.jpg", "http://[::1]/", "file:///etc/passwd", "ftp://f1.zdn.vn/",
        "", "/a.jpg", "http://", "http:///a", "http://f1.zdn.vn@evil.com/", "http://u:p@f1.zdn.vn/", "http://f1.zdn.vn:x/",
        "gopher://f1.zdn.vn/", "http://0x7f000001/", "http://2130706433/", "http://f1.zdn.vn.evil.com/", "data:,a",
    ],
)  # fmt: skip
async def test_other_hosts_are_not_asked(url) -> None:
    names = Names()
    assert await fetcher(names).fetch(url) == Refused("host")
    assert names.asked == []


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"])
async def test_a_host_of_the_list_that_lies_inside_is_not_asked(address) -> None:
    async with listening(says(PICTURE)) as server:
        names = Names(f2_zdn_vn=address)
        assert await fetcher(names).fetch(f"http://f2.zdn.vn:{server.port}/") == Refused("address")
    assert server.asked == []


def redirects(*steps: str) -> Answer:
    """Send from step to step, and at the end answer with a picture."""
    left = list(steps)

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        location = left.pop(0) if left else None
        step = says(b"", status=302, headers={"Location": location}) if location else says(PICTURE)
        await step(asked, writer)

    return answer


async def test_three_redirects_are_followed_and_four_are_not() -> None:
    assert isinstance(await fetched(redirects("/b", "c", "/d")), Fetched)
    assert await fetched(redirects("/b", "/c", "/d", "/e")) == Refused("gone")


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://evil.com/", "host"),
        ("file:///etc/passwd", "host"),
        ("//127.0.0.1/", "host"),
        ("http://[", "host"),
        ("http://f2.zdn.vn/", "address"),
    ],
)
async def test_every_redirect_is_checked_again(location, reason) -> None:
    names = Names(f1_zdn_vn="127.0.0.1", f2_zdn_vn="169.254.169.254")
    async with listening(redirects(location)) as server:
        assert await fetcher(names).fetch(f"http://{NAME}:{server.port}/") == Refused(reason)
    assert len(server.asked) == 1


async def test_a_declared_size_above_the_limit_is_refused_before_it_comes() -> None:
    assert await fetched(says(b"", headers={"Content-Length": str(CONTENT_BYTES + 1)})) == Refused("too_large")


async def test_the_bytes_are_counted_whatever_is_declared() -> None:
    sent = 0

    async def endless(_: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(b"\xff" * 65_536)
            await writer.drain()
            sent += 65_536

    assert await fetched(endless) == Refused("too_large")
    assert sent < CONTENT_BYTES * 3


async def test_exactly_the_limit_is_taken() -> None:
    pdf = b"%PDF-1.7\n".ljust(CONTENT_BYTES, b" ")
    result = await fetched(says(pdf))
    assert isinstance(result, Fetched) and len(result.content) == CONTENT_BYTES


async def test_compressed_content_is_not_unpacked() -> None:
    packed = gzip.compress(b"%PDF" + b"\x00" * 50_000_000)
    assert await fetched(says(packed, headers={"Content-Encoding": "gzip"})) == Refused("type")


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"<html>", "type"), (b"", "type"), (bomb(60_000, 60_000), "bomb"), (with_code(CARD_TEXT), "id_card")],
    ids=["page", "nothing", "bomb", "card"],
)
async def test_content_that_is_not_kept_says_why(content, reason) -> None:
    assert await fetched(says(content, headers={"Content-Type": "image/jpeg"})) == Refused(reason)


STATUSES = [(404, "gone"), (403, "gone"), (410, "gone"), (304, "gone"), (500, "unreachable"), (429, "unreachable")]


@pytest.mark.parametrize(("status", "reason"), STATUSES)
async def test_a_status_tells_whether_to_try_again(status, reason) -> None:
    assert await fetched(says(PICTURE, status=status)) == Refused(reason)


BROKEN = [breaks_off, says(PICTURE, headers={"Content-Length": "90000"}), says(b"", status=99)]


@pytest.mark.parametrize("answer", BROKEN, ids=["dropped", "half", "nonsense"])
async def test_a_broken_answer_is_worth_another_try(answer) -> None:
    assert await fetched(answer) == Refused("unreachable")


async def test_a_host_without_an_address_and_a_closed_door_are_worth_another_try() -> None:
    assert await fetcher(Names()).fetch(f"http://{NAME}/") == Refused("unreachable")
    async with listening(says(PICTURE)) as server:
        port = server.port
    assert await fetcher().fetch(f"http://{NAME}:{port}/") == Refused("unreachable")


async def test_a_slow_host_is_left(monkeypatch) -> None:
    monkeypatch.setattr("connectors.zalo.media.ALTOGETHER", 0.2)
    assert await fetched(hangs) == Refused("unreachable")


@given(st.text(max_size=30), st.sampled_from(["", "http://", "https://f1.zdn.vn", "http://f1.zdn.vn:"]))
async def test_no_address_raises(text, head) -> None:
    assert isinstance(await fetcher(Names()).fetch(head + text), Refused)


async def test_a_label_that_is_too_long_for_a_name_is_no_crash() -> None:
    assert isinstance(await Fetcher(Hosts()).fetch(f"http://{'a' * 70}.zdn.vn/"), Refused)


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server of that name shows, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())


@pytest.mark.parametrize(("shown", "wanted"), [(NAME, Fetched), ("other.zdn.vn", Refused)])
async def test_the_certificate_must_be_for_the_name_though_the_address_is_dialled(tmp_path, shown, wanted) -> None:
    server_side, trust = certificate(tmp_path, shown)
    async with listening(says(PICTURE), tls=server_side) as server:
        hosts = Hosts(listed=frozenset({NAME}), resolve=Names(f1_zdn_vn="127.0.0.1"))
        result = await Fetcher(hosts, trust=trust).fetch(f"https://{NAME}:{server.port}/a.jpg")
    assert isinstance(result, wanted)


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path) -> None:
    server_side, _ = certificate(tmp_path, NAME)
    async with listening(says(PICTURE), tls=server_side) as server:
        assert await fetcher().fetch(f"https://{NAME}:{server.port}/") == Refused("unreachable")
    assert server.asked == []


async def test_content_is_not_shown_in_logs() -> None:
    assert "JFIF" not in repr(await fetched(says(PICTURE)))
