export {
  asConfigurable,
  type Configurable,
  choice,
  configurable,
  duration,
  flag,
  parseDuration,
  type ServiceOption,
  type ServiceOptionTable,
  ServiceUsageError,
  type ServiceValues,
  text,
} from './configurable.js'
export { type CallIo, type Endpoint, isService, type Service, type ServiceOptions, service } from './service.js'
