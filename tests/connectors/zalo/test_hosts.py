import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zalo.hosts import Hosts, is_outside, resolve


def resolving(*addresses: str, listed: frozenset[str] = frozenset()) -> Hosts:
    async def found(host: str, port: int) -> list[str]:
        return list(addresses)

    return Hosts(listed=listed, resolve=found)


@pytest.mark.parametrize("host", ["f1.zdn.vn", "a.b.zadn.vn", "ZDN.VN", "s1.zaloapp.com.", "zdn.vn"])
def test_the_hosts_of_the_platform_are_allowed(host) -> None:
    assert Hosts().allows(host)


@pytest.mark.parametrize(
    "host",
    ["evilzdn.vn", "zdn.vn.evil.com", "f1.zdn.vn.evil.com", "localhost", "127.0.0.1", "169.254.169.254", "", "."],
)
def test_other_hosts_are_not(host) -> None:
    assert not Hosts().allows(host)


def test_a_listed_host_is_allowed_as_a_whole() -> None:
    hosts = Hosts(listed=frozenset({"127.0.0.1", "emulator"}))
    assert hosts.allows("127.0.0.1") and hosts.allows("Emulator")
    assert not hosts.allows("a.emulator") and not hosts.allows("127.0.0.10")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "240.0.0.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "::7f00:1",
        "2001::1", "2001:db8::1", "name", "",
    ],
)  # fmt: skip
def test_addresses_inside_are_told_apart(address) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize(
    "address", ["118.102.1.4", "8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "2002:808:808::1"]
)
def test_addresses_outside_are_told_apart(address) -> None:
    assert is_outside(address)


@given(st.ip_addresses(v=4))
def test_an_address_is_no_better_in_any_disguise(address) -> None:
    for text in (f"::ffff:{address}", str(ipaddress.IPv6Address((0x2002 << 112) | (int(address) << 80)))):
        assert is_outside(text) <= is_outside(str(address))


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["8.8.8.8", "::1"]])
async def test_one_address_inside_spoils_the_host(addresses) -> None:
    assert await resolving(*addresses).address("f1.zdn.vn", 443) is None


async def test_the_first_checked_address_is_taken() -> None:
    assert await resolving("8.8.8.8", "8.8.4.4").address("f1.zdn.vn", 443) == "8.8.8.8"


async def test_a_listed_host_may_be_inside() -> None:
    assert await resolving("127.0.0.1", listed=frozenset({"emulator"})).address("Emulator", 80) == "127.0.0.1"


async def test_a_host_without_an_address_is_an_error() -> None:
    with pytest.raises(OSError, match="no address"):
        await resolving().address("f1.zdn.vn", 443)


async def test_the_system_is_asked_for_addresses() -> None:
    assert "127.0.0.1" in await resolve("127.0.0.1", 80)
