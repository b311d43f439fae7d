/** The alarm's sound: two short tones, made here, so nothing is fetched. */
import { ref } from "vue"

const KEPT = "console.alarms.silent"
const AGAIN_MS = 20_000
const TONES = [{ hertz: 880, at: 0 }, { hertz: 660, at: 0.22 }]
const SECONDS = 0.18

let speaker: AudioContext | null = null

/** Whether the person wants none; kept in this browser. */
export const silent = ref(localStorage.getItem(KEPT) === "yes")
/** Whether the browser plays none before somebody has pressed something on the page. */
export const blocked = ref(false)

export function silence(wanted: boolean): void {
  silent.value = wanted
  localStorage.setItem(KEPT, wanted ? "yes" : "no")
  if (!wanted) void ring()
}

/** Plays the tones once, unless the person wants none. */
export async function ring(): Promise<void> {
  if (silent.value) return
  speaker ??= new AudioContext()
  void speaker.resume() // stays pending until the page has been pressed or typed into
  await Promise.resolve()
  blocked.value = speaker.state === "suspended"
  if (!blocked.value) for (const tone of TONES) sound(speaker, tone.hertz, tone.at)
}

function sound(on: AudioContext, hertz: number, at: number): void {
  const [tone, loudness] = [on.createOscillator(), on.createGain()]
  const begin = on.currentTime + at
  tone.frequency.value = hertz
  loudness.gain.setValueAtTime(0.2, begin)
  loudness.gain.exponentialRampToValueAtTime(0.001, begin + SECONDS)
  tone.connect(loudness).connect(on.destination)
  tone.start(begin)
  tone.stop(begin + SECONDS)
}

/** Rings at once when there is something new, and again while it stays unseen. */
export function useRinging() {
  let timer: number | undefined
  const stop = (): void => window.clearInterval(timer)
  const begin = (): void => {
    stop()
    void ring()
    timer = window.setInterval(() => void ring(), AGAIN_MS)
  }
  return { begin, stop }
}
