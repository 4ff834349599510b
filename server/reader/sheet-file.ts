/**
 * Sheet file: a workbook of Excel with one sheet, written row by row. The rows come as XML made by DuckDB; the few
 * characters that XML does not allow are written in Excel's way. The names stand still on top.
 */
import type { ResultColumn } from '#lib/domain/result.ts'
import { guarded, sheetWidth } from './file-query.ts'
import { createZip } from './zip-file.ts'

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

const PARTS: [string, string][] = [
  ['[Content_Types].xml', `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/></Types>`],
  ['_rels/.rels', `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
  ['xl/workbook.xml', `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="Result" sheetId="1" r:id="rId1"/></sheets></workbook>`],
  ['xl/_rels/workbook.xml.rels', `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`],
  // Style 1 is a date, 2 an instant, 3 a name on top.
  ['xl/styles.xml', `<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf xfId="0"/><xf numFmtId="164" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" xfId="0" applyNumberFormat="1"/><xf fontId="1" xfId="0" applyFont="1"/></cellXfs></styleSheet>`],
]

/** `rows` are pieces of many whole rows each. */
export async function writeSheet(path: string, columns: readonly ResultColumn[], rows: AsyncIterable<string[]>): Promise<void> {
  const zip = await createZip(path)
  try {
    for (const [name, text] of PARTS) await zip.add(name, [HEAD + text])
    await zip.add('xl/worksheets/sheet1.xml', sheet(columns, rows))
    await zip.finish()
  } finally {
    await zip.close()
  }
}

async function* sheet(columns: readonly ResultColumn[], rows: AsyncIterable<string[]>): AsyncGenerator<string> {
  const widths = columns.map((column, at) => `<col min="${at + 1}" max="${at + 1}" width="${sheetWidth(column)}" customWidth="1"/>`).join('')
  const names = columns.map(({ name }) => `<c t="inlineStr" s="3"><is><t xml:space="preserve">${escapeXml(guarded(name))}</t></is></c>`).join('')
  yield `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>${columns.length === 0 ? '' : `<cols>${widths}</cols>`}<sheetData>`
  yield allowed(`<row>${names}</row>`)
  for await (const some of rows) yield allowed(some.join(''))
  yield '</sheetData></worksheet>'
}

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replace(/_(x[0-9a-f]{4}_)/gi, '_x005F_$1')

/** A line end of old is no character to XML, which would read it as a new line. */
const allowed = (xml: string): string => xml.replace(/[\0-\x08\x0b-\x1f\ufffe\uffff]/g, (sign) => `_x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
