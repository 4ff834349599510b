/** What DuckDB, Delta and the store say of a file that cannot be read or written, in a sentence for the person. Their words go to the log. */
import { refuse, type Refusal } from '#lib/domain/outcome.ts'

/** Addresses and paths have words of their own (`…/features/part-0.zstd.parquet`), which say nothing of what went wrong. */
const PATHS = /[^\s'"()]*\/[^\s'"()]*/g

/** delta-rs breaks its chain of reasons into lines with arrows. */
const WRAPS = /\n\s*(\u001b\[\d*m)?↳(\u001b\[\d*m)?\s*/g

/** The first that fits: what names its line, what there was not enough of, who did not answer, and then the file itself. */
const RULES: [RegExp, (found: RegExpExecArray) => string][] = [
  [/CSV Error on Line: (\d+)[\s\S]*?Expected Number of Columns: (\d+) Found: (\d+)/, ([, line, wanted, found]) => `Line ${line} has ${found} values and the file ${wanted} columns. ${Number(found) < Number(wanted) ? 'Take what is missing as null, or mend the line.' : 'Choose another delimiter, or mend the line.'}`],
  [/CSV Error on Line: (\d+)[\s\S]*?(Invalid unicode|not utf-8)/i, ([, line]) => `Line ${line} has letters that are not of this encoding. Choose another encoding.`],
  [/CSV Error on Line: (\d+)[\s\S]*?(unterminated quote|quote should be followed)/i, ([, line]) => `The quotes of line ${line} do not end. Mend the line, or choose another delimiter.`],
  [/CSV Error on Line: (\d+)[\s\S]*?Maximum line size/i, ([, line]) => `Line ${line} is longer than 4 MB. Is this the right delimiter and a text file?`],
  [/CSV Error on Line: (\d+)/, ([, line]) => `Line ${line} cannot be read. Mend it, or choose another delimiter.`],
  [/Malformed JSON in file .*?at byte (\d+)/, ([, byte]) => `The file is no valid JSON from byte ${byte} on.`],
  [/Malformed JSON|Invalid Input Error: .*JSON|maximum_object_size/i, () => 'The file is no valid JSON, or one of its objects is larger than 16 MB.'],
  [/Out of Memory|could not allocate|Cannot allocate/i, () => 'Reading this file needs more memory than an import has. Cut it into several, or bring it in as a file and read it in a cell.'],
  [/already exists/i, () => 'There is such a table now. Choose another name, or to replace it or add to it.'],
  [/concurrent transaction|changed since last commit|existing table version|maximum commit attempts/i, () => 'Another cell or run changed this table meanwhile, so nothing was brought in. Try again.'],
  [/[Ss]chema.*(match|merge|evolution)|Cannot cast|cannot be cast/, () => 'The columns are not those of the table. Choose their names and types as the table has them.'],
  [/AccessDenied|\b403\b|InvalidAccessKeyId|ExpiredToken|Could not connect|error sending request|timed? ?out|HTTP 5\d\d|status code: 5\d\d|Service Unavailable|dispatch|onnection/i, () => 'The object store does not answer. Try again in a moment.'],
  [/No magic bytes|(?<![\w.-])Parquet(?![\w-])|TProtocolException|Invalid (Input )?Error: .*footer/i, () => 'This Parquet file is damaged, or something else with that name.'],
  [/feature|protocol|deletion ?vector|column ?mapping/i, () => 'This table uses a feature of Delta that only Spark can write. Bring the file in as another table and insert from that in a cell.'],
]

export function explainSource(detail: string): Refusal<'file-unreadable'> {
  const words = detail.replace(WRAPS, ' ').replace(PATHS, '…')
  for (const [pattern, sentence] of RULES) {
    const found = pattern.exec(words)
    if (found !== null) return refuse('file-unreadable', sentence(found))
  }
  return refuse('file-unreadable', 'This file cannot be read as a table. Look at how it is read, or keep it as a file.')
}
