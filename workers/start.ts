/**
 * The worker's entry: `node workers/start.ts`. What a process was given as its environment can be read in /proc by every
 * process of the same user for as long as it lives, and cells run as that user. So before anything else the process
 * becomes itself again without it, by way of a file that lives for that moment [S26].
 */
import { becomeUnreadable } from '#server/config.ts'

becomeUnreadable()
await import('./main.ts')
