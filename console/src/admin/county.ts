/** The county's files: drafts, what is wrong with them, taking them over. */
import { type Schemas, ask, client } from "@/api/client"

export type County = Schemas["CountyShown"]
export type Checked = Schemas["CountyChecked"]
export type Fault = Schemas["FaultShown"]
export type Tried = Schemas["TableTried"]
export type Files = Record<string, string>
export const DATUMS = ["wgs-84", "gcj-02", "bd-09"] as const satisfies readonly Schemas["Datum"][]
export type Datum = (typeof DATUMS)[number]
export const IMPORTED = ["grid.geojson", "places.csv", "units.csv", "county.toml"] as const

/** The line that a fault names, from 1; null where it names none. */
export function lineOf(fault: Pick<Fault, "where" | "said">): number | null {
  const found = /\bline (\d+)/.exec(`${fault.where} ${fault.said}`)
  return found ? Number(found[1]) : null
}

/** From where to where a line stands in a text, to be chosen in a field. */
export function spanOf(text: string, line: number): [number, number] {
  const lines = text.split("\n")
  const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
  return [from, from + (lines[line - 1]?.length ?? 0)]
}

/** A file's text. @throws TypeError: it is not in UTF-8 */
export const textOf = async (file: Blob): Promise<string> =>
  new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer())

export const read = () => ask(client.GET("/api/v1/county"))

/** What an import would do. @throws Problem */
export const check = (files: Files, datum: Datum | null = null) =>
  ask(client.POST("/api/v1/county/check", { body: { files, datum } }))

/** Takes files over as a new version; with faults nothing is changed. @throws Problem */
export const take = (files: Files, based_on: number, datum: Datum | null = null) =>
  ask(client.POST("/api/v1/county/versions", { body: { files, based_on, datum } }))

/** Goes to a version of before. @throws Problem */
export const use = (number: number, based_on: number) =>
  ask(client.POST("/api/v1/county/versions/{number}/use", { params: { path: { number } }, body: { based_on } }))

/** Who would take a case by a table. @throws Problem */
export const choose = (body: Schemas["DraftCase"]) => ask(client.POST("/api/v1/county/dispatch/choice", { body }))

/** What would go elsewhere by a table. @throws Problem */
export const tryTable = (text: string, last: number) =>
  ask(client.POST("/api/v1/county/dispatch/tries", { body: { text, last } }))
