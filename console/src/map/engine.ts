/**
 * The door to MapLibre GL: fetched when the first map is shown, its worker from our own origin.
 *
 * The content security policy demands trusted types, and a worker's address is one: the only address
 * that is trusted here is that of MapLibre's own worker.
 */
import workerUrl from "maplibre-gl/dist/maplibre-gl-csp-worker.js?url"

export type Library = typeof import("maplibre-gl")
export class NoGraphics extends Error {}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): unknown
}

let loading: Promise<Library> | null = null

/** MapLibre. @throws NoGraphics: this browser draws no WebGL 2. */
export function mapLibrary(): Promise<Library> {
  loading ??= load().catch((error: unknown) => {
    loading = null // a lost connection may be back the next time
    throw error
  })
  return loading
}

async function load(): Promise<Library> {
  if (!document.createElement("canvas").getContext("webgl2")) throw new NoGraphics()
  const { default: library } = await import("maplibre-gl/dist/maplibre-gl-csp.js")
  trust()
  library.setWorkerUrl(workerUrl)
  return library
}

function trust(): void {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes
  types?.createPolicy("default", {
    createScriptURL: (url) => {
      if (url !== workerUrl) throw new TypeError("only the map's own worker is trusted")
      return url
    },
  })
}
