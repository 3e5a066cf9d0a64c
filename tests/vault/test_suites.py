"""The algorithms give the published results, refuse what was altered, and are never replaced silently."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vault.plain_sm3 import Hash, plain_hkdf, plain_hmac, sm3
from tests.vault.rings import told

from xianjie.vault import VaultError, suites
from xianjie.vault.suites import Suite, decrypt, derive, encrypt, framed, key_size, mac, seal, self_test, unseal

PLAINTEXT = (
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
)
CIPHERTEXT = (
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
)
KEY = "feffe9928665731c6d6a8f9467308308" * 2

# McGrew and Viega, The Galois/Counter Mode of Operation, appendix B, test cases 13 to 16 (also NIST's): key, nonce,
# plaintext, associated data, ciphertext, tag
GCM = [
    ("00" * 32, "00" * 12, "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
    ("00" * 32, "00" * 12, "00" * 16, "", "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"),
    (KEY, "cafebabefacedbaddecaf888", PLAINTEXT, "", CIPHERTEXT, "b094dac5d93471bdec1a502270e3cc6c"),
    (
        KEY,
        "cafebabefacedbaddecaf888",
        PLAINTEXT[:120],
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        CIPHERTEXT[:120],
        "76fc6ece0f4e1768cddf8853bb2d551b",
    ),
]

# RFC 4231, test cases 1 to 4, 6 and 7: key, data, HMAC-SHA-256
HMAC = [
    ("0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (
        b"Jefe".hex(),
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    ("aa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (
        bytes(range(1, 26)).hex(),
        b"\xcd" * 50,
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ),
    (
        "aa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        "aa" * 131,
        b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be "
        b"hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
]

# RFC 5869, A.1 to A.3: root, salt, info, output
HKDF = [
    (
        "0b" * 22,
        bytes(range(13)).hex(),
        bytes(range(0xF0, 0xFA)).hex(),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    (
        bytes(range(0x50)).hex(),
        bytes(range(0x60, 0xB0)).hex(),
        bytes(range(0xB0, 0x100)).hex(),
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
        "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
    ),
    (
        "0b" * 22,
        "",
        "",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
]


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


HASHES: dict[Suite, Hash] = {Suite.AES: sha256, Suite.SM: sm3}


@pytest.mark.parametrize(("key", "nonce", "plaintext", "associated", "ciphertext", "tag"), GCM)
def test_aes_256_gcm_gives_what_is_published(
    key: str, nonce: str, plaintext: str, associated: str, ciphertext: str, tag: str
) -> None:
    parts = [bytes.fromhex(part) for part in (key, nonce, plaintext, associated)]
    sealed = encrypt(Suite.AES, *parts)
    assert sealed.hex() == ciphertext + tag
    assert decrypt(Suite.AES, parts[0], parts[1], sealed, parts[3]) == parts[2]


@pytest.mark.parametrize(("key", "data", "tag"), HMAC)
def test_hmac_sha_256_gives_what_is_published(key: str, data: bytes, tag: str) -> None:
    assert mac(Suite.AES, bytes.fromhex(key), data).hex() == tag


@pytest.mark.parametrize(("root", "salt", "info", "output"), HKDF)
def test_hkdf_gives_what_is_published(root: str, salt: str, info: str, output: str) -> None:
    found = derive(Suite.AES, bytes.fromhex(root), bytes.fromhex(salt), bytes.fromhex(info), len(output) // 2)
    assert found.hex() == output


@pytest.mark.parametrize(
    ("data", "digest"),
    [  # GB/T 32905, appendix A
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_the_plain_sm3_that_the_others_are_held_against_gives_what_is_published(data: bytes, digest: str) -> None:
    assert sm3(data).hex() == digest


def test_the_librarys_sm4_gives_what_is_published() -> None:
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")  # GB/T 32907, appendix A, example 1
    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()
    assert encryptor.update(key).hex() == "681edf34d206965e86b3e94f536e4246"


def test_sm4_gcm_gives_what_is_published() -> None:
    key, nonce, associated = "0123456789abcdeffedcba9876543210", "00001234567800000000abcd", "feedfacedeadbeef" * 2
    plaintext = "".join(letter * 16 for letter in "abcdefea")  # RFC 8998, A.1
    sealed = encrypt(Suite.SM, *(bytes.fromhex(one) for one in (key, nonce, plaintext, associated + "abaddad2")))
    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )


@pytest.mark.parametrize("suite", Suite)
@settings(max_examples=15, deadline=None)
@given(key=st.binary(max_size=130), data=st.binary(max_size=200))
def test_keyed_hash_and_derivation_agree_with_the_plain_ones(suite: Suite, key: bytes, data: bytes) -> None:
    assert mac(suite, key, data) == plain_hmac(HASHES[suite], key, data)
    assert derive(suite, key or b"0", b"salt", data, 48) == plain_hkdf(HASHES[suite], key or b"0", b"salt", data, 48)


@pytest.mark.parametrize("suite", Suite)
def test_the_self_test_passes_and_notices_what_is_wrong(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    self_test(suite)

    def spoilt(function: Callable[..., bytes]) -> Callable[..., bytes]:
        return lambda *args: bytes([function(*args)[0] ^ 1]) + function(*args)[1:]

    def broken() -> str:
        with pytest.raises(VaultError) as raised:
            self_test(suite)
        return raised.value.code

    for name in ("encrypt", "mac"):
        with monkeypatch.context() as patch:
            patch.setattr(suites, name, spoilt(getattr(suites, name)))
            assert broken() == "suite-wrong"
    for answer in (None, b"another", bytes.fromhex(suites._GCM[suite][2])):  # the last: it accepts an altered tag too
        with monkeypatch.context() as patch:
            patch.setattr(suites, "decrypt", lambda *_, answer=answer: answer)
            assert broken() == "suite-wrong"


@pytest.mark.parametrize("name", ["_cipher", "_hash"])
def test_what_openssl_lacks_is_told_and_never_replaced(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(suite: Suite, *args: object) -> object:
        if suite is Suite.SM:
            raise UnsupportedAlgorithm("no SM here")
        return original(suite, *args)

    original = getattr(suites, name)
    monkeypatch.setattr(suites, name, lacking)
    with pytest.raises(VaultError) as raised:
        self_test(Suite.SM)
    assert raised.value.code == "suite-unavailable"
    assert "SM4-GCM" in told(raised.value)
    assert raised.value.__context__ is None
    self_test(Suite.AES)


def test_a_build_without_sm_says_so_at_each_door(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(*args: object) -> object:
        raise UnsupportedAlgorithm("not here")

    monkeypatch.setattr(suites, "_cipher", lacking)
    monkeypatch.setattr(suites, "_hash", lacking)
    key = bytes(16)
    calls: list[Callable[[], object]] = [
        lambda: seal(Suite.SM, key, b"x", b""),
        lambda: unseal(Suite.SM, key, bytes(40), b""),
        lambda: mac(Suite.SM, key, b"x"),
        lambda: derive(Suite.SM, key, b"", b"", 16),
    ]
    for call in calls:
        with pytest.raises(VaultError) as raised:
            call()
        assert raised.value.code == "suite-unavailable"


@pytest.mark.parametrize("suite", Suite)
@settings(max_examples=25, deadline=None)
@given(plaintext=st.binary(max_size=300), associated=st.binary(max_size=60), data=st.data())
def test_sealing_comes_back_and_nothing_altered_does(
    suite: Suite, plaintext: bytes, associated: bytes, data: st.DataObject
) -> None:
    key = bytes(range(key_size(suite)))
    sealed = seal(suite, key, plaintext, associated)
    assert unseal(suite, key, sealed, associated) == plaintext
    at = data.draw(st.integers(0, 8 * len(sealed) - 1))
    flipped = bytearray(sealed)
    flipped[at // 8] ^= 1 << at % 8
    cut = data.draw(st.integers(0, len(sealed) - 1))
    for bad_key, bad, other in (
        (key, bytes(flipped), associated),
        (key, sealed[:cut], associated),
        (key, sealed + b"\0", associated),
        (key, sealed, associated + b"\0"),
        (key[::-1], sealed, associated),
    ):
        with pytest.raises(VaultError) as raised:
            unseal(suite, bad_key, bad, other)
        assert raised.value.code == "cipher-broken"


def test_nonces_are_of_96_bits_and_new_each_time() -> None:
    sealed = [seal(Suite.AES, bytes(32), b"", b"") for _ in range(500)]
    assert {len(one) for one in sealed} == {12 + 16}
    assert len({one[:12] for one in sealed}) == 500


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=4), max_size=4), st.lists(st.binary(max_size=4), max_size=4))
def test_no_two_lists_are_framed_alike(one: list[bytes], other: list[bytes]) -> None:
    assert (framed(*one) == framed(*other)) == (one == other)
