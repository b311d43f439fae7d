/** A new case, reported from the spot: by the phone's place, or in the reporter's own cell. */
import { computed, ref } from "vue"
import { person, useField } from "./field"
import type { Place } from "./place"
import type { Report } from "./queue"
import { useDraft } from "./useDraft"

export const REPORT = "report"
const OWN_CELL = /^\d{12}(\d{3})?$/ // a village or a basic grid; more is no place
const EMPTY = { item: "", words: "", address: "", urgent: "", own: "" }

export type Lacking = "item" | "what" | "where"

/** What is still missing. */
export function lacks(text: typeof EMPTY, place: Place | null, grid: string): Lacking | null {
  if (!text.item) return "item"
  if (!text.words.trim()) return "what"
  const isPlaced = place !== null || text.address.trim() !== "" || ownCell(text, grid) !== null
  return isPlaced ? null : "where"
}

const ownCell = (text: typeof EMPTY, grid: string): string | null => (text.own && OWN_CELL.test(grid) ? grid : null)

/** What is sent. The phone's place goes before the cell. */
export const reportOf = (text: typeof EMPTY, place: Place | null, grid: string): Report => ({
  item: text.item,
  words: text.words.trim(),
  address: text.address.trim(),
  ...(place
    ? { longitude: place.longitude, latitude: place.latitude, cell: null }
    : { longitude: null, latitude: null, cell: ownCell(text, grid) }),
  urgency: text.urgent ? "urgent" : "ordinary",
})

export function useReport() {
  const { told, add } = useField()
  const kept = useDraft(REPORT, EMPTY)
  const lacking = ref<Lacking | null>(null)
  const done = ref(false)
  const items = computed(() => Object.entries(told.value?.names.items ?? {}))
  const mayReport = computed(() => (person.value?.roles ?? []).some((role) => ["patroller", "seat", "supervisor", "dispatcher"].includes(role)))
  const hasCell = computed(() => OWN_CELL.test(person.value?.grid ?? ""))

  async function put(place: Place | null): Promise<void> {
    const grid = person.value?.grid ?? ""
    lacking.value = lacks(kept.text, place, grid)
    if (lacking.value) return
    await add({ number: "", command: null, report: reportOf(kept.text, place, grid), photos: kept.photos.value })
    await kept.clear()
    done.value = true
  }
  return { ...kept, items, mayReport, hasCell, lacking, done, put }
}
