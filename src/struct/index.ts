export type { Execution } from '../bytes/index.js'
export { StructDataError, type StructDataErrorCode, StructError, type StructErrorCode } from './errors.js'
export type {
  Argument,
  Format,
  FormatError,
  Packed,
  PackedObject,
  Unpacked,
  UnpackedObject,
  Value,
} from './format-types.js'
export { calcsize, iterUnpack, pack, packInto, struct, unpack, unpackFrom } from './functions.js'
export { type Bytes, type Columns, type PackArguments, Struct, type StructOptions } from './struct.js'
