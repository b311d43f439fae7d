/** One prompt at a time, played by the Web Audio API. */
import { onScopeDispose, ref } from "vue"
import { type Language, sound } from "./prompts"

export function usePlaying() {
  const playing = ref("")
  let context: AudioContext | null = null
  let source: AudioBufferSourceNode | null = null
  let newest = 0

  function stop(): void {
    newest++
    source?.stop()
    source = null
    playing.value = ""
  }
  /** Plays a prompt, or a sentence whose gaps are filled; what played before stops. @throws Problem: it cannot be had */
  async function play(name: string, language: Language, gaps?: readonly string[]): Promise<void> {
    stop()
    const mine = newest
    context ??= new AudioContext()
    playing.value = name
    try {
      const buffer = await sound(name, language, context, gaps)
      if (mine !== newest) return
      source = new AudioBufferSourceNode(context, { buffer })
      source.connect(context.destination)
      source.onended = () => {
        if (mine === newest) playing.value = ""
      }
      source.start()
    } catch (error) {
      if (mine === newest) playing.value = ""
      throw error
    }
  }
  onScopeDispose(() => {
    stop()
    void context?.close()
  })
  return { playing, play, stop }
}
