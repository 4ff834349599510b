/**
 * Sets values of a notebook's inputs, in its room, so that everybody sees them. It is for who may run: a runner may not
 * change the document, so the room refuses their own edits, and this changes values only, never a definition.
 */
import { setInputValue } from '#lib/document/set-input-value.ts'
import { chooseParameters, inputsOf, type Parameters } from '#lib/domain/parameter.ts'
import { accept, type Outcome } from '#lib/domain/outcome.ts'
import type { Actor } from '../auth/actor.ts'
import type { Deps } from '../deps.ts'
import { authorizeNotebook, type AuthorizeRefusal } from '../workspaces/authorize.ts'
import { memberIdOf } from './list-notebooks.ts'

export type SetInputsRefusal = AuthorizeRefusal | 'parameter-unknown' | 'parameter-wrong'

export async function setInputs(deps: Pick<Deps, 'db' | 'rooms'>, actor: Actor | null, input: { notebookId: string; values: Record<string, unknown> }): Promise<Outcome<{ values: Parameters }, SetInputsRefusal>> {
  const allowed = await authorizeNotebook(deps, actor, input.notebookId, 'run:request')
  if (!allowed.ok) return allowed
  const { id } = allowed.value
  const { cells } = await deps.rooms.read(id)
  const inputs = inputsOf(cells)
  const values = chooseParameters(inputs, input.values)
  if (!values.ok) return values
  const wanted = Object.keys(input.values)
  await deps.rooms.edit(id, memberIdOf(actor), (doc) => {
    for (const name of wanted) {
      const cell = inputs.get(name)?.cellId
      if (cell !== undefined) setInputValue(doc, cell, values.value[name] ?? null)
    }
  })
  return accept({ values: values.value })
}
