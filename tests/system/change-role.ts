/** An owner changes what a colleague may do in the workspace. */
import type { Person } from './people.ts'

export async function changeRole(owner: Person, mate: Person, role: string): Promise<void> {
  const workspaces = await owner.call<{ id: string; slug: string }[]>('GET', '/workspaces')
  const id = workspaces.find((workspace) => workspace.slug === 'harbour')?.id
  const members = await owner.call<{ userId: string; email: string }[]>('GET', `/workspaces/${id}/members`)
  await owner.call('PATCH', `/workspaces/${id}/members/${members.find((member) => member.email === mate.email)?.userId}`, { role })
}
