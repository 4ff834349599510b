/** Access of one web process: who is connected, the notices of changed rights, and the round in which everybody is asked anyway. */
import { randomUUID } from 'node:crypto'
import type { Log } from '../log.ts'
import type { Access, Concern, Whom } from './access.ts'
import { createAskingLine, type Asked } from './asking-line.ts'
import { isConcerned, readNotice, writeNotice } from './notice.ts'

export interface AccessTimes {
  /** With one part of it and an answer: how long a right can outlast a notice that was lost. Together below 30 s. */
  roundMs: number
}

const TIMES: AccessTimes = { roundMs: 24_000 }
/** In each part of a round its share of all is asked, so that they never come to the database at once. */
const PARTS = 24
/** Who came by a link is asked in each so-manieth part. */
const BY_LINK_PARTS = 4
/** So long it may take from reading who asks to being watched: a session, a role, the loading of a room. */
const COMING_IN_MS = 15_000

interface Watched extends Asked {
  whom: () => Whom | null
  isByLink: () => boolean
}

export function createAccess({ log }: { log: Log }, { roundMs }: AccessTimes = TIMES): Access {
  const processId = randomUUID().slice(0, 8)
  const line = createAskingLine(log)
  const parts = Array.from({ length: PARTS }, () => new Set<Watched>())
  let recent: { concern: Concern; number: number; at: number }[] = []
  let notices = 0
  let at = 0
  let send: (notice: string) => void = () => {}

  const isMeant = (concern: Concern, { whom }: Watched): boolean => {
    const now = whom()
    return now !== null && isConcerned(concern, now)
  }
  const isMeantSince = (since: number, one: Watched): boolean => recent.some(({ concern, number }) => number > since && isMeant(concern, one))
  const forgetOld = (): void => void (recent = recent.filter((notice) => notice.at > Date.now() - COMING_IN_MS))

  function take(concern: Concern): void {
    forgetOld()
    notices += 1
    recent.push({ concern, number: notices, at: Date.now() })
    for (const part of parts) for (const one of part) if (isMeant(concern, one)) line.add(one, true)
  }

  const timer = setInterval(() => {
    at = (at + 1) % PARTS
    for (const [index, part] of parts.entries()) {
      if (index === at) part.forEach((one) => line.add(one, false))
      else if (index % BY_LINK_PARTS === at % BY_LINK_PARTS) part.forEach((one) => one.isByLink() && line.add(one, false))
    }
  }, roundMs / PARTS)
  timer.unref()

  return {
    watch: ({ whom, isByLink = () => false, ask, heed }) => {
      const one: Watched = {
        whom, isByLink,
        ask: async () => {
          const since = notices
          const answer = await ask()
          return () => {
            heed(answer)
            // By now they may be somebody whom a notice of meanwhile concerns: a former member goes on as the guest of a link.
            if (part.has(one) && isMeantSince(since, one)) line.add(one, true)
          }
        },
      }
      const part = parts.reduce((least, each) => (each.size < least.size ? each : least))
      part.add(one)
      forgetOld()
      if (isMeantSince(0, one)) line.add(one, true)
      return () => {
        part.delete(one)
        line.remove(one)
      }
    },
    changed: (concern) => {
      take(concern)
      send(writeNotice({ concern, from: processId }))
    },
    carryBy: (way) => void (send = way),
    receive: (notice) => {
      const { concern, from } = readNotice(notice)
      if (from !== processId) take(concern)
    },
    close: () => {
      clearInterval(timer)
      line.close()
    },
  }
}
