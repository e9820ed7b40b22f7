export {
  DEFAULT_MAX_FRAME_LENGTH,
  type FrameDecoder,
  FrameSizeError,
  type Framing,
  FramingError,
  type FramingErrorCode,
} from './framing.js'
export { type LengthPrefixOptions, lengthPrefix } from './length-prefix.js'
export { type Splitter, StreamDecoder } from './stream-decoder.js'
