/** A name as SQL takes it, whatever is in it. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`
