export {
  AUTH_LIMITS,
  type Authentication,
  type Authenticator,
  type AuthStep,
  type Identity,
  type MacStep,
  type RandomStep,
} from './authentication.js'
export { type ChallengeOptions, challenge } from './challenge.js'
export { AuthError, type AuthErrorCode, AuthUsageError, type AuthUsageErrorCode } from './errors.js'
export { type AuthenticationRules, defineAuthentication } from './handshake.js'
export { MAC_LENGTH } from './mac-length.js'
export { type MultiprocessingOptions, multiprocessing } from './multiprocessing.js'
export { multiprocessingFraming } from './multiprocessing-framing.js'
export { type Hear, hear, mac, type Need, random, type Script } from './script.js'
export { Secret } from './secret.js'
export { timingSafeEqual } from './timing-safe-equal.js'
