import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const SOFFICE = '/usr/bin/soffice'

/** What a person does to the sheet: the cell of one row (found by its digest) in one column. */
export interface Edit {
  readonly rowDigest: string
  readonly column: string
  readonly value: string
}

// UTF-8, double quotes; the last figures of a filter's options: first line, no column formats.
const CSV = 'Text - txt - csv (StarCalc)'
const OPTIONS = { comma: '44,34,76,1', semicolon: '59,34,76,1', tab: '9,34,76,1' } as const

export const WORKBOOKS = {
  xlsx: 'Calc MS Excel 2007 XML',
  ods: 'calc8',
} as const

// Edits come as `digest|column|value` lines; a blank sort column leaves the order alone.
const MACRO = `
Function Prop(propName As String, propValue As Variant) As Variant
  Dim p As New com.sun.star.beans.PropertyValue
  p.Name = propName
  p.Value = propValue
  Prop = p
End Function
Function ColumnOf(oSheet As Object, sTitle As String) As Long
  Dim i As Long
  ColumnOf = -1
  For i = 0 To 60
    If oSheet.getCellByPosition(i, 0).String = sTitle Then ColumnOf = i
  Next
End Function
Sub Change(oSheet As Object, sEdits As String, nLast As Long)
  Dim oAccess As Object, oInput As Object, aParts As Variant, nRow As Long, nColumn As Long, nDigests As Long
  nDigests = ColumnOf(oSheet, "row_digest")
  oAccess = CreateUnoService("com.sun.star.ucb.SimpleFileAccess")
  oInput = CreateUnoService("com.sun.star.io.TextInputStream")
  oInput.setInputStream(oAccess.openFileRead(sEdits))
  oInput.setEncoding("UTF-8")
  Do While Not oInput.isEOF()
    aParts = Split(oInput.readLine(), "|")
    If UBound(aParts) = 2 Then
      nColumn = ColumnOf(oSheet, aParts(1))
      For nRow = 1 To nLast
        If oSheet.getCellByPosition(nDigests, nRow).String = aParts(0) Then _
          oSheet.getCellByPosition(nColumn, nRow).String = aParts(2)
      Next
    End If
  Loop
  oInput.closeInput()
End Sub
Sub Work(sSource As String, sOptions As String, sTarget As String, sFilter As String, _
  sSortBy As String, sEdits As String)
  Dim oDoc As Object, oSheet As Object, oCursor As Object, nLast As Long, nWidth As Long
  Dim aFields(0) As New com.sun.star.table.TableSortField
  On Error Goto Broken
  oDoc = StarDesktop.loadComponentFromURL(sSource, "_blank", 0, _
    Array(Prop("Hidden", True), Prop("FilterName", "${CSV}"), Prop("FilterOptions", sOptions)))
  oSheet = oDoc.Sheets.getByIndex(0)
  oCursor = oSheet.createCursor()
  oCursor.gotoEndOfUsedArea(False)
  nLast = oCursor.RangeAddress.EndRow
  nWidth = oCursor.RangeAddress.EndColumn
  If sEdits <> "" Then Change(oSheet, sEdits, nLast)
  If sSortBy <> "" Then
    aFields(0).Field = ColumnOf(oSheet, sSortBy)
    aFields(0).IsAscending = False
    oSheet.getCellRangeByPosition(0, 0, nWidth, nLast).sort( _
      Array(Prop("ContainsHeader", True), Prop("SortFields", aFields())))
  End If
  oDoc.storeToURL(sTarget, Array(Prop("FilterName", sFilter)))
  oDoc.close(True)
Broken:
  StarDesktop.terminate()
End Sub
Sub Export(sSource As String, sTarget As String, sOptions As String)
  Dim oDoc As Object
  On Error Goto Broken
  oDoc = StarDesktop.loadComponentFromURL(sSource, "_blank", 0, Array(Prop("Hidden", True)))
  oDoc.storeToURL(sTarget, Array(Prop("FilterName", "${CSV}"), Prop("FilterOptions", sOptions)))
  oDoc.close(True)
Broken:
  StarDesktop.terminate()
End Sub
`

const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const module = (name: string, source: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="${name}"
 script:language="StarBasic">${escapeXml(source)}</script:module>`

const library = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
 <library:element library:name="Sheet"/>
</library:library>`

const libraries = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">
 <library:library library:name="Standard"
  xlink:href="$(USER)/basic/Standard/script.xlb/" xlink:type="simple" library:link="false"/>
</library:libraries>`

/**
 * LibreOffice without a window, with a profile of its own in `folder`, driven
 * by a Basic macro as a person's hand would.
 */
export class Office {
  readonly #profile: string
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
    this.#profile = join(folder, 'office')
  }

  static async open(folder: string): Promise<Office> {
    const office = new Office(folder)
    // The first start fills the profile and would replace a macro that lies there already.
    await office.#start('--terminate_after_init')
    office.#learnMacro()
    return office
  }

  #learnMacro(): void {
    const basic = join(this.#profile, 'user', 'basic')
    mkdirSync(join(basic, 'Standard'), { recursive: true })
    writeFileSync(join(basic, 'script.xlc'), libraries)
    writeFileSync(join(basic, 'Standard', 'script.xlb'), library)
    writeFileSync(join(basic, 'Standard', 'Sheet.xba'), module('Sheet', MACRO))
  }

  /** Opens a CSV, edits and sorts it, and saves it as a workbook. */
  async toWorkbook(
    csv: string,
    workbook: string,
    o: { kind: keyof typeof WORKBOOKS; edits?: readonly Edit[]; sortBy?: string },
  ): Promise<void> {
    const edits = join(this.#folder, 'edits.txt')
    const lines = (o.edits ?? []).map(({ rowDigest, column, value }) => `${rowDigest}|${column}|${value}`)
    writeFileSync(edits, `${lines.join('\n')}\n`)
    await this.#call('Work', [
      urlOf(csv),
      OPTIONS.comma,
      urlOf(workbook),
      WORKBOOKS[o.kind],
      o.sortBy ?? '',
      lines.length === 0 ? '' : urlOf(edits),
    ])
  }

  /** Opens a workbook and saves it as CSV, as a person does to hand it back. */
  async toCsv(workbook: string, csv: string, separator: keyof typeof OPTIONS): Promise<void> {
    await this.#call('Export', [urlOf(workbook), urlOf(csv), OPTIONS[separator]])
  }

  async #call(macro: string, args: readonly string[]): Promise<void> {
    const quoted = args.map((arg) => `"${arg}"`).join(',')
    await this.#start(`macro:///Standard.Sheet.${macro}(${quoted})`)
  }

  async #start(what: string): Promise<void> {
    await run(
      SOFFICE,
      [`-env:UserInstallation=${urlOf(this.#profile)}`, '--headless', '--norestore', '--nolockcheck', what],
      { env: { PATH: process.env['PATH'] ?? '', HOME: this.#folder }, timeout: 60_000 },
    )
  }
}

function urlOf(path: string): string {
  return pathToFileURL(path).href
}
