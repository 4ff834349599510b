/** Sources have LF line ends only, so that offsets and digests are the same in every browser and on the server. */
export const plainSource = (text: string): string => text.replace(/\r\n?/g, '\n')
