/** Loaded into a server by `hold.mjs`: whatever its parent says is answered with what memory it uses, garbage collected. */
process.on('message', async () => {
  // Twice, with a turn between: what the first collection frees may hold something that the second can.
  for (let i = 0; i < 2; i++) {
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send({ rss, heap: heapUsed + external })
})
process.channel.unref()
