export { Random } from '../transport/index.js'
export { type Explored, type ExploreOptions, explore } from './explore.js'
export { type Simulation, type SimulationOptions, simulation } from './simulation.js'
export { SimulationError, type SimulationErrorCode } from './simulation-error.js'
