/**
 * The web process: `node server/main.ts` after `vite build`. With `WEB_PROCESSES` above 1 it is the first of several at one
 * address.
 */
import cluster from 'node:cluster'
import { configOrExit } from './config.ts'
import { runProcesses } from './processes/run-processes.ts'
import { runWeb } from './run-web.ts'

const config = configOrExit()
if (config.webProcesses > 1 && cluster.isPrimary) runProcesses(config)
else await runWeb(config)
