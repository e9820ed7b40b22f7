/** A frame without a body: a heartbeat, where no message is empty. */
import { Output } from '../bytes/index.js'
import type { Framing } from '../framing/index.js'

export function writeEmptyFrame(framing: Framing, output: Output): void {
  framing.finish(output, framing.begin(output))
}

/** Whether a framing can say nothing and be heard. */
export function carriesEmptyFrames(framing: Framing): boolean {
  const output = new Output()
  const decoder = framing.decoder()
  try {
    writeEmptyFrame(framing, output)
    decoder.write(output.copy())
    return decoder.read() && decoder.start === decoder.end
  } catch {
    return false
  }
}
