"""Writes checksums.json: checksums of the same bytes by Python's zlib and binascii.

    python3 checksums.py > checksums.json

Byte i of a message is (i * factor + i // 256 * carry + offset) % 256, so that long ones need no room in the file.
"""
import binascii
import json
import zlib

SIZES = [0, 1, 2, 3, 9, 255, 256, 5551, 5552, 5553, 20000]
RECIPES = [(0, 0, 0), (0, 0, 255), (1, 0, 0), (37, 11, 201)]


def row(size, factor, carry, offset):
    message = bytes((i * factor + i // 256 * carry + offset) % 256 for i in range(size))
    return {
        "size": size,
        "factor": factor,
        "carry": carry,
        "offset": offset,
        "checksums": {
            "crc32": zlib.crc32(message),
            "adler32": zlib.adler32(message),
            "crc16-xmodem": binascii.crc_hqx(message, 0),
            "crc16-ccitt-false": binascii.crc_hqx(message, 0xFFFF),
        },
    }


print(json.dumps([row(size, *recipe) for size in SIZES for recipe in RECIPES], indent=1))
