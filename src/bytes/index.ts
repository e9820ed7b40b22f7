export { fromHex, toHex } from './hex.js'
export { Output } from './output.js'
export { showBytes, showText } from './show.js'
