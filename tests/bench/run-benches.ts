/** Which benches are asked for, and running them one after another: what the machine does before each is told, one that fails is said and hides no other. */
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { Figure } from './measure.ts'

export interface BenchRecord {
  bench: string
  /** Of the last minute, before it began: the product's own start, or the benchmark before, is in it. */
  loadBefore: number
  figures: Figure[]
  /** Why it has none. */
  failed: string | null
}

/** All of them when none is named. A word with a dash in front is somebody else's. */
export function chooseBenches(words: readonly string[], names: readonly string[]): Outcome<string[]> {
  const asked = words.filter((word) => !word.startsWith('-'))
  const unknown = asked.filter((word) => !names.includes(word))
  if (unknown.length > 0) return refuse('unknown-bench', `There is no benchmark ${unknown.map((word) => `“${word}”`).join(' and ')}. There are: ${names.join(', ')}.`)
  return accept(names.filter((name) => asked.length === 0 || asked.includes(name)))
}

export async function runBenches(chosen: readonly string[], run: (name: string) => Promise<Figure[]>, load: () => number, say: (line: string) => void): Promise<BenchRecord[]> {
  const records: BenchRecord[] = []
  for (const bench of chosen) {
    const loadBefore = load()
    say(`${bench}: begins, load average ${loadBefore}`)
    try {
      records.push({ bench, loadBefore, figures: await run(bench), failed: null })
    } catch (error) {
      const failed = error instanceof Error ? error.message : String(error)
      say(`${bench}: failed: ${error instanceof Error ? error.stack : failed}`)
      records.push({ bench, loadBefore, figures: [], failed })
    }
  }
  return records
}
