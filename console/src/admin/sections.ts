/** The sections of the administration, in the order of its list, and the right that each needs. */

export interface Section {
  readonly name: "accounts" | "rights" | "seats" | "agents" | "queues" | "audit" | "privacy" | "rules"
    | "dispatch" | "calendar" | "county" | "prompts"
  readonly right: string
}

export const SECTIONS: readonly Section[] = [
  { name: "accounts", right: "run_accounts" },
  { name: "rights", right: "run_accounts" },
  { name: "seats", right: "run_seats" },
  { name: "agents", right: "run_seats" },
  { name: "queues", right: "run_queues" },
  { name: "rules", right: "run_system" },
  { name: "dispatch", right: "run_system" },
  { name: "calendar", right: "run_system" },
  { name: "county", right: "run_system" },
  { name: "prompts", right: "run_system" },
  { name: "audit", right: "see_audit" },
  { name: "privacy", right: "run_privacy" },
]

/** The sections for somebody with these rights, in their order. */
export const sectionsFor = (rights: readonly string[]): Section[] =>
  SECTIONS.filter((section) => rights.includes(section.right))

/** The section that an address names, the first one where it names none; null: there is none such. */
export function sectionOf(named: string, rights: readonly string[]): Section | null {
  const mine = sectionsFor(rights)
  return (named ? mine.find((section) => section.name === named) : mine[0]) ?? null
}
