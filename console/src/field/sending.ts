/** One entry of the queue, sent: the report, its photographs one by one, the command that names them. */
import { ask, client, problemOf } from "@/api/client"
import { type Entry, keyOf } from "./queue"

type Keep = (entry: Entry) => Promise<void>

const keyed = (key: string): { headers: Record<string, string> } => ({ headers: { "Idempotency-Key": key } })

/**
 * Sends what is not there yet; each part that arrived is kept before the next one leaves.
 * @returns the entry, done. @throws Problem: refused, or nobody answered.
 */
export async function send(entry: Entry, keep: Keep): Promise<Entry> {
  let now = await reported(entry, keep)
  for (const [place, photo] of now.photos.entries()) {
    if (photo.file !== null) continue
    const file = await attached(now, place)
    now = { ...now, photos: now.photos.map((one, at) => (at === place ? { ...one, file } : one)) }
    await keep(now)
  }
  if (now.command) await moved(now)
  return { ...now, state: "done", photos: [], tried: null }
}

async function reported(entry: Entry, keep: Keep): Promise<Entry> {
  if (!entry.report || entry.number) return entry
  const filed = await ask(client.POST("/api/v1/field/reports", { body: entry.report, ...keyed(keyOf(entry)) }))
  const now = { ...entry, number: filed.ticket_number, tried: null }
  await keep(now)
  return now
}

async function attached(entry: Entry, place: number): Promise<number> {
  const photo = entry.photos[place]
  const address = `/api/v1/tickets/${encodeURIComponent(entry.number)}/attachments`
  const query = `?name=${encodeURIComponent(photo?.name ?? "")}`
  // A photo's key stays when its command is confirmed anew: the photo is the same.
  const headers = { "Content-Type": "image/jpeg", "Idempotency-Key": `${entry.id}.photo.${place}` }
  const sent = fetch(address + query, { method: "POST", body: photo?.bytes ?? null, headers })
  const answer = sent.then(async (response) => {
    const body: unknown = await response.json().catch(() => null)
    if (!response.ok) return { error: problemOf(response, body), response }
    return { data: Reflect.get(Object(body), "number") as unknown, response }
  })
  return Number(await ask(answer))
}

async function moved(entry: Entry): Promise<void> {
  if (!entry.command) return
  const files = entry.photos.flatMap((photo) => (photo.file === null ? [] : [photo.file]))
  const body = { ...entry.command, attachments: [...(entry.command.attachments ?? []), ...files] }
  const params = { path: { number: entry.number } }
  await ask(client.POST("/api/v1/tickets/{number}/moves", { params, body, ...keyed(keyOf(entry)) }))
}
