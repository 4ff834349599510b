/** The size of a base64 picture from its first bytes (PNG, GIF, JPEG), so that its place is kept before it is drawn. */
export interface ImageSize {
  width: number
  height: number
}

const PREFIX_CHARS = 64 * 1024

export function readImageSize(base64: string): ImageSize | null {
  const clean = base64.slice(0, PREFIX_CHARS).replace(/\s/g, '')
  const bytes = decode(clean.slice(0, clean.length - (clean.length % 4)))
  if (bytes === null || bytes.length < 24) return null
  const view = new DataView(bytes.buffer)
  if (view.getUint32(0) === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) }
  if (view.getUint32(0) === 0x47494638) return { width: view.getUint16(6, true), height: view.getUint16(8, true) }
  if (view.getUint16(0) === 0xffd8) return jpegSize(view)
  return null
}

function decode(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  } catch {
    return null
  }
}

/** Walks the segments to the frame header (SOF0 to SOF15, without DHT, JPG and DAC). */
function jpegSize(view: DataView): ImageSize | null {
  let at = 2
  while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    at += 2 + view.getUint16(at + 2)
  }
  return null
}
