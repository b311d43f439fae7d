/** What a section shows: asked for when it opens, and again after each change. */
import { useAnswer } from "@/supervisor/asking"

export function useTold<T>(question: () => Promise<T>) {
  const { answer, fault, loading, put } = useAnswer<T>("admin")
  const look = (): Promise<void> => put(question)
  void look()
  return { answer, fault, loading, look }
}

/** Whether one of the words of a row holds what is looked for; letters of either size. */
export const holds = (wanted: string, ...words: readonly string[]): boolean =>
  words.some((word) => word.toLowerCase().includes(wanted.trim().toLowerCase()))
