/** Reads a workbook of Excel with Python's own zip and XML, which complain about every fault: the cells of its sheet as `kind/style:value`. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const SCRIPT = `
import json, sys, zipfile
import xml.etree.ElementTree as tree
book = zipfile.ZipFile(sys.argv[1])
assert book.testzip() is None
parts = {name: tree.fromstring(book.read(name)) for name in book.namelist()}
main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
def cell(one):
    kind, style = one.get("t"), one.get("s")
    if kind == "inlineStr":
        return "text:" + (one.find(main + "is").find(main + "t").text or "")
    value = one.find(main + "v")
    return "" if value is None else ("yes" if kind == "b" else "number") + ("/" + style if style else "") + ":" + value.text
print(json.dumps([[cell(one) for one in row] for row in parts["xl/worksheets/sheet1.xml"].find(main + "sheetData")]))
`

export async function bookOf(python: string, bytes: Buffer): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'dh-book-'))
  try {
    const path = join(folder, 'book.xlsx')
    writeFileSync(path, bytes)
    const { stdout } = await promisify(execFile)(python, ['-c', SCRIPT, path], { maxBuffer: 64 * 2 ** 20 })
    return JSON.parse(stdout) as string[][]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
