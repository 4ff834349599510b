/** Sources have LF line ends only and no byte-order marks, so that offsets and digests are the same in every browser and on the server: an editor keeps neither. */
export const plainSource = (text: string): string => text.replace(/\r\n?/g, '\n').replaceAll('\uFEFF', '')
