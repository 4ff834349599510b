/**
 * The doorway of the rooms: so many people are asked who they are at once, and the rest stand in line. When thousands come
 * back in the same moment, those who are in go on typing meanwhile.
 */
export interface Doorway {
  /** Whether the line is as long as it may be: who comes now is to come again later. */
  readonly isFull: boolean
  /** Begins the work when it is its turn. */
  enter(work: () => Promise<void>): Promise<void>
}

export function createDoorway(places: number, lineMax = Infinity): Doorway {
  const line: (() => void)[] = []
  let free = places

  async function enter(work: () => Promise<void>): Promise<void> {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => line.push(resolve))
    try {
      await work()
    } finally {
      const next = line.shift()
      // In a turn of its own: what has come from those who are in is read first.
      if (next === undefined) free += 1
      else setImmediate(next)
    }
  }
  return {
    enter,
    get isFull() {
      return line.length >= lineMax
    },
  }
}
