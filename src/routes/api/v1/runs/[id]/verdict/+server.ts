/** Whether an exact re-run came out as the run that it repeats. */
import { idParams } from '#lib/server/api-schemas.ts'
import { readVerdict } from '#lib/server/door.ts'
import { route } from '#lib/server/route.ts'
import { verdictSchema } from '#lib/server/run-schemas.ts'
import { whileWanted } from '#lib/server/while-wanted.ts'

export const GET = route({ name: 'read-verdict', summary: 'Verdict of an exact re-run', description: 'Compares the rows of each table with those of the first run, in whatever order they are.', params: idParams, response: verdictSchema },
  ({ deps, actor, params, event }) => whileWanted(event, (signal) => readVerdict(deps, actor, params.id, signal)))
