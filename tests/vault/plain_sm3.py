"""SM3 (GB/T 32905), HMAC (RFC 2104) and HKDF (RFC 5869) written out plainly, to hold the library's against."""

from __future__ import annotations

import struct
from collections.abc import Callable

Hash = Callable[[bytes], bytes]
BLOCK = 64
START = bytes.fromhex("7380166f4914b2b9172442d7da8a0600a96f30bc163138aae38dee4db0fb0e4e")


def rotated(word: int, by: int) -> int:
    by %= 32
    return ((word << by) | (word >> (32 - by))) & 0xFFFFFFFF


def compressed(state: bytes, block: bytes) -> bytes:
    w = list(struct.unpack(">16I", block))
    for j in range(16, 68):
        mixed = w[j - 16] ^ w[j - 9] ^ rotated(w[j - 3], 15)
        w.append(mixed ^ rotated(mixed, 15) ^ rotated(mixed, 23) ^ rotated(w[j - 13], 7) ^ w[j - 6])
    a, b, c, d, e, f, g, h = struct.unpack(">8I", state)
    for j in range(64):
        constant = 0x79CC4519 if j < 16 else 0x7A879D8A
        ss1 = rotated((rotated(a, 12) + e + rotated(constant, j)) & 0xFFFFFFFF, 7)
        ss2 = ss1 ^ rotated(a, 12)
        ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
        gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
        tt1 = (ff + d + ss2 + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
        tt2 = (gg + h + ss1 + w[j]) & 0xFFFFFFFF
        a, b, c, d = tt1, a, rotated(b, 9), c
        e, f, g, h = tt2 ^ rotated(tt2, 9) ^ rotated(tt2, 17), e, rotated(f, 19), g
    return bytes(x ^ y for x, y in zip(struct.pack(">8I", a, b, c, d, e, f, g, h), state, strict=True))


def sm3(data: bytes) -> bytes:
    padded = data + b"\x80" + bytes(-(len(data) + 9) % BLOCK) + struct.pack(">Q", 8 * len(data))
    state = START
    for at in range(0, len(padded), BLOCK):
        state = compressed(state, padded[at : at + BLOCK])
    return state


def plain_hmac(hash_: Hash, key: bytes, data: bytes) -> bytes:
    padded = (hash_(key) if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    inner = hash_(bytes(byte ^ 0x36 for byte in padded) + data)
    return hash_(bytes(byte ^ 0x5C for byte in padded) + inner)


def plain_hkdf(hash_: Hash, root: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    extracted = plain_hmac(hash_, salt, root)
    out = last = b""
    number = 1
    while len(out) < length:
        last = plain_hmac(hash_, extracted, last + info + bytes([number]))
        out, number = out + last, number + 1
    return out[:length]
