/**
 * The format string read by the type checker: `'!HBxI 4s 2q'` becomes the tuple of what it packs and unpacks.
 *
 * One character per step of a tail recursion; a count is unfolded digit by digit (ten times what was, plus the digit), so
 * that `999I` takes three steps. First comes a tuple of kinds, from which all other types are mapped.
 */

/** What unpacking can give. */
export type Value = number | bigint | boolean | Uint8Array
/** What packing can take. */
export type Argument = Value | string

/** The five kinds of values, by one letter each: to 32 bits, 64 bits, floats, truth, bytes. */
interface Unpack {
  i: number
  q: bigint
  f: number
  '?': boolean
  s: Uint8Array
}
interface Pack {
  i: number | bigint
  q: number | bigint
  f: number
  '?': boolean
  s: Uint8Array | string
}
type Kind = keyof Unpack

/** The codes of a format with a prefix, and their kinds. */
interface Standard extends Record<'b' | 'B' | 'h' | 'H' | 'i' | 'I' | 'l' | 'L', 'i'> {
  q: 'q'
  Q: 'q'
  e: 'f'
  f: 'f'
  d: 'f'
  '?': '?'
  c: 's'
  s: 's'
  p: 's'
}
/** Without a prefix, or with `@`: `long`, `size_t` and pointers have 64 bits. */
interface Native extends Omit<Standard, 'l' | 'L'>, Record<'l' | 'L' | 'n' | 'N' | 'P', 'q'> {}

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9'
type Space = ' ' | '\t' | '\n' | '\v' | '\f' | '\r'

/** What a format argument must be when it is a literal that is no format. Its name and text show up in the compiler's error. */
export interface FormatError<Message extends string> {
  readonly formatError: Message
}

/** The kinds in `F`: a tuple, an array when `F` is not known or too long to read, or a {@link FormatError}. */
type Kinds<F extends string> = string extends F
  ? Kind[]
  : Long<F> extends true
    ? Kind[]
    : F extends `${'<' | '>' | '!' | '='}${infer Rest}`
      ? Scan<Rest, Standard>
      : F extends `@${infer Rest}`
        ? Scan<Rest, Native>
        : Scan<F, Native>

type Scan<
  F extends string,
  Table,
  Count extends string = '',
  Found extends unknown[] = [],
> = F extends `${infer C}${infer Rest}`
  ? C extends keyof Table
    ? Scan<
        Rest,
        Table,
        '',
        Count extends ''
          ? [...Found, Table[C]]
          : C extends 's' | 'p'
            ? [...Found, 's']
            : [...Found, ...Repeat<Table[C], Count, Found>]
      >
    : C extends Digit
      ? Scan<Rest, Table, `${Count}${C}`, Found>
      : C extends 'x'
        ? Scan<Rest, Table, '', Found>
        : C extends Space
          ? Count extends ''
            ? Scan<Rest, Table, '', Found>
            : FormatError<'bad char in struct format: a space after a count'>
          : string extends C
            ? Kind[]
            : C extends '\0'
              ? FormatError<'embedded null character'>
              : FormatError<`bad char in struct format: '${C}'`>
  : F extends ''
    ? Count extends ''
      ? Found
      : FormatError<'repeat count given without format specifier'>
    : Kind[]

/** `Count` times `T` up to 999; above that, or when the tuple so far is past 999 or of any length (the checker stops at 10 000), any number. */
type Repeat<T, Count extends string, Found extends unknown[]> = Count extends `0${infer Rest}`
  ? Repeat<T, Rest, Found>
  : Count extends `${Digit}${Digit}${Digit}${Digit}${string}`
    ? T[]
    : Count extends `${Digit}${Digit}${string}`
      ? number extends Found['length']
        ? T[]
        : `${Found['length']}` extends `${Digit}${Digit}${Digit}${Digit}${string}`
          ? T[]
          : Unfold<T, Count>
      : Unfold<T, Count>

type Unfold<
  T,
  Count extends string,
  Done extends unknown[] = [],
> = Count extends `${infer D extends Digit}${infer Rest}`
  ? Unfold<
      T,
      Rest,
      [...[...Done, ...Done, ...Done, ...Done, ...Done, ...Done, ...Done, ...Done, ...Done, ...Done], ...Units<T>[D]]
    >
  : Done

type Units<T> = [
  [],
  [T],
  [T, T],
  [T, T, T],
  [T, T, T, T],
  [T, T, T, T, T],
  [T, T, T, T, T, T],
  [T, T, T, T, T, T, T],
  [T, T, T, T, T, T, T, T],
  [T, T, T, T, T, T, T, T, T],
]

/** Whether `F` has more than 900 characters: the checker gives up (TS2589) after 1000 steps. */
type Long<
  F extends string,
  Steps extends unknown[] = [],
> = F extends `${infer _A}${infer _B}${infer _C}${infer _D}${infer _E}${infer _F}${infer _G}${infer _H}${infer _I}${infer _J}${infer _K}${infer _L}${infer _M}${infer _N}${infer _O}${infer _P}${infer _Q}${infer _R}${infer _S}${infer _T}${infer _U}${infer _V}${infer _W}${infer _X}${infer _Y}${infer Rest}`
  ? Steps['length'] extends 36
    ? true
    : Long<Rest, [...Steps, 0]>
  : false

type Mapped<C, Table> = C extends readonly unknown[]
  ? { [K in keyof C]: C[K] extends keyof Table ? Table[C[K]] : never }
  : never

/** `F` itself when it is a format, or a type that says what is wrong with it. */
export type Format<F extends string> = Kinds<F> extends infer C ? (C extends FormatError<string> ? C : F) : never

/** The tuple that unpacking `F` gives: `Unpacked<'!Hq4s'>` is `[number, bigint, Uint8Array]`. */
export type Unpacked<F extends string> = Mapped<Kinds<F>, Unpack>

/** The tuple that packing `F` takes: `Packed<'!Hq4s'>` is `[number | bigint, number | bigint, string | Uint8Array]`. */
export type Packed<F extends string> = Mapped<Kinds<F>, Pack>

/** One name for each value of `F`. */
export type NamesOf<F extends string> =
  Kinds<F> extends infer C
    ? C extends readonly unknown[]
      ? { readonly [K in keyof C]: string }
      : readonly string[]
    : never

type Zip<Names, C, Table> = {
  [K in Exclude<keyof Names, keyof (readonly unknown[])> as Names[K] & string]: K extends keyof C
    ? C[K] extends keyof Table
      ? Table[C[K]]
      : never
    : never
}
/** The same type, but shown as what it is and not by the name of what made it. */
type Plain<T> = T extends infer O ? { [K in keyof O]: O[K] } : never

/** The object that unpacking `F` with names gives: `UnpackedObject<'!Hf', ['id', 'hz']>` is `{ id: number; hz: number }`. */
export type UnpackedObject<F extends string, Names> = Plain<Zip<Names, Kinds<F>, Unpack>>
/** The object that packing `F` with names takes. */
export type PackedObject<F extends string, Names> = Plain<Zip<Names, Kinds<F>, Pack>>
