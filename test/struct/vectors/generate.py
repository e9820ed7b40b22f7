#!/usr/bin/env python3
"""Vectors for test/struct/vectors.test.ts, from the struct module of the Python that runs this.

    python3.13 test/struct/vectors/generate.py

writes vectors.json beside this file. CPython 3.13 is the reference: its wording of errors is ours.

    {"python": "3.13.0",
     "pack":   [[format, [value ...], hex or error] ...],       pack, and calcsize for the size
     "unpack": [[format, hex, [value ...] or error] ...],
     "from":   [[method, format, size of the buffer, offset, error or null] ...],
     "size":   [[format, size or error] ...]}

A value is {"i": "decimal"}, {"f": "16 hex digits of the double"}, {"s": hex}, true, false, null or {"t": text}; an error is
{"e": class, "m": message}.
"""
import itertools
import json
import math
import pathlib
import platform
import random
import struct
import sys

random.seed(20240613)
here = pathlib.Path(__file__).parent


def wire(value):
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return {"i": str(value)}
    if isinstance(value, float):
        return {"f": struct.pack(">d", value).hex()}
    if isinstance(value, str):
        return {"t": value}
    return {"s": value.hex()}


def attempt(work):
    try:
        return work()
    except (struct.error, OverflowError, TypeError) as error:
        return {"e": type(error).__name__, "m": str(error)}


pack, unpack, offsets, sizes = [], [], [], []


def packs(fmt, *values):
    pack.append([fmt, [wire(v) for v in values], attempt(lambda: struct.pack(fmt, *values).hex())])


def unpacks(fmt, data):
    unpack.append([fmt, data.hex(), attempt(lambda: [wire(v) for v in struct.unpack(fmt, data)])])


def size(fmt):
    sizes.append([fmt, attempt(lambda: struct.calcsize(fmt))])


PREFIXES = ["", "@", "=", "<", ">", "!"]
INTEGERS = "bBhHiIlLqQ"
CODES = "xcbB?hHiIlLqQefdsp"


def codes(prefix):
    return CODES + ("nNP" if prefix in ("", "@") else "")


# Every integer code in every order: the edges of its range, powers of two and their neighbours, what is no integer.
for prefix in PREFIXES:
    for code in INTEGERS + ("nNP" if prefix in ("", "@") else ""):
        bits = 8 * struct.calcsize(prefix + code)
        edges = {0, 1, -1, 2**bits - 1, 2**bits, -(2**bits), 2 ** (bits - 1), 2 ** (bits - 1) - 1, -(2 ** (bits - 1)), -(2 ** (bits - 1)) - 1}
        edges |= {2**n + d for n in random.sample(range(66), 4) for d in (-1, 0, 1)}
        edges |= {0x0102030405060708 >> (64 - bits), 2**63, 2**64, 2**64 - 1, 2**100, -(2**100)}
        for value in sorted(edges):
            packs(prefix + code, value)
        for value in (True, False, 1.5, math.nan, math.inf, "1", b"1", None):
            packs(prefix + code, value)
        for _ in range(3):
            unpacks(prefix + code, random.randbytes(bits // 8))
        unpacks(prefix + code, b"\xff" * (bits // 8))
        unpacks(prefix + code, b"\x80" + b"\x00" * (bits // 8 - 1))

# Floats: rounding, overflow, infinities, signed zero, subnormals, NaN.
FLOATS = [0.0, -0.0, 1.0, -1.5, 0.1, math.pi, 1e-40, -1e-45, 1e-46, 5e-324, 1e308, math.inf, -math.inf, math.nan]
FLOATS += [3.4028234663852886e38, 3.4028235677973362e38, 3.4028235677973366e38, -3.4028235677973366e38, 1e39, -1e300]
FLOATS += [1.0 + 2**-24, 1.0 + 2**-24 + 2**-40, 1.0 + 3 * 2**-24, 16777217.0, 16777219.0, 33554431 * 2**-24]
HALVES = [65504.0, 65519.99, 65520.0, -65520.0, 65536.0, 1e300, 2**-24, 2**-25, 2**-25 * (1 + 2**-52), 3 * 2**-25, 2**-26]
HALVES += [2**-14, 2**-14 - 2**-26, 2**-14 - 2**-25, 2**-15 * 1.999, 0x1FFDFFFFFF * 2**-26, 0x1FFE000001 * 2**-26]
HALVES += [1 + 2**-11, 1 + 3 * 2**-11, 1 + 2**-11 + 2**-30, 2047.5, 2048.5, 2049.0, 2051.0, -2049.0]
for prefix in PREFIXES:
    for code in "efd":
        for value in FLOATS + HALVES:
            packs(prefix + code, value)
        for value in (1, -7, 2**24 + 1, 2**53 + 1, 10**39, -(10**39), 10**400, True, "1", b"1", None):
            packs(prefix + code, value)
        for _ in range(4):
            unpacks(prefix + code, random.randbytes(struct.calcsize(prefix + code)))
for _ in range(200):
    value = random.choice([-1, 1]) * random.random() * 2.0 ** random.randint(-26, 16)
    packs(random.choice("<>") + "e", value)
    packs(random.choice("<>") + "f", value * 2.0 ** random.randint(-110, 110))
for bits in [0, 1, 0x3FF, 0x400, 0x3C00, 0x7BFF, 0x7C00, 0x8000, 0x8001, 0xFBFF, 0xFC00]:
    unpacks(">e", bits.to_bytes(2, "big"))

# Bytes: s, p and c with every way of fitting and not fitting.
TEXTS = [b"", b"a", b"ab", b"abc", b"abcdefgh", b"a\x00b\x00", b"\xff\xfe", b"x" * 255, b"x" * 256, b"y" * 1000]
for count in ["", "0", "1", "2", "3", "4", "9", "100", "255", "256", "257", "300"]:
    long = len(count) == 3
    for code in "sp":
        for text in TEXTS:
            if long == (len(text) > 99) or (count == "4" and len(text) == 256) or (long and text == b"ab"):
                packs("<" + count + code, text)
        for value in (5, None, 1.0):
            packs("<" + count + code, value)
        data = struct.calcsize(count + code)
        for first in (3, 254, 255) if long else (0, 1, 3, 254, 255):
            unpacks("<" + count + code, (bytes([first]) + b"abcdefgh" * 40)[:data])
for value in (b"a", b"", b"ab", 5, None):
    packs("c", value)
    packs("3c", b"a", value, b"c")
packs("1000p", b"x" * 1000)
unpacks("1000p", b"\xff" + b"z" * 999)

# Truth.
for value in (True, False, 0, 1, 2, -1, 0.0, 0.5, None, "", "0", b"0"):
    packs("?", value)
for byte in (0, 1, 2, 128, 255):
    unpacks("?", bytes([byte]))

# Formats: every code with every prefix and count, alignment, white space, and what is no format.
for prefix in PREFIXES:
    for code in CODES + "nNPFDZaAtTuUxX0 9":
        for count in ("", "0", "1", "3", "007"):
            size(prefix + count + code)
for a, b in itertools.product("bBhHiIlLqQnNPefdsp?cx", repeat=2):
    size(a + b)
    size(a + "0" + b)
for fmt in ["", "<", "@", " ", "  <i", " <i", "< i", "i<", "<>i", "@@i", "i i", "i\ti\ni\x0bi\x0ci\ri", "2 i", "2i 3", "=i1", "3", "<3"]:
    size(fmt)
for fmt in ["llh0l", "ib0i", "b0h", "10sb0q", "0qc", "c0q", "bxi", "bhb", "bd", "be", "b3x0i", "0x0s0pc", "00002i", "ib", "<ib0i", "4xb", "x?x"]:
    size(fmt)
    size("3b" + fmt)
for fmt in ["i\x00", "\x00", "\u00e9", "i\u2028", "2\u0664i", "+2i", "-1i", "1.5i", "i,i", "\U0001f600"]:
    sizes.append([fmt, attempt(lambda: struct.calcsize(fmt)) if fmt.isascii() else {"e": "error", "m": "bad char in struct format"}])
for fmt in ["9223372036854775808b", "9223372036854775807h", "99999999999999999999s", "4611686018427387904i"]:
    size(fmt)
for fmt in ["bhilqefd?3s4pcx", "b0qb0ib0h", "cPcnc", "3xb2xh", "?0d2h0s", "h0x2p0c"]:
    for prefix in PREFIXES:
        if prefix in ("", "@") or not set(fmt) & set("nNP"):
            data = random.randbytes(struct.calcsize(prefix + fmt))
            unpacks(prefix + fmt, data)
            packs(prefix + fmt, *struct.unpack(prefix + fmt, data))

# Too many, too few.
for fmt, count in itertools.product(["", "i", "2i", "0s", "0i", "x", "3c2x", "300B"], range(4)):
    packs(fmt, *range(count))
for fmt, length in itertools.product(["", "b", "<i", "<h2x", "0s", "5s"], range(7)):
    unpacks(fmt, bytes(length))

# Offsets. The methods' names are ours.
for fmt, length in itertools.product(["", "<i", "<h3s"], [0, 3, 4, 6, 11]):
    for offset in [0, 1, 2, 5, 7, 12, 1000, -1, -2, -4, -5, -6, -7, -11, -12, -1000, 2**40, -(2**40)]:
        values = {"": [], "<i": [1], "<h3s": [1, b"abc"]}[fmt]
        for method in ("unpackFrom", "packInto"):
            def work():
                if method == "unpackFrom":
                    struct.unpack_from(fmt, bytes(length), offset)
                else:
                    struct.pack_into(fmt, bytearray(length), offset, *values)
            error = attempt(work)
            if error:
                error["m"] = error["m"].replace("unpack_from", "unpackFrom").replace("pack_into", "packInto")
            offsets.append([method, fmt, length, offset, error])

# Whole messages with random formats.
for _ in range(600):
    prefix = random.choice(PREFIXES)
    fmt = prefix
    values = []
    for _ in range(random.randint(1, 8)):
        code = random.choice(codes(prefix))
        count = random.choice(["", "", "", "0", "1", "2", "5"])
        fmt += random.choice(["", "", "", " "]) + count + code
    data = random.randbytes(struct.calcsize(fmt))
    values = struct.unpack(fmt, data)
    unpacks(fmt, data)
    if not any(isinstance(v, float) and math.isnan(v) for v in values):
        packs(fmt, *values)

result = {"python": platform.python_version(), "pack": pack, "unpack": unpack, "from": offsets, "size": sizes}
with open(here / "vectors.json", "w") as file:
    file.write('{"python":' + json.dumps(result["python"]))
    for key in ("pack", "unpack", "from", "size"):
        file.write(f',\n"{key}":[\n')
        file.write(",\n".join(json.dumps(case, separators=(",", ":")) for case in result[key]))
        file.write("]")
    file.write("}\n")
print(sum(len(result[key]) for key in ("pack", "unpack", "from", "size")), "cases", file=sys.stderr)
