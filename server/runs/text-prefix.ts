/** Where the parts of a long text lie in the bucket: below its run, so that who may read the run may read them. */
export const textPrefix = (run: { id: string; workspaceId: string }, textId: string): string => `ws/${run.workspaceId}/texts/${run.id}/${textId}/`
