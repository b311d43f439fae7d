/** The list of cases: page behind page, as far as one has scrolled. */
import { type Ref, readonly, ref, shallowRef } from "vue"
import { type Schemas, ask, client } from "@/api/client"
import { type Fault, faultOf } from "@/faults"
import { noteRefusal } from "@/session"
import { type Filters, noFilters, toQuestion } from "./filters"

export type Ticket = Schemas["Ticket"]
export type Page = Schemas["FoundTickets"]

const PAGE = 200

/** Those of a page that were not known yet; from then on they are. */
export function newOf(page: readonly Ticket[], known: Set<string>): Ticket[] {
  const fresh = page.filter((one) => !known.has(one.number))
  for (const one of fresh) known.add(one.number)
  return fresh
}

/** The rows with this ticket as it stands now, where it stood. */
export const renewed = (rows: readonly Ticket[], fresh: Ticket): Ticket[] =>
  rows.map((row) => (row.number === fresh.number ? fresh : row))

/** Cases that fit the filters. An answer to a question that is no longer asked is dropped. */
export function useCaseList(filters: Readonly<Ref<Filters>>) {
  const rows = shallowRef<readonly Ticket[]>([])
  const total = ref<{ count: number; more: boolean } | null>(null)
  const fault = shallowRef<Fault | null>(null)
  const loading = ref(false)
  const next = ref<string | null>(null)
  let known = new Set<string>() // kept beside the rows: at 100 000 it is too long to be made for each page
  let asked = 0

  async function load(after: string | null): Promise<void> {
    const mine = ++asked
    loading.value = true
    fault.value = null
    try {
      const body = toQuestion(filters.value, after, PAGE)
      const page = await ask(client.POST("/api/v1/tickets/search", { body }))
      if (mine === asked) take(page, after)
    } catch (error) {
      noteRefusal(error)
      if (mine === asked) fault.value = faultOf(error, "case")
    } finally {
      if (mine === asked) loading.value = false
    }
  }

  function take(page: Page, after: string | null): void {
    if (after === null) known = new Set()
    const before = after === null ? [] : rows.value
    rows.value = [...before, ...newOf(page.tickets, known)]
    next.value = page.next
    if (page.total !== null) total.value = { count: page.total, more: page.more_than_total }
  }

  /** Looks at one ticket again, without moving any row. */
  async function renew(number: string): Promise<void> {
    if (!rows.value.some((row) => row.number === number)) return
    try {
      const body = toQuestion({ ...noFilters, q: number }, null, 10)
      const page = await ask(client.POST("/api/v1/tickets/search", { body }))
      const fresh = page.tickets.find((one) => one.number === number)
      if (fresh) rows.value = renewed(rows.value, fresh)
    } catch (error) {
      noteRefusal(error)
      fault.value = faultOf(error, "case")
    }
  }

  const begin = (): Promise<void> => load(null)
  const goOn = async (): Promise<void> => {
    if (next.value !== null && !loading.value && !fault.value) await load(next.value)
  }
  return { rows, total, fault, loading: readonly(loading), next: readonly(next), begin, goOn, renew }
}
