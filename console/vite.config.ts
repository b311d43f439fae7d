import vue from "@vitejs/plugin-vue"
import { defineConfig } from "vite"
import { fieldFiles } from "./vite.field.ts"

const here = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname)

export default defineConfig({
  root: here("."),
  base: "/console/",
  plugins: [vue(), fieldFiles()],
  resolve: { alias: { "@": here("./src") } },
  define: {
    __VUE_OPTIONS_API__: "false",
    __VUE_I18N_LEGACY_API__: "false",
    __INTLIFY_PROD_DEVTOOLS__: "false",
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // a data: address would need a hole in the content security policy
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600, // kB: ECharts, a chunk of its own, asked for when a chart is shown
    rollupOptions: {
      input: {
        index: here("./index.html"),
        field: here("./field.html"),
        public: here("./public.html"),
        "field-worker": here("./src/field/worker.ts"),
      },
      output: {
        // a worker's reach is the folder that it lies in
        entryFileNames: (chunk) => (chunk.name === "field-worker" ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8000", ws: true } } },
})
