/** What a file is that is no export, by its first bytes (https://www.garykessler.net/library/file_sigs.html). */
const MAGIC: readonly (readonly [start: string, what: string])[] = [
  ['%PDF', 'it is a PDF'],
  ['{\\rtf', 'it is a rich-text document'],
  ['\x1f\x8b', 'it is compressed (gzip); unpack it first'],
  ['7z\xbc\xaf', 'it is compressed (7z); unpack it first'],
  ['Rar!', 'it is compressed (rar); unpack it first'],
  ['BZh', 'it is compressed (bzip2); unpack it first'],
  ['PK\x05\x06', 'it is an empty ZIP archive'],
  ['\x89PNG', 'it is a picture'],
  ['\xff\xd8\xff', 'it is a picture'],
  ['SQLite format 3', 'it is a database'],
  ['PAR1', 'it is a Parquet file'],
  ['\x09\x08', 'it is an old Excel file (.xls); save it as .xlsx or .csv'],
  ['MIME-Version:', 'it is HTML (a web archive), whatever its name says; save it as .xlsx or .csv'],
]
const OLE = '\xd0\xcf\x11\xe0'
const PROTECTED = 'it is protected by a password; save it without one'
const OLD_EXCEL = 'it is an old Excel file (.xls); save it as .xlsx or .csv'

/** Names of streams in an OLE file are UTF-16. */
const wide = (name: string): string => [...name].join('\0')

/**
 * Both old Excel files and encrypted new ones are OLE files (MS-OFFCRYPTO 2.3.4); the names of their streams tell them
 * apart, else the name of the file does: nothing but a password makes one of an `.xlsx`.
 */
function sayOle(bytes: string, name: string): string {
  if (bytes.includes(wide('EncryptedPackage')) || bytes.includes(wide('EncryptionInfo'))) return PROTECTED
  if (bytes.includes(wide('WordDocument'))) return 'it is a Word document'
  if (bytes.includes(wide('Workbook')) || bytes.includes(wide('Book'))) return OLD_EXCEL
  if (/\.xls[xm]$/i.test(name)) return PROTECTED
  return 'it is an old Excel file (.xls), or one protected by a password; save it as .xlsx or .csv without one'
}

function sayMarkup(text: string): string | null {
  if (/^<(?:!doctype html|html|head|body|table|meta|style|div|script)\b/i.test(text) || /^<!--/.test(text))
    return 'it is HTML, whatever its name says; open it in a spreadsheet and save it as .xlsx or .csv'
  if (!/^<(?:\?xml|!DOCTYPE|[A-Za-z][\w:.-]*[\s>/])/.test(text)) return null
  if (/<html\b/i.test(text)) return 'it is HTML, whatever its name says; save it as .xlsx or .csv'
  return /urn:schemas-microsoft-com:office:spreadsheet/.test(text)
    ? "it is Excel's old XML format; save it as .xlsx or .csv"
    : 'it is XML'
}

/** Tabs and line ends are the only control characters of a table. */
function countControls(text: string): number {
  let count = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) count += 1
  }
  return count
}

/**
 * Says what a file is where it is none that is read; null where it may be one. `bytes` are the first of the file, a
 * character each; `text` the same decoded.
 */
export function sayForeign(bytes: string, o: { name: string; text: string }): string | null {
  if (bytes === '') return 'it is empty'
  if (bytes.startsWith(OLE)) return sayOle(bytes, o.name)
  const magic = MAGIC.find(([start]) => bytes.startsWith(start))
  if (magic) return magic[1]
  const text = o.text.replace(/^\uFEFF/, '').trimStart()
  if (text === '') return 'it is empty'
  const controls = countControls(text)
  return controls > text.length / 100 ? 'it is no text and no workbook' : sayMarkup(text)
}
