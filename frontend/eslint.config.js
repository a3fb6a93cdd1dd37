import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import { defineConfig, globalIgnores } from 'eslint/config'
import ts from 'typescript-eslint'
import oneShotReads from './eslint/one-shot-reads.js'

export default defineConfig(
  globalIgnores(['dist', 'src/api/schema.ts', 'test-results', 'playwright-report']),
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  ts.configs.stylisticTypeChecked,
  vue.configs['flat/recommended'],
  {
    languageOptions: {
      parserOptions: {
        parser: ts.parser,
        project: ['tsconfig.json', 'tsconfig.node.json'],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      // vue-tsc resolves names; without types of the browser this rule only finds false faults.
      'no-undef': 'off',
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/define-macros-order': 'error',
      'vue/no-v-html': 'error',
      // Optional props are typed with `?`; a default of undefined beside each says nothing more.
      'vue/require-default-prop': 'off',
      // Numbers read well in a template string.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['e2e/**/*.ts'],
    plugins: { guichet: { rules: { 'one-shot-reads': oneShotReads } } },
    rules: { 'guichet/one-shot-reads': ['error', { settled: ['textOf', 'settled'] }] },
  },
  { files: ['**/*.{js,mjs}'], extends: [ts.configs.disableTypeChecked] },
  prettier,
)
