/** A photograph made small: drawn anew, it holds no place, no device and no name any more. */
import type { Photo } from "./queue"

export const MOST_PHOTOS = 6
const LONGEST_SIDE = 1600
const QUALITY = 0.82

/** The size at which it is kept. */
export function fitted(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** The picture of a file, small. @throws what the browser says where it is no picture. */
export async function photoOf(file: Blob, name: string): Promise<Photo> {
  const picture = await createImageBitmap(file)
  const canvas = document.createElement("canvas")
  Object.assign(canvas, fitted(picture.width, picture.height))
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY))
  if (!small) throw new TypeError("the picture cannot be drawn")
  return { name, bytes: await small.arrayBuffer(), file: null }
}

/** Draws a kept photograph; an address of it would need a hole in the content security policy. */
export async function show(photo: Photo, canvas: HTMLCanvasElement): Promise<void> {
  const picture = await createImageBitmap(new Blob([photo.bytes], { type: "image/jpeg" }))
  const high = 96
  canvas.height = high
  canvas.width = Math.round((picture.width / picture.height) * high)
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
}
