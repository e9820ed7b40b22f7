export { checkFit, type Fit, showProgress } from './check-fit.js'
export { chunks } from './chunks.js'
export { cobs } from './cobs.js'
export { datagram } from './datagram.js'
export { defineFraming, type FramingOptions, type FramingRules } from './define.js'
export { delimiter } from './delimiter.js'
export {
  FrameSizeError,
  FramingError,
  type FramingErrorCode,
  type FramingErrorFacts,
  FramingUsageError,
} from './errors.js'
export { fixedLength, records } from './fixed-length.js'
export { DEFAULT_MAX_FRAME_LENGTH, type FrameDecoder, type FrameHandler, type Framing } from './framing.js'
export { FRAMING_KINDS, type FramingParts, framingFrom } from './from-description.js'
export type { LengthCounts, LengthPrefixOptions } from './length-layout.js'
export { lengthPrefix } from './length-prefix.js'
export { type LinesOptions, lines } from './lines.js'
export { netstring } from './netstring.js'
export { parseFraming } from './parse.js'
export { type BoundaryScanner, type Grammar, selfDelimiting } from './self-delimiting.js'
export { type SlipOptions, slip } from './slip.js'
export { showFraming } from './spelling.js'
export { type Splitter, StreamDecoder } from './stream-decoder.js'
export { type VarintPrefixOptions, varintPrefix } from './varint-prefix.js'
export { guessSpeaker } from './wrong-speaker.js'
