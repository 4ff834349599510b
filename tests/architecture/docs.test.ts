/** The pages of docs/, the READMEs and the decisions: each file that they name is there, and so is each page that they lead to. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from './read-source.ts'

const TOP = ['src', 'server', 'workers', 'spark', 'docker', 'tests', 'docs']
const SKIP = new Set(['node_modules', '__pycache__', '.pytest_cache'])
const CODE = /\.(ts|mjs|js|py|svelte|yaml|sql)$/

const paths = TOP.flatMap(walk)
const folders = new Set(paths.flatMap((path) => path.split('/').slice(0, -1).map((_, at, parts) => parts.slice(0, at + 1).join('/'))))
/** Pages may leave out the beginning, and the walks the ending: `rooms/update-relay` is server/rooms/update-relay.ts. */
const shortNames = new Set([...paths, ...folders].flatMap((path) => {
  const parts = path.split('/')
  const tails = parts.map((_, at) => parts.slice(at).join('/'))
  return [...tails, ...tails.map((tail) => tail.replace(/(\.svelte)?\.\w+$/, ''))]
}))
/** What a shortened path begins with: the folders of the application and of src/lib. */
const shortBeginnings = new Set(['src/lib', 'server', 'workers'].flatMap((folder) => readdirSync(join(ROOT, folder), { withFileTypes: true }).filter((one) => one.isDirectory()).map((one) => one.name)))

function walk(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (SKIP.has(entry.name)) return []
    return entry.isDirectory() ? walk(path) : [path]
  })
}

const pages = ['README.md', ...paths.filter((path) => path.endsWith('.md'))]
const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8')

/** The words of a page's `code` and of its blocks. */
function wordsOf(text: string): string[] {
  const blocks = [...text.matchAll(/```\w*\n([\s\S]*?)```/g)].map((match) => match[1]!)
  const spans = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!)
  return [...blocks, ...spans].flatMap((code) => code.split(/\s+/)).map((word) => word.replace(/[:,;]$/, ''))
}

/** Why a word that looks like a path of the repository is none; null when it is one, or does not look like it. */
function problemOf(word: string): string | null {
  if (!/^[\w.[\]()-]+(\/[\w.[\]()-]+)*\/?$/.test(word)) return null
  const path = word.replace(/\/$/, '')
  const [first = ''] = path.split('/')
  if (TOP.includes(first) && path.includes('/')) return existsSync(join(ROOT, path)) ? null : 'is not there'
  const isShort = path.includes('/') && !word.endsWith('/') && shortBeginnings.has(first)
  if (isShort || (CODE.test(path) && !path.startsWith('.'))) return shortNames.has(path) ? null : 'is the end of no path'
  return null
}

describe('the pages', () => {
  it('are found', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/walks.md', 'docker/README.md', 'spark/README.md']))
  })

  it.each(pages)('%s names only files that are there', (page) => {
    const wrong = wordsOf(read(page)).flatMap((word) => {
      const problem = problemOf(word)
      return problem === null ? [] : [`${word} ${problem}`]
    })
    expect([...new Set(wrong)]).toEqual([])
  })

  it.each(pages)('%s leads only to pages that are there', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map((match) => match[1]!)
    expect(links.filter((link) => !existsSync(join(ROOT, normalize(join(dirname(page), link)))))).toEqual([])
  })

  it('would see a file that is not there', () => {
    expect(['server/rooms/no-such-room.ts', 'rooms/no-such-relay', 'no-such-file.py', 'docs/none.md'].map(problemOf)).not.toContain(null)
    expect(['server/rooms/room.ts', 'rooms/update-relay', 'room.ts', 'live/room.svelte.ts', 'text/event-stream', '/api/v1', 'ws/results'].map(problemOf)).toEqual(Array(7).fill(null))
  })
})
