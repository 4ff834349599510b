/** What `work` gives, or `otherwise` after so long. */
export async function within<T>(ms: number, work: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<T>((resolve) => {
    // After what has come in meanwhile was read: this process itself may have been busy.
    timer = setTimeout(() => setImmediate(() => resolve(otherwise)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
