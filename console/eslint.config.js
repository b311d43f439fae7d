import vue from "eslint-plugin-vue"
import ts from "typescript-eslint"

export default ts.config(
  { ignores: ["dist", "src/generated"] },
  ...ts.configs.strict,
  ...vue.configs["flat/recommended"],
  {
    files: ["**/*.vue"],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    rules: {
      "max-lines": ["error", 250],
      complexity: ["error", 8],
      "@typescript-eslint/no-explicit-any": "error",
      "vue/no-v-html": "error",
      "vue/multi-word-component-names": "off", // pages and parts have the domain's words
      "vue/max-attributes-per-line": "off",
      "vue/singleline-html-element-content-newline": "off",
      "vue/html-self-closing": ["error", { html: { void: "always" } }],
    },
  },
)
