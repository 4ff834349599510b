// Postgres and MinIO come back by themselves when they are killed under us: web and worker
// reconnect to the same address. We look once a second instead of listening for the end,
// because a store taken over from a killed start is not our child.
import { startTime } from '../processes.mjs'

const everyMs = 1000
const afterFailureMs = 10_000

/** `start()` resolves to `{ process, env, stop, data }`; `stop` of the answer ends it for good. */
export async function keepRunning(name, start, say) {
  let service = await start()
  let restart
  let notBefore = 0

  async function startAgain() {
    say(`${name} ended by itself and is started again.`)
    try {
      service = await start()
    } catch (error) {
      say(error.message)
      notBefore = Date.now() + afterFailureMs
    }
    restart = undefined
  }
  const timer = setInterval(() => {
    const isGone = startTime(service.process.pid) !== service.process.started
    if (isGone && !restart && Date.now() > notBefore) restart = startAgain()
  }, everyMs)
  timer.unref()

  async function stop() {
    clearInterval(timer)
    await restart
    await service.stop()
  }
  return { env: service.env, data: service.data, stop }
}
