"""CPython's struct on the same values: {"a.enc": ns, ...} on stdout, the values as JSON on stdin. Tasks c and cU are Python around struct."""
import gc
import json
import struct
import sys
import time

data = json.load(sys.stdin)
ring = [None] * 256
A, B, D = struct.Struct("!I2sf"), struct.Struct("<BHIQfdhi?"), struct.Struct("!Iif")
LENGTH, TAIL = struct.Struct("!H"), struct.Struct("!iH10H")
a = [(i, bytes(tag), level) for i, tag, level in data["a"]]
b = [(*row[:3], int(row[3]), *row[4:]) for row in data["b"]]
d = [tuple(row) for row in data["d"]]


def encode_c(value):
    name, code, samples = value
    raw = name.encode()
    return LENGTH.pack(len(raw)) + raw + TAIL.pack(code, len(samples), *samples)


def decode_c(raw):
    end = 2 + LENGTH.unpack_from(raw)[0]
    code, _, *samples = TAIL.unpack_from(raw, end)
    return raw[2:end].decode(), code, samples


def encode_d(records):
    out = bytearray(12 * len(records))
    pack_into = D.pack_into
    at = 0
    for x, y, z in records:
        pack_into(out, at, x, y, z)
        at += 12
    return out


def each(raw):
    i = total = 0
    for record in D.iter_unpack(raw):
        ring[i & 255] = record
        total += record[0] + record[1] + record[2]
        i += 1
    return total


def star(pack):
    def run(inputs, repeat):
        for _ in range(repeat):
            for i, value in enumerate(inputs):
                ring[i] = out = pack(*value)
                out[0] + out[-1] + len(out)
    return run


def one(work, read):
    def run(inputs, repeat):
        for _ in range(repeat):
            for i, value in enumerate(inputs):
                ring[i] = out = work(value)
                read(out)
    return run


def read_a(v):
    return v[0] + v[1][0] + v[1][1] + v[2]


def read_b(v):
    return v[0] + v[1] + v[2] + v[3] + v[4] + v[5] + v[6] + v[7] + v[8]


def read_c(v):
    return ord(v[0][3]) + len(v[0]) + v[1] + sum(v[2])


def best(run, inputs, ops):
    repeat = 1
    while True:
        start = time.process_time_ns()
        run(inputs, repeat)
        if time.process_time_ns() - start > 8e6:
            break
        repeat *= 2
    samples = []
    for _ in range(9):
        gc.collect()
        start = time.process_time_ns()
        run(inputs, repeat)
        samples.append((time.process_time_ns() - start) / (repeat * ops))
    return sorted(samples)[4]


def same(work, inputs, expected):
    assert [work(value) for value in inputs] == expected
    return work


raw = {task: [bytes.fromhex(row) for row in data["bytes"][task]] for task in ("a", "b", "c", "cU")}
texts = {task: [tuple(row) for row in data[task]] for task in ("c", "cU")}
same(lambda v: A.pack(*v), a, raw["a"])
same(lambda v: B.pack(*v), b, raw["b"])
results = {
    "a.enc": best(star(A.pack), a, 256),
    "a.dec": best(one(same(A.unpack, raw["a"], a), read_a), raw["a"], 256),
    "b.enc": best(star(B.pack), b, 256),
    "b.dec": best(one(same(B.unpack, raw["b"], b), read_b), raw["b"], 256),
}
for task in ("c", "cU"):
    results[task + ".enc"] = best(one(same(encode_c, texts[task], raw[task]), len), texts[task], 256)
    results[task + ".dec"] = best(one(same(decode_c, raw[task], texts[task]), read_c), raw[task], 256)
packed = encode_d(d)
assert list(D.iter_unpack(packed)) == d
results["d.enc"] = best(one(encode_d, len), [d], len(d))
results["d.dec"] = best(one(lambda raw: list(D.iter_unpack(raw)), len), [packed], len(d))
results["d.each"] = best(one(each, int), [packed], len(d))
print(json.dumps({"version": sys.version.split()[0], "results": results}))
