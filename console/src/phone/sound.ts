/** Microphones, loudspeakers, their levels, the ring and the test sound. */
const RING_HZ = [440, 554]
const RING_SECONDS = 1
const RING_EVERY_MS = 3_000
const TEST_HZ = [523, 659, 784]

export interface Devices {
  readonly microphones: readonly MediaDeviceInfo[]
  readonly speakers: readonly MediaDeviceInfo[]
}

/** Why there is no voice, as a key of the words that say what to do. */
export type MicFault = "denied" | "missing" | "taken" | "insecure" | "other"

const FAULTS: Readonly<Record<string, MicFault>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "taken",
  AbortError: "taken",
  Insecure: "insecure",
}

export const micFault = (error: unknown): MicFault =>
  error instanceof Error ? (FAULTS[error.name] ?? "other") : "other"

class Insecure extends Error {
  override name = "Insecure"
}

/** What the browser is to give: the chosen microphone, without an echo of the loudspeaker. */
export const wanted = (microphone: string): MediaStreamConstraints => ({
  audio: {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    ...(microphone ? { deviceId: { ideal: microphone } } : {}),
  },
})

/** The chosen microphone's voice. @throws as getUserMedia; Insecure where the page has none. */
export function voiceOf(microphone: string): Promise<MediaStream> {
  const media = (navigator as { mediaDevices?: MediaDevices }).mediaDevices
  return media ? media.getUserMedia(wanted(microphone)) : Promise.reject(new Insecure())
}

export async function listDevices(): Promise<Devices> {
  const all = await navigator.mediaDevices.enumerateDevices()
  const of = (kind: MediaDeviceKind) => all.filter((one) => one.kind === kind && one.deviceId)
  return { microphones: of("audioinput"), speakers: of("audiooutput") }
}

/** Tells how loud a voice is, 0 to 1, ten times a second, until what it gives is called. */
export function watchLevel(stream: MediaStream, tell: (level: number) => void): () => void {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const timer = window.setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    tell(levelOf(samples))
  }, 100)
  return () => {
    window.clearInterval(timer)
    void context.close()
  }
}

/** The level of these samples on a scale of 0 (below -60 dB) to 1 (full). */
export function levelOf(samples: Float32Array): number {
  const power = samples.reduce((sum, one) => sum + one * one, 0) / Math.max(samples.length, 1)
  return Math.min(1, Math.max(0, 1 + Math.log10(Math.max(power, 1e-9)) / 6))
}

/** What is heard: the citizen, the ring, the test sound; on the chosen loudspeaker. */
export class Ear {
  private readonly element = new Audio()
  private context: AudioContext | null = null
  private timer = 0
  speaker = ""

  hear(stream: MediaStream | null): void {
    this.element.srcObject = stream
    if (!stream) return
    void this.use(this.speaker)
    this.element.play().catch(() => undefined) // the page's first key press lets it sound
  }

  async use(speaker: string): Promise<void> {
    this.speaker = speaker
    const can = this.element as { setSinkId?: (id: string) => Promise<void> }
    await can.setSinkId?.call(this.element, speaker).catch(() => undefined) // it was unplugged
  }

  ring(rings: boolean): void {
    window.clearInterval(this.timer)
    this.timer = 0
    if (!rings) return
    this.chord(RING_HZ, RING_SECONDS)
    this.timer = window.setInterval(() => this.chord(RING_HZ, RING_SECONDS), RING_EVERY_MS)
  }

  test(): void {
    TEST_HZ.forEach((hertz, at) => this.chord([hertz], 0.25, at * 0.25))
  }

  private chord(tones: readonly number[], seconds: number, after = 0): void {
    this.context ??= new AudioContext()
    const context = this.context
    const sink = context as { setSinkId?: (id: string) => Promise<void> }
    void sink.setSinkId?.call(context, this.speaker).catch(() => undefined)
    void context.resume()
    const gain = context.createGain()
    gain.gain.value = 0.2 / tones.length
    gain.connect(context.destination)
    for (const hertz of tones) {
      const tone = context.createOscillator()
      tone.frequency.value = hertz
      tone.connect(gain)
      tone.start(context.currentTime + after)
      tone.stop(context.currentTime + after + seconds)
    }
  }
}
