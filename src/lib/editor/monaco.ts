/** Monaco as a cell needs it, in one piece: to be imported by load-monaco.ts alone, and asked for in the head of a page with cells (server/pack-pages.ts). */
import './monaco-features.ts'

export * as monaco from 'monaco-editor/editor'
export { default as EditorWorker } from 'monaco-editor/editor/editor.worker?worker'
