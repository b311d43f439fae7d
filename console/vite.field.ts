/** Writes into the field page's worker which files the page consists of, and which build it is. */
import type { Plugin, Rollup } from "vite"

const PAGE = "src/field/main.ts"
const BESIDE = ["field-manifest.json", "field-icon.svg", "field-192.png", "field-512.png"]

const isChunk = (one: Rollup.OutputAsset | Rollup.OutputChunk): one is Rollup.OutputChunk => one.type === "chunk"

/** A chunk's file, those that it imports, and the styles of them all. */
function filesOf(name: string, bundle: Rollup.OutputBundle, found = new Set<string>()): Set<string> {
  const chunk = bundle[name]
  if (!chunk || !isChunk(chunk) || found.has(name)) return found
  found.add(name)
  chunk.viteMetadata?.importedCss.forEach((style) => found.add(style))
  chunk.imports.concat(chunk.dynamicImports).forEach((other) => filesOf(other, bundle, found))
  return found
}

export const fieldFiles = (): Plugin => ({
  name: "field-files",
  apply: "build",
  enforce: "post",
  generateBundle: {
    order: "post",
    handler(_, bundle) {
      const chunks = Object.values(bundle).filter(isChunk)
      const page = chunks.find((one) => one.moduleIds.some((id) => id.endsWith(PAGE)))
      const worker = bundle["field-worker.js"]
      if (!page || !worker || !isChunk(worker)) return this.error("the field page or its worker is not in the build")
      const files = [...filesOf(page.fileName, bundle), ...BESIDE].sort().map((name) => `/console/${name}`)
      const build = [...files].filter((name) => /\/field-[\w-]{8}\./.test(name)).join() // with all they import
      worker.code = worker.code
        .replaceAll("__FIELD_FILES__", JSON.stringify(files))
        .replaceAll("__FIELD_BUILD__", JSON.stringify(build))
    },
  },
})
