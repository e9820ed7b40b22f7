"""Answers line by line: [format, values or hex, ...] in, what struct makes of it out. For test/struct/differential.ts."""
import json
import platform
import struct
import sys


def wire(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return {"i": str(value)}
    if isinstance(value, float):
        return {"f": struct.pack(">d", value).hex()}
    return {"s": value.hex()}


def unwire(value):
    if value is None or isinstance(value, bool):
        return value
    if "i" in value:
        return int(value["i"])
    if "f" in value:
        return struct.unpack(">d", bytes.fromhex(value["f"]))[0]
    return bytes.fromhex(value["s"])


def answer(op, fmt, *rest):
    if op == "pack":
        return struct.pack(fmt, *map(unwire, rest[0])).hex()
    if op == "unpack":
        return [wire(value) for value in struct.unpack(fmt, bytes.fromhex(rest[0]))]
    if op == "unpackFrom":
        return [wire(value) for value in struct.unpack_from(fmt, bytes.fromhex(rest[0]), rest[1])]
    if op == "packInto":
        buffer = bytearray.fromhex(rest[0])
        try:
            struct.pack_into(fmt, buffer, rest[1], *map(unwire, rest[2]))
        except Exception as error:
            error.left = buffer.hex()
            raise
        return buffer.hex()
    if op == "iterUnpack":
        return [wire(value) for row in struct.iter_unpack(fmt, bytes.fromhex(rest[0])) for value in row]
    return struct.calcsize(fmt)


print(json.dumps(platform.python_version()), flush=True)
for line in sys.stdin:
    results = []
    for case in json.loads(line):
        try:
            results.append(answer(*case))
        except Exception as error:
            message = str(error).replace("unpack_from", "unpackFrom").replace("pack_into", "packInto")
            results.append({"e": type(error).__name__, "m": message, "left": getattr(error, "left", None)})
    print(json.dumps(results, separators=(",", ":")), flush=True)
