// Debian packages, installed only when we are root on a machine with apt.
// One at a time: two apt processes would meet on the same lock.
import { existsSync } from 'node:fs'
import { run } from './run.mjs'

let queue = Promise.resolve()

export function canInstallPackages() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
}

export function installPackage(ctx, name, report) {
  const work = queue.then(() => install(ctx, name, report))
  queue = work.catch(() => {})
  return work
}

async function install(ctx, name, report) {
  const options = { env: { ...ctx.env, DEBIAN_FRONTEND: 'noninteractive' }, signal: ctx.signal, logFile: ctx.logFile('apt') }
  report(`installing the system's package ${name}`)
  await run('apt-get', ['update', '-q'], options)
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], options)
}
