import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'

export const NAME_MAX = 80

export function checkWorkspaceName(text: string): Outcome<string, 'name-invalid'> {
  const name = text.trim()
  if (name === '' || name.length > NAME_MAX) return refuse('name-invalid', `Give the workspace a name of at most ${NAME_MAX} characters.`)
  return accept(name)
}
