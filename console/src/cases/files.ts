/** Files of a case: where they are had, and how one is sent. */
import { ask, type Schemas, problemOf } from "@/api/client"

export type File_ = Schemas["Attachment"]

const TYPES: Readonly<Record<string, string>> = {
  jpg: "image/jpeg", jpeg: "image/jpeg", png: "image/png", webp: "image/webp",
  pdf: "application/pdf", mp3: "audio/mpeg", wav: "audio/wav", mp4: "video/mp4",
}
export const ACCEPTED = ".jpg,.jpeg,.png,.webp,.pdf,.mp3,.wav,.mp4,.docx,.xlsx"

export const fileAddress = (number: string, file: number): string =>
  `/api/v1/tickets/${encodeURIComponent(number)}/attachments/${file}`

/** What a file says it is; the server looks at its bytes anyway. */
export const typeOf = (name: string): string =>
  TYPES[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream"

/** Keeps a file for the case. @throws Problem: of a kind that is not taken, or too large. */
export async function send(number: string, file: File): Promise<File_> {
  const place = `/api/v1/tickets/${encodeURIComponent(number)}/attachments`
  const sent = fetch(`${place}?name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    body: file,
    headers: { "Content-Type": typeOf(file.name) },
  })
  return await ask(sent.then(answerOf))
}

async function answerOf(response: Response): Promise<{ data?: File_; error?: unknown; response: Response }> {
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) return { error: problemOf(response, body), response }
  return { data: body as File_, response }
}

/** Bytes as people write them. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const kilobytes = bytes / 1024
  return kilobytes < 1024 ? `${Math.round(kilobytes)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`
}
