// Fetches the pinned jars of spark/jars.txt, each checked by its sum, into the folder named on the command line.
import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fetchJars } from '../../server/bootstrap/steps/jars.mjs'

const target = process.argv[2]
if (!target) throw new Error('Name the folder for the jars.')
const ctx = { env: process.env, signal: new AbortController().signal, logFile: () => join('/tmp', 'jars.log') }
const { folder } = await fetchJars(ctx, (progress) => console.log(progress))
mkdirSync(target, { recursive: true })
for (const name of readdirSync(folder).filter((file) => file.endsWith('.jar'))) cpSync(join(folder, name), join(target, name))
