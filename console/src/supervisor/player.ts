/**
 * Plays both sides of a call together. The recordings are fetched whole, once: one line of the audit
 * a side, whatever is played again. The content security policy allows no media element a source.
 */
import { computed, onScopeDispose, ref, shallowRef } from "vue"
import { within } from "./wave"

export interface Voice {
  readonly side: string
  readonly sound: AudioBuffer
}

const FRAME_MS = 100
const RATE_HZ = 8000 // a telephone's; at the sound card's rate an hour would take six times the memory

export function usePlayer() {
  const voices = shallowRef<readonly Voice[]>([])
  const at = ref(0) // seconds
  const playing = ref(false)
  const whole = computed(() => Math.max(0, ...voices.value.map((voice) => voice.sound.duration)))
  let speaker: AudioContext | null = null
  let sources: AudioBufferSourceNode[] = []
  let began = 0 // by the speaker's clock, when second 0 was or would have been
  let timer: number | undefined

  const context = (): AudioContext => (speaker ??= new AudioContext({ sampleRate: RATE_HZ }))

  /** Takes up what was fetched. @throws DOMException: it is no sound that the browser knows. */
  async function load(fetched: readonly { side: string; bytes: ArrayBuffer }[]): Promise<void> {
    const decoded = fetched.map(async ({ side, bytes }) => ({ side, sound: await context().decodeAudioData(bytes) }))
    voices.value = await Promise.all(decoded)
  }
  function stop(): void {
    for (const source of sources) source.stop()
    sources = []
    window.clearInterval(timer)
    playing.value = false
  }
  function play(): void {
    stop()
    const on = context()
    void on.resume()
    if (at.value >= whole.value) at.value = 0
    began = on.currentTime - at.value
    sources = voices.value.map(({ sound }) => {
      const source = on.createBufferSource()
      source.buffer = sound
      source.connect(on.destination)
      source.start(0, Math.min(at.value, sound.duration))
      return source
    })
    playing.value = true
    timer = window.setInterval(follow, FRAME_MS)
  }
  function follow(): void {
    at.value = within(context().currentTime - began, whole.value)
    if (at.value >= whole.value) stop()
  }
  /** Goes to a moment, and on playing where it played. */
  function go(seconds: number): void {
    const was = playing.value
    stop()
    at.value = within(seconds, whole.value)
    if (was) play()
  }
  const toggle = (): void => (playing.value ? stop() : play())
  onScopeDispose(() => {
    stop()
    void speaker?.close()
  })
  return { voices, at, whole, playing, load, play, stop, go, toggle }
}
