"""The two suites: AES-256-GCM with HMAC-SHA-256, and SM4-GCM with HMAC-SM3, each tested before it is used.

Sources: AES FIPS 197, SHA-256 FIPS 180-4, GCM NIST SP 800-38D, HMAC RFC 2104, HKDF RFC 5869; SM4 GB/T 32907, SM3 GB/T
32905, SM4 in GCM RFC 8998. All are OpenSSL's, through `cryptography`.
"""

from __future__ import annotations

import hmac as constant_time
import os
import struct
from enum import StrEnum
from typing import assert_never

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from xianjie.vault import refusals

NONCE = 12
TAG = 16
ROOT = 32
"""Bytes of a nonce, of a tag, and of the secret that keys are derived from."""

MOST_UNDER_ONE_KEY = 2**32
"""Encryptions under one key with random nonces of 96 bits (NIST SP 800-38D, 8.3): a nonce repeats with 2^-32 at most.

It is kept by design, not by counting: every person has a data key, and the key that wraps it is derived for the person.
"""


class Suite(StrEnum):
    """Which cipher and which hash."""

    AES = "aes"
    SM = "sm"

    @property
    def label(self) -> str:
        """Name the algorithms."""
        return "AES-256-GCM / HMAC-SHA-256" if self is Suite.AES else "SM4-GCM / HMAC-SM3"


def framed(*parts: str | bytes) -> bytes:
    """Join parts so that no two lists give the same bytes: each goes behind its length in four bytes."""
    encoded = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join(struct.pack(">I", len(part)) + part for part in encoded)


def key_size(suite: Suite) -> int:
    """Give the length of a cipher key in bytes."""
    return 32 if suite is Suite.AES else 16


def _cipher(suite: Suite, key: bytes, mode: modes.GCM) -> Cipher[modes.GCM]:
    match suite:
        case Suite.AES:
            return Cipher(algorithms.AES256(key), mode)
        case Suite.SM:
            return Cipher(algorithms.SM4(key), mode)
        case _:
            assert_never(suite)


def _hash(suite: Suite) -> hashes.HashAlgorithm:
    match suite:
        case Suite.AES:
            return hashes.SHA256()
        case Suite.SM:
            return hashes.SM3()
        case _:
            assert_never(suite)


def encrypt(suite: Suite, key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """Encrypt under a nonce that this key never saw; the tag of 16 bytes goes behind. `suite-unavailable`."""
    try:
        encryptor = _cipher(suite, key, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated)
        return encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag
    except UnsupportedAlgorithm:
        pass
    raise refusals.suite_unavailable(suite.label)  # out here, so that no frame with a key hangs on the error


def decrypt(suite: Suite, key: bytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes | None:
    """Decrypt; None where the tag does not fit, and nothing is given away. `suite-unavailable`."""
    if len(ciphertext) < TAG:
        return None
    try:
        decryptor = _cipher(suite, key, modes.GCM(nonce, ciphertext[-TAG:])).decryptor()
        decryptor.authenticate_additional_data(associated)
        return decryptor.update(ciphertext[:-TAG]) + decryptor.finalize()
    except InvalidTag:
        return None
    except UnsupportedAlgorithm:
        pass
    raise refusals.suite_unavailable(suite.label)


def seal(suite: Suite, key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """Encrypt under a random nonce, which goes before the ciphertext."""
    nonce = os.urandom(NONCE)
    return nonce + encrypt(suite, key, nonce, plaintext, associated)


def unseal(suite: Suite, key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """Undo `seal`; `cipher-broken` where key, bytes or associated data are not those."""
    plaintext = decrypt(suite, key, sealed[:NONCE], sealed[NONCE:], associated) if len(sealed) >= NONCE + TAG else None
    if plaintext is None:
        raise refusals.broken()
    return plaintext


def mac(suite: Suite, key: bytes, data: bytes) -> bytes:
    """Hash with a key: 32 bytes. `suite-unavailable`."""
    try:
        running = hmac.HMAC(key, _hash(suite))
        running.update(data)
        return running.finalize()
    except UnsupportedAlgorithm:
        pass
    raise refusals.suite_unavailable(suite.label)


def derive(suite: Suite, root: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """Derive a key by HKDF with the suite's hash. `suite-unavailable`."""
    try:
        return HKDF(_hash(suite), length, salt, info).derive(root)
    except UnsupportedAlgorithm:
        pass
    raise refusals.suite_unavailable(suite.label)


def self_test(suite: Suite) -> None:
    """Compute published examples: `suite-unavailable` where an algorithm is not there, `suite-wrong` where it errs."""
    key, nonce, plaintext, associated, expected = (bytes.fromhex(text) for text in _GCM[suite])
    found = encrypt(suite, key, nonce, plaintext, associated)
    opened = decrypt(suite, key, nonce, expected, associated)
    altered = decrypt(suite, key, nonce, expected[:-1] + bytes([expected[-1] ^ 1]), associated)
    mac_key, data, tag = _MAC[suite]
    hashed = mac(suite, mac_key, data)
    same = constant_time.compare_digest
    right = same(found, expected) and opened == plaintext and altered is None and same(hashed, bytes.fromhex(tag))
    if not right:
        raise refusals.suite_wrong(suite.label)


_GCM = {
    # McGrew and Viega, The Galois/Counter Mode of Operation, appendix B, test case 16
    Suite.AES: (
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b",
    ),
    # RFC 8998, A.1
    Suite.SM: (
        "0123456789abcdeffedcba9876543210",
        "00001234567800000000abcd",
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec",
    ),
}

_MAC = {
    # RFC 4231, test case 2
    Suite.AES: (
        b"Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    # HMAC after RFC 2104 over SM3, computed from GB/T 32905 by the plain SM3 of tests/vault/plain_sm3.py
    Suite.SM: (
        b"Jefe",
        b"what do ya want for nothing?",
        "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882",
    ),
}
