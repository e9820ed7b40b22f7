#!/usr/bin/env node
/** The `wirewright` command. Nothing is loaded here but what makes loading fast. */
import * as modules from 'node:module'

// Node 22.1 and newer keep what they compiled; `run.js` is imported only now so that it is kept, too.
;(modules as { enableCompileCache?: () => void }).enableCompileCache?.()
await import('./run.js')
