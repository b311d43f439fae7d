/** Where the phone is. It stays in this page's memory and leaves it only in what the person sends. */

export interface Place {
  readonly longitude: number // degrees, WGS-84
  readonly latitude: number
  readonly metres: number // that it may be wrong by
}
export type NoPlace = "denied" | "unknown" | "insecure"

const EARTH_M = 6_371_000
const WAIT_MS = 20_000
const OLD_MS = 30_000

/** Where the phone is now. @throws NoPlace: why it does not say. */
export function wherePhoneIs(): Promise<Place> {
  return new Promise((found, failed) => {
    const why = (reason: NoPlace): void => failed(reason)
    if (!window.isSecureContext || !("geolocation" in navigator)) return why("insecure")
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => found({ longitude: coords.longitude, latitude: coords.latitude, metres: Math.round(coords.accuracy) }),
      (error) => why(error.code === error.PERMISSION_DENIED ? "denied" : "unknown"),
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: OLD_MS },
    )
  })
}

type Point = Pick<Place, "longitude" | "latitude">

/** Metres between two points, along a great circle. */
export function metresBetween(a: Point, b: Point): number {
  const rad = (degrees: number): number => (degrees * Math.PI) / 180
  const [north, east] = [rad(b.latitude - a.latitude) / 2, rad(b.longitude - a.longitude) / 2]
  const square =
    Math.sin(north) ** 2 + Math.cos(rad(a.latitude)) * Math.cos(rad(b.latitude)) * Math.sin(east) ** 2
  return 2 * EARTH_M * Math.asin(Math.sqrt(square))
}

/** The place as it stands in a report's words: 37.18912, 112.17401 (±8 m). */
export const written = (place: Place): string =>
  `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)} (±${place.metres} m)`
