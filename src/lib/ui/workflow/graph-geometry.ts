/** Where the boxes and lines of a workflow's drawing stand: one column per layer, steps below each other. Pure. */
import { findCycle, layerSteps } from '#lib/domain/workflow-plan.ts'
import type { Step } from '#lib/domain/workflow.ts'

export const BOX = { width: 204, height: 62 } as const
const GAP = { x: 56, y: 22 } as const
const MARGIN = 2

export interface Drawing {
  boxes: { key: string; x: number; y: number }[]
  lines: { from: string; to: string; path: string }[]
  width: number
  height: number
}

export function drawSteps(steps: readonly Pick<Step, 'key' | 'dependsOn'>[]): Drawing {
  const known = new Set(steps.map((step) => step.key))
  const sound = steps.map(({ key, dependsOn }) => ({ key, dependsOn: dependsOn.filter((other) => known.has(other)) }))
  // While steps are edited there may be a cycle: then they stand in one column, without lines, until it is gone.
  const isSound = findCycle(sound) === null
  const layers = isSound ? layerSteps(sound) : new Map(sound.map(({ key }) => [key, 0]))
  const columns = Math.max(0, ...layers.values()) + 1
  const filled = Array.from({ length: columns }, () => 0)
  const counts = Map.groupBy(sound, ({ key }) => layers.get(key)!)
  const tallest = Math.max(1, ...[...counts.values()].map((column) => column.length))
  const boxes = sound.map(({ key }) => {
    const column = layers.get(key)!
    const row = filled[column]!++
    const free = (tallest - counts.get(column)!.length) / 2
    return { key, x: MARGIN + column * (BOX.width + GAP.x), y: MARGIN + (row + free) * (BOX.height + GAP.y) }
  })
  const at = new Map(boxes.map((box) => [box.key, box]))
  const lines = !isSound ? [] : sound.flatMap(({ key, dependsOn }) => dependsOn.map((from) => ({ from, to: key, path: curve(at.get(from)!, at.get(key)!) })))
  return { boxes, lines, width: columns * (BOX.width + GAP.x) - GAP.x + 2 * MARGIN, height: tallest * (BOX.height + GAP.y) - GAP.y + 2 * MARGIN }
}

function curve(from: { x: number; y: number }, to: { x: number; y: number }): string {
  const [x1, y1, x2, y2] = [from.x + BOX.width, from.y + BOX.height / 2, to.x - 5, to.y + BOX.height / 2]
  const bend = Math.max(24, (x2 - x1) / 2)
  return `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`
}
