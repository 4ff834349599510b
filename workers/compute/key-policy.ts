/**
 * What the keys of a workspace may do in the object store: everything below its own prefix, reading below the shared
 * samples, nothing else. Listings are bound to those prefixes, so other workspaces' names stay unknown too. Pure.
 */
import type { WorkspaceId } from '#lib/domain/ids.ts'

export function keyPolicy(bucket: string, workspaceId: WorkspaceId): string {
  const all = `arn:aws:s3:::${bucket}`
  const own = `ws/${workspaceId}`
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'], Resource: [`${all}/${own}`, `${all}/${own}/*`] },
      { Effect: 'Allow', Action: ['s3:GetObject'], Resource: [`${all}/samples`, `${all}/samples/*`] },
      { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: [all], Condition: { StringLike: { 's3:prefix': [own, `${own}/*`, 'samples', 'samples/*'] } } },
      { Effect: 'Allow', Action: ['s3:GetBucketLocation'], Resource: [all] },
    ],
  })
}
