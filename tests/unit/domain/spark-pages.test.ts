/** Which of Spark's own pages are shown, where they lead, and under which policy [S29]. */
import { describe, expect, it } from 'vitest'
import { checkPagesPath, pagesLocation, pagesPolicy, withStorage } from '#lib/domain/spark-pages.ts'

const BASE = '/harbour/compute/c/spark-ui/p/x'

describe('Spark’s pages', () => {
  it.each(['/', '/jobs/', '/jobs', '/jobs/job/', '/stages/stage/', '/SQL/execution/', '/executors/', '/static/webui.css', '/environment/', '/connect/session/', '/api/v1/applications/local-1/allexecutors'])('are shown: %s', (path) => expect(checkPagesPath(path).ok).toBe(true))

  it.each([
    'jobs/', '', '/kill', '/jobs/job/kill/', '/stages/stage/kill', '/stages/stage/KILL/', '/stages/stage/%6bill/', '/stages/stage/%256bill/', '/executors/threadDump/', '/executors/heapHistogram/',
    '/api/v1/applications/x/logs', '/api/v1/applications/x/executors/driver/threads', '/api/v2/x', '/api/', '/metrics/json', '/driver', '/jobs/../kill', '/jobs/%2e%2e/x', '/jobs//x', '//evil.example/', '/jobs\\x', '/jobs/%', '/jobs/a%00b', '/static/a%2Fb', `/jobs/${'x'.repeat(2000)}`,
  ])('are not shown: %s', (path) => expect(checkPagesPath(path)).toMatchObject({ ok: false, reason: 'pages-path-refused' }))

  it.each([
    ['http://127.0.0.1:4040/jobs/', `${BASE}/jobs/`], [`${BASE}/stages/?a=1`, `${BASE}/stages/?a=1`], ['/SQL/?x=y', `${BASE}/SQL/?x=y`],
    ['javascript:alert(1)', null], ['https://evil.example/other', null], ['/jobs/job/kill/?id=1', null],
  ])('lead on below themselves only: %s', (location, to) => expect(pagesLocation(location, BASE)).toBe(to))

  it('S29: have no origin of the app, and reach nothing but themselves', () => {
    const policy = pagesPolicy('https://harbour.example/h/compute/c/spark-ui/p/x/')
    expect(policy).toMatch(/^sandbox allow-scripts allow-forms; default-src 'none'/)
    expect(policy).not.toMatch(/allow-same-origin|allow-top-navigation|allow-popups|'self'|\*/)
    for (const directive of policy.split('; ').filter((one) => /^(connect|form)/.test(one))) expect(directive.split(' ').slice(1)).toEqual(['https://harbour.example/h/compute/c/spark-ui/p/x/'])
  })

  it('get a storage that forgets, before their first script', () => {
    expect(withStorage('<!DOCTYPE html><html><head lang="en"><script>1</script></head></html>')).toMatch(/<head lang="en"><script>for \(const name of/)
  })
})
