/** Tabs of one browser: each with a store of its own, and a channel that tells all others. */
import { Typed, type Way } from "@/typed"

class Store extends Map<string, string> {
  get length(): number {
    return this.size
  }
  getItem = (name: string): string | null => this.get(name) ?? null
  setItem = (name: string, value: string): void => void this.set(name, value)
  removeItem = (name: string): void => void this.delete(name)
  key = (index: number): string | null => [...this.keys()][index] ?? null
}

export function tabs(count: number) {
  const ways: Way[] = []
  return Array.from({ length: count }, () => {
    const way: Way = {
      onmessage: null,
      postMessage: (data) => {
        for (const other of ways) if (other !== way) other.onmessage?.({ data: structuredClone(data) })
      },
    }
    ways.push(way)
    const store = new Store()
    return { store, typed: new Typed(store, way) }
  })
}
