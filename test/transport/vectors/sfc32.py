"""The first numbers of sfc32 as test/transport/random.test.ts expects them: python3 test/transport/vectors/sfc32.py"""

M = 0xFFFFFFFF


def numbers(seed, name=""):
    a, b, c, counter = seed & M, seed >> 32, 0x811C9DC5, 1
    for char in name:
        c = ((c ^ ord(char)) * 0x01000193) & M
    for round in range(10_000):
        tmp = (a + b + counter) & M
        counter = (counter + 1) & M
        a = b ^ (b >> 9)
        b = (c + (c << 3)) & M
        c = (((c << 21) | (c >> 11)) + tmp) & M
        if round >= 15:
            yield tmp


if __name__ == "__main__":
    stream = numbers(2**40 + 7)
    print([next(stream) for _ in range(5)])
