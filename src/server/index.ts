export { AddressError, AddressSet } from './address-set.js'
export { Admission, type AdmissionOptions, type Refusal } from './admission.js'
export type { Handlers } from './handlers.js'
export {
  createServer,
  type Listening,
  type Server,
  ServerClosedError,
  type ServerErrorContext,
  type ServerInfo,
  type ServerOptions,
} from './server.js'
