import { expect, it } from 'vitest'
import { readLogLines } from '#lib/ui/compute/read-log-lines.ts'

it('turns JSON lines into sentences, keeps the first line of an error, and leaves the rest as it is', () => {
  const text = [
    'WARNING: Using incubator modules',
    '{"level":"info","time":"2026-11-23T21:41:11.426Z","component":"compute","logger":"SparkConnectServer","msg":"Spark Connect server started at: 127.0.0.1:15002"}',
    '{"level":"error","time":"2026-11-23T22:02:50.817Z","logger":"ErrorUtils","msg":"RPC error","error":"SparkException: closed\\n\\tat a.b(C.scala:1)"}',
    '{"half a line', '{"no":"message"}', '',
  ].join('\n')
  expect(readLogLines(text).split('\n')).toEqual([
    'WARNING: Using incubator modules',
    '21:41:11 info SparkConnectServer: Spark Connect server started at: 127.0.0.1:15002',
    '22:02:50 error ErrorUtils: RPC error', '    SparkException: closed',
    '{"half a line', '{"no":"message"}',
  ])
})
