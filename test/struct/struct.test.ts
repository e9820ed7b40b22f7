/** The struct module as its users meet it; both ways of execution. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runInNewContext } from 'node:vm'
import {
  calcsize,
  iterUnpack,
  pack,
  packInto,
  Struct,
  StructDataError,
  StructError,
  type StructErrorCode,
  struct,
  unpack,
  unpackFrom,
} from 'wirewright/struct'
import { Output } from '#floor/bytes'
import { PeerError, UsageError } from '#ground/errors'
import { EXECUTIONS, generationAllowed } from './support/executions.js'

const refusal = (code: StructErrorCode, message?: string | RegExp, index?: number) => (error: unknown) => {
  assert.ok(error instanceof StructError && error instanceof UsageError, String(error))
  assert.equal(error.code, code)
  if (typeof message === 'string') assert.equal(error.message, message)
  else if (message) assert.match(error.message, message)
  if (index !== undefined) assert.equal(error.index, index)
  return true
}
const bytes = (...list: number[]) => Uint8Array.from(list)

for (const execution of EXECUTIONS)
  describe(`a struct, execution '${execution}'`, () => {
    const header = struct('!HBxI 4s 2q', { execution })

    it('packs values one behind the other and unpacks them again', () => {
      const packed = header.pack(1, 2, 512, 'ab', 7, -8n)
      assert.deepEqual(
        packed,
        bytes(
          0,
          1,
          2,
          0,
          0,
          0,
          2,
          0,
          97,
          98,
          0,
          0,
          ...[0, 0, 0, 0, 0, 0, 0, 7],
          ...[255, 255, 255, 255, 255, 255, 255, 248],
        ),
      )
      assert.deepEqual(header.unpack(packed), [1, 2, 512, bytes(97, 98, 0, 0), 7n, -8n])
      assert.equal(header.size, 28)
    })

    it('gives bytes that belong to the caller, whatever kind of array they came in', () => {
      const s = struct('2s40sc4p', { execution })
      for (const make of [(n: number) => new Uint8Array(n).fill(1), (n: number) => Buffer.alloc(n, 1)]) {
        const source = make(s.size)
        const values = s.unpack(source)
        const [columns] = s.unpackColumns(source)
        const again = structuredClone(values)
        source.fill(9)
        assert.deepEqual(values, again)
        assert.deepEqual(columns[0], bytes(1, 1))
        for (const value of values) {
          assert.equal(Object.getPrototypeOf(value), Uint8Array.prototype)
          assert.equal(value.buffer.byteLength, value.length)
        }
      }
    })

    it('gives views into what was unpacked when asked for them', () => {
      const s = struct('B2s4p', { execution, views: true })
      const source = bytes(0, 7, 1, 2, 3, 8, 9, 0, 0).subarray(1)
      source.set([7, 1, 2, 2, 5, 6, 0])
      const [, text, pascal] = s.unpackFrom(source)
      source[1] = 77
      source[4] = 55
      assert.deepEqual([text, pascal], [bytes(77, 2), bytes(55, 6)])
      assert.equal(text.buffer, source.buffer)
    })

    it('reads from the middle of a larger buffer', () => {
      const room = new Uint8Array(16)
      room.set([1, 2, 3], 5)
      assert.deepEqual(struct('!HB', { execution }).unpack(room.subarray(5, 8)), [258, 3])
      assert.deepEqual(struct('!HB', { execution }).unpack(new DataView(room.buffer, 5, 3)), [258, 3])
      assert.deepEqual(struct('16s', { execution }).unpack(room.buffer)[0].length, 16)
    })

    it('takes an ArrayBuffer of another realm', () => {
      const foreign = runInNewContext('Uint8Array.of(1, 2).buffer')
      assert.deepEqual(struct('!H', { execution }).unpack(foreign), [258])
      assert.deepEqual(struct('2s', { execution }).pack(runInNewContext('Uint8Array.of(1, 2)')), bytes(1, 2))
    })

    it('refuses what is not bytes', () => {
      for (const wrong of ['ab', null, undefined, 5, [1, 2], {}])
        assert.throws(
          () => struct('!H', { execution }).unpack(wrong as never),
          refusal('WRONG_TYPE', /a bytes-like object/),
        )
      assert.throws(() => struct('!H', { execution }).packInto('ab' as never, 0, 1), refusal('WRONG_TYPE'))
      for (const wrong of [5, null, undefined, {}, new Uint16Array(2), [1, 2], Uint8Array])
        assert.throws(
          () => struct('B2s', { execution }).pack(1, wrong as never),
          refusal('WRONG_TYPE', "argument for 's' must be a bytes object", 1),
        )
    })

    it('packs strings as UTF-8, cut to the byte like any other bytes', () => {
      const pack = (format: '3s' | '6s' | '4p', text: string) => struct(format, { execution }).pack(text)
      assert.deepEqual(pack('6s', 'aé€'), bytes(97, 0xc3, 0xa9, 0xe2, 0x82, 0xac))
      assert.deepEqual(pack('3s', 'aé€'), bytes(97, 0xc3, 0xa9))
      assert.deepEqual(pack('3s', 'é€'), bytes(0xc3, 0xa9, 0xe2))
      assert.deepEqual(pack('4p', 'é€'), bytes(3, 0xc3, 0xa9, 0xe2))
      assert.deepEqual(pack('6s', 'ab'), bytes(97, 98, 0, 0, 0, 0))
      const long = 'x'.repeat(100)
      assert.deepEqual(struct('300s', { execution }).pack(long).subarray(98, 102), bytes(120, 120, 0, 0))
      assert.deepEqual(struct('c', { execution }).pack('A'), bytes(65))
      assert.throws(() => struct('c', { execution }).pack('é'), refusal('WRONG_TYPE', /^char format/, 0))
    })

    it('takes numbers and bigints for every integer, as long as they are exact', () => {
      for (const code of 'bBhHiIlLqQnN')
        for (const one of [1, 1n, true])
          assert.deepEqual(
            [...new Struct(code, undefined, { execution }).pack(one as never)].filter(Boolean),
            [1],
            code,
          )
      const q = struct('!q', { execution })
      assert.deepEqual(q.unpack(q.pack(2 ** 62)), [2n ** 62n])
      assert.deepEqual(q.unpack(q.pack(-(2 ** 63))), [-(2n ** 63n)])
      assert.throws(
        () => q.pack(2 ** 63),
        refusal('OUT_OF_RANGE', /^'q' format requires -9223372036854775808 <= number/),
      )
      for (const wrong of [
        1.5,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        '1',
        null,
        undefined,
        [],
        {},
        Symbol('s'),
        () => 1,
      ]) {
        assert.throws(
          () => struct('!I', { execution }).pack(wrong as never),
          refusal('WRONG_TYPE', 'required argument is not an integer', 0),
        )
        assert.throws(() => q.pack(wrong as never), refusal('WRONG_TYPE', 'required argument is not an integer', 0))
      }
      assert.deepEqual(struct('b', { execution }).pack(-0), bytes(0))
      // Nothing of the value's own is called.
      const sly = { valueOf: () => assert.fail('valueOf was called') }
      assert.throws(() => struct('B', { execution }).pack(sly as never), refusal('WRONG_TYPE'))
    })

    it('keeps signed zeros, infinities and NaN', () => {
      for (const code of ['e', 'f', 'd'] as const) {
        const s = struct(`<${code}`, { execution })
        for (const value of [0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1.5, -2])
          assert.deepEqual(s.unpack(s.pack(value)), [value])
      }
    })

    it('makes a float too large infinite in native mode, and refuses it everywhere else', () => {
      assert.deepEqual(struct('f', { execution }).unpack(struct('f', { execution }).pack(-1e39)), [
        Number.NEGATIVE_INFINITY,
      ])
      assert.throws(
        () => struct('<f', { execution }).pack(1e39),
        refusal('FLOAT_OVERFLOW', 'float too large to pack with f format', 0),
      )
      assert.throws(
        () => struct('@e', { execution }).pack(65520),
        refusal('FLOAT_OVERFLOW', 'float too large to pack with e format', 0),
      )
      assert.throws(
        () => struct('d', { execution }).pack('1' as never),
        refusal('WRONG_TYPE', 'required argument is not a float', 0),
      )
    })

    it('goes by truth where it packs truth', () => {
      const s = new Struct<boolean[], unknown[]>('?', undefined, { execution })
      for (const value of [true, 1, -1, 'x', {}, [], 5n, 0.5]) assert.deepEqual(s.pack(value), bytes(1))
      for (const value of [false, 0, '', null, undefined, 0n]) assert.deepEqual(s.pack(value), bytes(0))
      for (let byte = 0; byte < 256; byte++) assert.deepEqual(s.unpack(bytes(byte)), [byte !== 0])
    })

    it('writes zeros between the values, and nothing outside', () => {
      const room = new Uint8Array(60).fill(0xff)
      struct('@BI50xB', { execution }).packInto(room, 1, 1, 2, 3)
      const expected = new Uint8Array(60)
      expected.set([0xff, 1, 0, 0, 0, 2], 0)
      expected[59] = 3
      assert.deepEqual(room, expected)
    })

    it('counts the values', () => {
      const s = new Struct<unknown[], unknown[]>('!HB', undefined, { execution })
      assert.throws(() => s.pack(1), refusal('WRONG_COUNT', 'pack expected 2 items for packing (got 1)'))
      assert.throws(() => s.pack(1, 2, 3), refusal('WRONG_COUNT', 'pack expected 2 items for packing (got 3)'))
      assert.throws(
        () => s.packInto(bytes(), 0, 1),
        refusal('WRONG_COUNT', 'packInto expected 2 items for packing (got 1)'),
      )
      assert.throws(
        () => (s.packInto as never as () => void)(),
        refusal('WRONG_COUNT', 'packInto expected buffer argument'),
      )
      assert.throws(
        () => (s.packInto as never as (b: Uint8Array) => void)(bytes()),
        refusal('WRONG_COUNT', 'packInto expected offset argument'),
      )
      assert.throws(() => s.encode([1]), refusal('WRONG_COUNT', 'pack expected 2 items for packing (got 1)'))
      assert.throws(() => s.packAll([[1, 2], [3]]), refusal('WRONG_COUNT'))
      assert.throws(() => s.encode(undefined as never), refusal('WRONG_COUNT'))
      assert.throws(
        () => new Struct<unknown[], unknown[]>('0i', undefined, { execution }).pack(1),
        refusal('WRONG_COUNT'),
      )
    })

    it('counts negative offsets from the end and refuses those outside', () => {
      const s = struct('<i', { execution })
      const room = new Uint8Array(6)
      s.packInto(room, -4, -2)
      assert.deepEqual(room, bytes(0, 0, 254, 255, 255, 255))
      assert.deepEqual(s.unpackFrom(room, -4), [-2])
      assert.throws(
        () => s.unpackFrom(room, 3),
        refusal(
          'OUT_OF_BOUNDS',
          'unpackFrom requires a buffer of at least 7 bytes for unpacking 4 bytes at offset 3 (actual buffer size is 6)',
        ),
      )
      assert.throws(
        () => s.unpackFrom(room, -2),
        refusal('OUT_OF_BOUNDS', 'not enough data to unpack 4 bytes at offset -2'),
      )
      assert.throws(() => s.unpackFrom(room, -9), refusal('OUT_OF_BOUNDS', 'offset -9 out of range for 6-byte buffer'))
      assert.throws(
        () => s.packInto(room, 5, 1),
        refusal(
          'OUT_OF_BOUNDS',
          'packInto requires a buffer of at least 9 bytes for packing 4 bytes at offset 5 (actual buffer size is 6)',
        ),
      )
      assert.throws(() => s.packInto(room, -2, 1), refusal('OUT_OF_BOUNDS', 'no space to pack 4 bytes at offset -2'))
      for (const wrong of [1.5, Number.NaN, '0', null, 2n]) {
        assert.throws(() => s.packInto(room, wrong as never, 1), refusal('WRONG_TYPE'))
        assert.throws(() => s.unpackFrom(room, wrong as never), refusal('WRONG_TYPE'))
      }
      assert.deepEqual(struct('', { execution }).unpackFrom(room, 6), [])
    })

    it('says of offsets beyond all buffers that they lie outside, as CPython does', () => {
      const s = struct('<i', { execution })
      for (const offset of [2 ** 53, 2 ** 60]) {
        assert.throws(() => s.unpackFrom(bytes(1), offset), refusal('OUT_OF_BOUNDS', /^unpackFrom requires a buffer/))
        assert.throws(
          () => s.packInto(bytes(1), -offset, 1),
          refusal('OUT_OF_BOUNDS', /out of range for 1-byte buffer$/),
        )
      }
      for (const wrong of [-2n, Symbol('s'), Number.POSITIVE_INFINITY])
        assert.throws(() => s.unpackFrom(bytes(1), wrong as never), refusal('WRONG_TYPE'))
    })

    it('takes negative pointers, and none beyond 64 bits, whatever kind of integer they are', () => {
      const s = struct('P', { execution })
      assert.deepEqual(s.unpack(s.pack(-1)), [2n ** 64n - 1n])
      assert.deepEqual(s.pack(-(2n ** 63n)), s.pack(2n ** 63n))
      for (const wrong of [2 ** 64, 2n ** 64n, -(2n ** 63n) - 1n])
        assert.throws(() => s.pack(wrong), refusal('OUT_OF_RANGE', 'int too large to convert', 0))
    })

    it('finds no bytes in a Pascal string of none, even at the end of the buffer', () => {
      for (const views of [false, true])
        assert.deepEqual(struct('B0p', { execution, views }).unpack(bytes(7)), [7, bytes()])
      assert.deepEqual(struct('B0p', { execution }).pack(7, 'ab'), bytes(7))
    })

    it('writes the values before a refused one, as CPython does', () => {
      const room = new Uint8Array(3)
      assert.throws(
        () => struct('3B', { execution }).packInto(room, 0, 1, 2, 256),
        refusal('OUT_OF_RANGE', undefined, 2),
      )
      assert.deepEqual(room, bytes(1, 2, 0))
    })

    it('fills its place with zeros before the first value, as CPython does', () => {
      const room = bytes(9, 9, 9, 9, 9, 9)
      assert.throws(
        () => struct('>bhb', { execution }).packInto(room, 1, 1, 2 ** 40, 1),
        refusal('OUT_OF_RANGE', undefined, 1),
      )
      assert.deepEqual(room, bytes(9, 1, 0, 0, 0, 9))
    })

    it('unpacks struct after struct, and checks before the first', () => {
      const s = struct('!Bh', { execution })
      const room = bytes(1, 0, 5, 2, 255, 255)
      assert.deepEqual(
        [...s.iterUnpack(room)],
        [
          [1, 5],
          [2, -1],
        ],
      )
      assert.deepEqual([...s.iterUnpack(bytes())], [])
      assert.deepEqual(s.unpackAll(room), [...s.iterUnpack(room)])
      assert.deepEqual(s.unpackAll(room.buffer), s.unpackAll(room))
      assert.deepEqual(s.unpackAll(bytes()), [])
      assert.throws(
        () => s.unpackAll(bytes(1)),
        refusal('WRONG_SIZE', 'iterative unpacking requires a buffer of a multiple of 3 bytes'),
      )
      assert.throws(
        () => struct('0s', { execution }).unpackAll(bytes()),
        refusal('WRONG_SIZE', 'cannot iteratively unpack with a struct of length 0'),
      )
      assert.throws(
        () => s.iterUnpack(bytes(1)),
        refusal('WRONG_SIZE', 'iterative unpacking requires a buffer of a multiple of 3 bytes'),
      )
      assert.throws(
        () => struct('0s', { execution }).iterUnpack(bytes()),
        refusal('WRONG_SIZE', 'cannot iteratively unpack with a struct of length 0'),
      )
      const once = s.iterUnpack(room)
      assert.deepEqual([...once].length, 2)
      assert.deepEqual(
        [once.next(), once.next()],
        [
          { value: undefined, done: true },
          { value: undefined, done: true },
        ],
      )
      const seen: unknown[] = []
      s.forEach(room, (value, row) => seen.push([row, value]))
      assert.deepEqual(seen, [
        [0, [1, 5]],
        [1, [2, -1]],
      ])
      assert.throws(() => s.forEach(bytes(1, 2), () => assert.fail('called')), refusal('WRONG_SIZE'))
      assert.deepEqual(
        s.packAll([
          [1, 5],
          [2, -1],
        ]),
        room,
      )
      assert.deepEqual(s.packAll([]), bytes())
    })

    it('packs many rows as it packs one', () => {
      const s = struct('@bh?2sefdqP', { execution })
      const rows = Array.from(
        { length: 50 },
        (_, i): Parameters<typeof s.pack> => [
          ...([i, BigInt(-i), i % 2 === 0, 'ab', i / 8] as const),
          ...([1e39, i / 3, i, -1n] as const),
        ],
      )
      const whole = s.packAll(rows)
      for (const [i, row] of rows.entries())
        assert.deepEqual(whole.subarray(i * s.size, (i + 1) * s.size), s.pack(...row))
      for (const wrong of [
        [...rows, [1]],
        [...rows, undefined],
        [...rows.slice(1), rows[0]!.with(1, 40_000)],
      ])
        assert.throws(() => s.packAll(wrong as never), StructError)
      const named = struct('!xH', ['id'], { execution })
      const ids = Array.from({ length: 50 }, (_, id) => ({ id }))
      assert.deepEqual(named.unpackAll(named.packAll(ids)), ids)
      assert.throws(() => named.packAll([...ids, 5 as never]), refusal('WRONG_TYPE'))
      const empty = new Struct<unknown[], unknown[]>('', undefined, { execution })
      assert.throws(() => empty.packAll(new Array(50).fill([1])), refusal('WRONG_COUNT'))
    })

    it('unpacks into columns as narrow as their codes', () => {
      const format = 'bBhHiIlLqQefd?s4pc'
      const s = new Struct<unknown[], unknown[]>(`<${format}`, undefined, { execution })
      const rows = [1, 2, 3].map((n) => [
        ...new Array(8).fill(n),
        BigInt(n),
        BigInt(n),
        n,
        n,
        n,
        n % 2 === 1,
        'x',
        'yz',
        'c',
      ])
      const columns = s.unpackColumns(s.packAll(rows)) as ArrayLike<unknown>[]
      assert.deepEqual(
        columns.map((column) => column.constructor),
        [
          ...[Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Int32Array, Uint32Array],
          ...[BigInt64Array, BigUint64Array, Float32Array, Float32Array, Float64Array, Uint8Array, Array, Array, Array],
        ],
      )
      assert.deepEqual(
        columns.map((column) => Array.from(column)[1]),
        [...new Array(8).fill(2), 2n, 2n, 2, 2, 2, 0, bytes(120), bytes(121, 122), bytes(99)],
      )
      assert.throws(() => s.unpackColumns(bytes(1)), refusal('WRONG_SIZE'))
    })

    it('packs and unpacks objects when its values have names', () => {
      const s = struct('!I2sf', ['id', 'tag', 'ratio'], { execution })
      const packed = s.pack({ id: 1, tag: 'ab', ratio: 0.5 })
      assert.deepEqual(packed, struct('!I2sf').pack(1, 'ab', 0.5))
      assert.deepEqual(s.unpack(packed), { id: 1, tag: bytes(97, 98), ratio: 0.5 })
      assert.deepEqual(Object.keys(s.unpack(packed)), ['id', 'tag', 'ratio'])
      const room = new Uint8Array(12)
      s.packInto(room, -10, { id: 1, tag: 'ab', ratio: 0.5 })
      assert.deepEqual(s.unpackFrom(room, 2), s.unpack(packed))
      assert.deepEqual([...s.iterUnpack(packed)], [s.unpack(packed)])
      assert.deepEqual(s.unpackColumns(packed), {
        id: Uint32Array.of(1),
        tag: [bytes(97, 98)],
        ratio: Float32Array.of(0.5),
      })
      assert.throws(
        () => s.pack({ id: 1, tag: 'ab' } as never),
        refusal('WRONG_TYPE', 'required argument is not a float', 2),
      )
      assert.throws(() => (s.pack as never as () => void)(), refusal('WRONG_COUNT'))
      for (const wrong of [undefined, null, 5, 'ab'])
        for (const way of [() => s.pack(wrong as never), () => s.encode(wrong as never)])
          assert.throws(way, refusal('WRONG_TYPE', /an object is required/))
    })

    it('lets names say anything and do nothing', () => {
      for (const name of [
        'a b',
        '"];throw 1//',
        "'",
        '\\',
        '`$\u007b0}`',
        '\n',
        '\u2028',
        '',
        '0',
        'toString',
        'if',
        'v0',
        't',
      ]) {
        const s = new Struct<Record<string, number>, Record<string, number>>('B', [name], { execution })
        assert.deepEqual(s.unpack(s.pack({ [name]: 7 })), { [name]: 7 })
      }
    })

    it('is as good with a hundred values as with one', () => {
      for (const count of [16, 17, 33, 64, 65, 100, 999]) {
        const s = new Struct<unknown[], unknown[]>(`!${count}Hb`, undefined, { execution })
        const values = [...Array.from({ length: count }, (_, i) => i * 60), -1]
        assert.deepEqual(s.unpack(s.pack(...values)), values)
        assert.throws(() => s.pack(...values.slice(1), 1), refusal('OUT_OF_RANGE', undefined, count - 1))
        const names = values.map((_, i) => `n${i}`)
        const named = new Struct<Record<string, unknown>, Record<string, unknown>>(s.format, names, { execution })
        assert.deepEqual(Object.values(named.unpack(s.pack(...values))), values)
        assert.deepEqual(named.encode(named.unpack(s.pack(...values))), s.pack(...values))
      }
    })

    it('hands out its functions one by one', () => {
      const { pack, packInto } = struct('!H', { execution })
      const room = new Uint8Array(2)
      packInto(room, 0, 258)
      assert.deepEqual(room, pack(258))
    })

    it('is a codec', () => {
      const s = struct('!HB', { execution })
      assert.deepEqual([s.fixedSize, s.minSize, s.maxSize, s.encodedSize()], [3, 3, 3, 3])
      assert.deepEqual(s.encode([258, 3]), bytes(1, 2, 3))
      assert.deepEqual(s.decode(bytes(9, 1, 2, 3, 9), 1, 4), [258, 3])
      assert.deepEqual(s.decodeFrom(bytes(9, 1, 2, 3, 9), 1), { value: [258, 3], bytesRead: 3 })
      assert.deepEqual(s.describe(), { kind: 'struct', format: '!HB' })
      assert.deepEqual(struct('!H', ['a'], { execution }).describe(), { kind: 'struct', format: '!H', names: ['a'] })
      const room = new Uint8Array(4)
      assert.equal(s.encodeInto([258, 3], room, 1), 3)
      assert.deepEqual(room, bytes(0, 1, 2, 3))
      assert.throws(() => s.encodeInto([258, 3], room, 2), refusal('OUT_OF_BOUNDS'))
      for (const wrong of [
        () => s.decode(bytes(1, 2)),
        () => s.decode(bytes(1, 2), 0, 3),
        () => s.decode(bytes(1, 2, 3), -1, 2),
        () => s.decodeFrom(bytes(1, 2), 0, 3),
        () => s.decode(bytes(1, 2, 3, 4)),
        () => s.decodeFrom(bytes(1, 2, 3), 1),
      ])
        assert.throws(
          wrong,
          (error) => error instanceof StructDataError && error instanceof PeerError && error.code === 'WRONG_SIZE',
        )
    })

    it('appends to an output, or leaves it as it was', () => {
      const output = new Output(4)
      const s = struct('!BxH', { execution })
      output.append(bytes(0xff, 0xff, 0xff, 0xff))
      output.length = 1
      s.encodeTo([1, 2], output)
      assert.deepEqual(output.copy(), bytes(0xff, 1, 0, 0, 2))
      assert.throws(() => s.encodeTo([1, 65536], output), refusal('OUT_OF_RANGE', undefined, 1))
      assert.throws(() => s.encodeTo([1] as never, output), refusal('WRONG_COUNT'))
      assert.deepEqual(output.copy(), bytes(0xff, 1, 0, 0, 2))
    })

    it('shows where its values lie, up to the damage', () => {
      const s = struct('!Hx2s', { execution })
      assert.deepEqual(s.inspect(bytes(9, 1, 2, 0, 97, 98), 1), {
        ...{ path: '', offset: 0, length: 5, value: [258, bytes(97, 98)] },
        fields: [
          { path: '[0]', offset: 0, length: 2, value: 258 },
          { path: '[1]', offset: 3, length: 2, value: bytes(97, 98) },
        ],
      })
      for (let length = 0; length < 5; length++) {
        const found = s.inspect(new Uint8Array(length))
        assert.equal(found.value, undefined)
        assert.ok(found.error instanceof StructDataError)
        assert.equal(found.error.offset, length)
        assert.equal(found.fields?.filter(({ error }) => error).length, 1)
        assert.equal(found.fields?.filter(({ value }) => value !== undefined).length, length < 2 ? 0 : 1)
      }
      const long = s.inspect(new Uint8Array(7))
      assert.ok(long.error && long.fields?.length === 2 && long.value === undefined)
      assert.deepEqual(
        struct('!BB', ['a', 'b'], { execution })
          .inspect(bytes(1, 2))
          .fields?.map(({ path }) => path),
        ['a', 'b'],
      )
    })
  })

describe('the hot path', () => {
  const calls = 100_000
  /** Bytes left on the heap per call, at best: the optimiser takes its time, and leaves something behind itself. */
  function perCall(work: () => void): number {
    const rounds = Array.from({ length: 8 }, () => {
      globalThis.gc!()
      const before = process.memoryUsage().heapUsed
      for (let i = 0; i < calls; i++) work()
      return (process.memoryUsage().heapUsed - before) / calls
    })
    return Math.min(...rounds)
  }
  const options = { skip: !generationAllowed && 'without generated code values come as an array' }
  it('of packing into a buffer or an output allocates nothing', options, () => {
    const s = struct('!HBxIi4s?')
    const room = new Uint8Array(64)
    const tag = bytes(1, 2, 3, 4)
    const tuple: [number, number, number, number, Uint8Array, boolean] = [1, 2, 512, -5, tag, true]
    const output = new Output(64)
    const used = [
      perCall(() => s.packInto(room, 3, 1, 2, 512, -5, tag, true)),
      perCall(() => s.packInto(room, -30, 1, 2, 512, -5, 'abcd', true)),
      perCall(() => {
        output.length = 0
        s.encodeTo(tuple, output)
      }),
    ]
    // The smallest thing on the heap takes 16.
    for (const each of used) assert.ok(each < 8, `${used.map((n) => n.toFixed(2)).join(', ')} bytes per call`)
  })
})

describe('single precision', () => {
  it('rounds as Math.fround does, carries included', () => {
    const f = struct('>f')
    for (let base = 1; base < 33; base++) {
      // All ones up to the last bit that fits, and one more: rounds up to the next power of two.
      const value = (2 ** 25 - 1) * 2 ** (base - 25)
      assert.deepEqual(f.pack(value), f.pack(2 ** base))
      assert.deepEqual(f.unpack(f.pack(-value)), [Math.fround(-value)])
    }
  })
})

describe('the functions', () => {
  it('do what the methods do', () => {
    assert.equal(calcsize('!HBxI 4s 2q'), 28)
    assert.deepEqual(pack('!H2s', 258, 'ok'), bytes(1, 2, 111, 107))
    assert.deepEqual(unpack('!h', bytes(255, 254)), [-2])
    assert.deepEqual(unpackFrom('!h', bytes(0, 255, 254), 1), [-2])
    assert.deepEqual([...iterUnpack('!B', bytes(1, 2))], [[1], [2]])
    const room = new Uint8Array(3)
    packInto('!h', room, -2, -2)
    assert.deepEqual(room, bytes(0, 255, 254))
    assert.throws(() => packInto('!h', room, 2, 1), refusal('OUT_OF_BOUNDS'))
  })
  it('remember formats, but not for ever', () => {
    for (let i = 0; i < 250; i++) assert.equal(calcsize(`${i}B` as string), i)
    assert.deepEqual(pack('!H', 1), bytes(0, 1))
  })
})

describe('native alignment', () => {
  it('pads before each group, also one of no values, and never at the end', () => {
    const sizes: Record<string, number> = {
      ...{ '@ib': 5, '@ib0i': 8, llh0l: 24, '@b0h': 2, '@10sb0q': 16, '@0qc': 1, '@c0q': 8, '@bxi': 8, '@bhb': 5 },
      ...{ '@bd': 16, '@be': 4, '@b2x0i': 4, '=ib0i': 5, '=bd': 9, '<bxi': 6, '@b?': 2, '@bn': 16, '@bP': 16 },
    }
    for (const [format, size] of Object.entries(sizes)) assert.equal(new Struct(format).size, size, format)
  })
})

describe('a bad format', () => {
  const cases: [string, StructErrorCode, string][] = [
    ['Z', 'BAD_FORMAT', 'bad char in struct format'],
    ['<n', 'BAD_FORMAT', 'bad char in struct format'],
    ['2 i', 'BAD_FORMAT', 'bad char in struct format'],
    ['3', 'BAD_FORMAT', 'repeat count given without format specifier'],
    ['i\0', 'BAD_FORMAT', 'embedded null character'],
    ['9007199254740992b', 'SIZE_OVERFLOW', 'total struct size too long'],
    [`${'9'.repeat(400)}s`, 'SIZE_OVERFLOW', 'total struct size too long'],
    ['__proto__', 'BAD_FORMAT', 'bad char in struct format'],
  ]
  for (const [format, code, message] of cases)
    it(`${JSON.stringify(format).slice(0, 30)} is refused in CPython's words`, () => {
      assert.throws(() => new Struct(format), refusal(code, message))
      assert.throws(() => pack(format as string), refusal(code, message))
    })
  it('of ninety thousand characters is read in no time, and refused at its end', () => {
    assert.throws(() => new Struct(`${' i'.repeat(45_000)}Z`), refusal('BAD_FORMAT'))
    assert.equal(new Struct(' i'.repeat(45_000)).size, 180_000)
  })
})

describe('names', () => {
  for (const [names, why] of [
    [['a'], 'too few'],
    [['a', 'b', 'c'], 'too many'],
    [['a', 'a'], 'twice the same'],
    [['a', '__proto__'], 'a reserved one'],
    [['constructor', 'b'], 'a reserved one'],
    [['a', 'prototype'], 'a reserved one'],
  ] as const)
    it(`are refused: ${why}`, () => {
      assert.throws(() => new Struct('!HH', names), refusal('BAD_NAMES'))
    })
})

it('a format that is no text is refused like one that is no format', () => {
  for (const wrong of [5, undefined, null, {}]) assert.throws(() => new Struct(wrong as never), refusal('BAD_FORMAT'))
})

describe('code generation', () => {
  /** How often `work` asked for a function made of text. */
  function generated(work: () => void): number {
    const original = globalThis.Function
    let count = 0
    globalThis.Function = new Proxy(original, {
      construct(target, args) {
        count++
        return Reflect.construct(target, args)
      },
    })
    try {
      work()
    } finally {
      globalThis.Function = original
    }
    return count
  }
  const use = (s: Struct<[number], [number | bigint]>) => assert.deepEqual(s.unpack(s.pack(1)), [1])

  it('does not happen before the first use', { skip: !generationAllowed && 'it is forbidden here' }, () => {
    let s: Struct<[number], [number | bigint]> | undefined
    assert.equal(
      generated(() => {
        s = struct('!H', { execution: 'generate' })
      }),
      0,
    )
    assert.ok(generated(() => use(s!)) > 0)
    assert.equal(
      generated(() => use(s!)),
      0,
    )
  })
  it('does not happen, nor is tried, where it is not wanted', () => {
    assert.equal(
      generated(() => use(struct('!H', { execution: 'interpret' }))),
      0,
    )
  })
  it("is what 'auto' does where it is allowed", () => {
    assert.equal(generated(() => use(struct('!H'))) > 0, generationAllowed)
  })
})
