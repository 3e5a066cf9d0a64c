"""Where a service may listen: on this machine freely, for others only with all that makes it safe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from xianjie.errors import InputError
from xianjie.service.running.address import LOOPBACK, listening

CERTIFICATE: dict[str, Any] = {"certificate": Path("c.pem"), "key": Path("k.pem")}
SAFE: dict[str, Any] = {"authenticated": True, "names": ["xianjie.example.org"], **CERTIFICATE}


def wanting(host: str = "0.0.0.0", **more: Any) -> list[str]:
    with pytest.raises(InputError) as raised:
        listening(host, 8765, **more)
    return [problem.code for problem in raised.value.problems]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost"])
def test_loopback_takes_nothing(host: str) -> None:
    found = listening(host, 8765)
    assert found.address == ("127.0.0.1" if host == "localhost" else host)
    assert found.local
    assert not found.guarded
    assert set(found.names) == {*LOOPBACK, found.address}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "192.168.1.2", "2001:db8::1", "169.254.1.1"])
def test_any_other_address_takes_authentication_a_name_and_encryption(host: str) -> None:
    assert wanting(host) == ["serve-auth", "serve-host-name", "serve-plain"]
    assert listening(host, 8765, **SAFE).guarded


@pytest.mark.parametrize("without", ["authenticated", "names", "certificate"])
def test_each_of_the_three_is_needed(without: str) -> None:
    left = {
        name: value for name, value in SAFE.items() if name != without and (without, name) != ("certificate", "key")
    }
    expected = {"authenticated": "serve-auth", "names": "serve-host-name", "certificate": "serve-plain"}
    assert wanting(**left) == [expected[without]]


def test_a_proxy_stands_in_for_a_certificate_and_for_nothing_else() -> None:
    found = listening("10.0.0.1", 8765, names=["a.example"], authenticated=True, proxies=["10.0.0.5", "fd00::/64"])
    assert found.proxies == ("10.0.0.5/32", "fd00::/64")
    assert wanting(proxies=["10.0.0.5"]) == ["serve-auth", "serve-host-name"]


def test_behind_a_proxy_loopback_is_open_to_others_as_well() -> None:
    assert wanting("127.0.0.1", proxies=["127.0.0.1"]) == ["serve-auth", "serve-host-name"]
    found = listening("127.0.0.1", 8765, proxies=["127.0.0.1"], names=["a.example"], authenticated=True)
    assert found.local
    assert found.guarded


@pytest.mark.parametrize("host", ["example.org", "", "127.0.0.1.x", "2130706433", "*", "0", "127.0.0.1:80"])
def test_what_is_no_address_is_refused(host: str) -> None:
    assert "serve-address" in wanting(host)


@pytest.mark.parametrize("proxy", ["*", "", "proxy.example.org", "10.0.0.1:80", "10.0.0.0/33", "10.0.0.1/24"])
def test_a_proxy_is_an_address_or_a_network(proxy: str) -> None:
    assert wanting("127.0.0.1", **{**SAFE, "proxies": [proxy]}) == ["serve-proxy"]


@pytest.mark.parametrize("name", ["https://a.example", "a.example/x", "", "a b", "衔接.example", "a" * 254])
def test_a_host_s_name_stands_alone(name: str) -> None:
    assert "serve-host-form" in wanting("127.0.0.1", names=[name])


@pytest.mark.parametrize("half", ["certificate", "key"])
def test_a_certificate_goes_with_its_key(half: str) -> None:
    assert wanting("127.0.0.1", **{half: CERTIFICATE[half]}) == ["serve-tls"]


def test_names_are_those_given_and_this_machine_s() -> None:
    assert set(listening("10.0.0.1", 1, **{**SAFE, "names": ["A.Example", "[::1]"]}).names) == {
        *LOOPBACK,
        "a.example",
        "10.0.0.1",
    }
    assert "0.0.0.0" not in listening("0.0.0.0", 1, **SAFE).names
