/** What is being written on the phone: kept as it is typed, also over a restart, until it is queued. */
import { reactive, ref, shallowRef, toRaw, watch } from "vue"
import { MOST_PHOTOS, photoOf } from "./photo"
import type { Photo } from "./queue"
import { draft, keepDraft } from "./store"

const SOON_MS = 300

/** The draft of this key. `text` has these fields, and no place: that is kept only once it is queued. */
export function useDraft<T extends Record<string, string>>(key: string, empty: T) {
  const text = reactive<Record<string, string>>({ ...empty })
  const photos = shallowRef<readonly Photo[]>([])
  const isBad = ref(false) // the file chosen last was no photograph
  const isKept = ref(false)
  const ready = ref(false)
  let timer = 0

  async function load(): Promise<void> {
    const kept = await draft(key)
    for (const name of Object.keys(empty)) text[name] = kept?.text[name] ?? empty[name] ?? ""
    photos.value = kept?.photos ?? []
    isKept.value = kept !== undefined
    ready.value = true
  }

  async function keep(): Promise<void> {
    const isEmpty = !photos.value.length && Object.keys(empty).every((name) => text[name] === empty[name])
    await keepDraft(key, isEmpty ? null : { text: { ...toRaw(text) }, photos: photos.value })
    isKept.value = !isEmpty
  }

  watch([text, photos], () => {
    window.clearTimeout(timer)
    if (ready.value) timer = window.setTimeout(() => void keep(), SOON_MS)
  })

  async function addPhotos(files: Iterable<File>): Promise<void> {
    isBad.value = false
    for (const file of files) {
      if (photos.value.length >= MOST_PHOTOS) return
      try {
        photos.value = [...photos.value, await photoOf(file, `${Date.now()}.jpg`)]
      } catch {
        isBad.value = true // no picture: the browser cannot draw it
      }
    }
  }
  const dropPhoto = (place: number): void => {
    photos.value = photos.value.filter((_, at) => at !== place)
  }
  async function clear(): Promise<void> {
    ready.value = false
    window.clearTimeout(timer)
    Object.assign(text, empty)
    photos.value = []
    await keepDraft(key, null)
    isKept.value = false
    ready.value = true
  }
  void load()
  return { text: text as T, photos, isBad, isKept, addPhotos, dropPhoto, clear }
}
