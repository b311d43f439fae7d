import { defineConfig, mergeConfig } from "vitest/config"
import pages from "./vite.config.ts"

export default mergeConfig(
  pages,
  defineConfig({
    test: {
      include: ["tests/**/*.test.ts"],
      pool: "threads",
      fileParallelism: false, // on a busy machine a second worker may start too late
    },
  }),
)
