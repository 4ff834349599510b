/**
 * The Vite plugin that leaves out what Monaco brings along and a cell cannot come to: a quarter of its code, which everybody
 * would load and read before the first letter. Its editor asks for each of these by name, so each is answered with
 * the least that stands in its place. A new version of Monaco that has one no longer, or asks it for more, ends the build.
 */
import type { Plugin } from 'vite'

export function slimEditor(): Plugin {
  const met = new Set<string>()
  return {
    name: 'dataharbour-slim-editor',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'client',
    load: {
      order: 'pre',
      filter: { id: /monaco-editor\/esm\/vs\// },
      handler(id) {
        const path = id.split('monaco-editor/esm/vs/')[1]
        const code = path === undefined ? undefined : LEFT_OUT[path]
        if (path === undefined || code === undefined) return null
        met.add(path)
        return code
      },
    },
    generateBundle() {
      const gone = Object.keys(LEFT_OUT).filter((path) => !met.has(path))
      if (gone.length > 0) throw new Error(`Monaco no longer asks for ${gone.join(', ')}: leave it out of server/slim-editor.ts.`)
    },
  }
}

const never = (name: string) => `export class ${name} { constructor() { throw new Error('${name} is left out (server/slim-editor.ts).') } }`

/** As seen from the file that is replaced. */
const take = (name: string, path: string) => `import { ${name} } from '${path}'`

/** By path below `esm/vs`. */
export const LEFT_OUT: Record<string, string> = {
  // Differences are shown by our own view (ui/version).
  'editor/browser/widget/diffEditor/diffEditorWidget.js': never('DiffEditorWidget'),
  'editor/browser/widget/multiDiffEditor/multiDiffEditorWidget.js': never('MultiDiffEditorWidget'),
  'editor/common/diff/linesDiffComputers.js': 'export const linesDiffComputers = {}',
  // The page has its own palette. What would still ask (the settings of unicode highlights) is told that nothing was picked.
  'editor/standalone/browser/quickInput/standaloneQuickInputService.js': 'export class StandaloneQuickInputService { pick() { return Promise.resolve(undefined) } input() { return Promise.resolve(undefined) } }',
  // Lists and trees that tell each other of the focus: of quick input and of the references of a symbol only.
  'platform/list/browser/listService.js': `${take('createDecorator', '../../instantiation/common/instantiation.js')}
export const IListService = createDecorator('listService')
export class ListService {}`,
  // Nobody marks problems, gives inlay hints or colours, or knows where a name is defined: python-help.ts and sql-help.ts answer hovers.
  'editor/contrib/hover/browser/markerHoverParticipant.js': 'export class MarkerHoverParticipant { hoverOrdinal = 1; computeSync() { return [] } }',
  'editor/contrib/inlayHints/browser/inlayHintsHover.js': never('InlayHintsHover'),
  'editor/contrib/colorPicker/browser/hoverColorPicker/hoverColorPickerParticipant.js': `${never('ColorHover')}\n${never('HoverColorPickerParticipant')}`,
  'editor/contrib/gotoSymbol/browser/link/goToDefinitionAtPosition.js': 'export const GotoDefinitionAtPositionEditorContribution = { get: () => null }',
  // Files and pictures pasted as something else; a paste of text does not come by here.
  'editor/contrib/dropOrPasteInto/browser/copyPasteController.js': 'export const CopyPasteController = { get: () => null }',
  // A cell is too small for a map of itself, and is drawn by the page and not by the graphics card.
  'editor/browser/viewParts/minimap/minimap.js': `${take('createFastDomNode', '../../../../base/browser/fastDomNode.js')}
${take('ViewPart', '../../view/viewPart.js')}
export class Minimap extends ViewPart {
  #node = createFastDomNode(document.createElement('div'))
  getDomNode() { return this.#node }
  prepareRender() {}
  render() {}
}`,
  'editor/browser/gpu/viewGpuContext.js': never('ViewGpuContext'),
  'editor/browser/viewParts/viewLinesGpu/viewLinesGpu.js': never('ViewLinesGpu'),
  // Grammars of trees belong to VS Code; ours are Monarch's.
  'editor/common/model/tokens/treeSitter/treeSitterSyntaxTokenBackend.js': never('TreeSitterSyntaxTokenBackend'),
}
