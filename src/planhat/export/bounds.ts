/**
 * What an exported file may hold. A file of some kilobytes can claim gigabytes, so each is looked at before the work is
 * done; all of them are far above what a tenant exports.
 */
export const BOUNDS = {
  /** Of the file as it is on disk. */
  fileBytes: 2 * 1024 ** 3,
  /** Of one part of a workbook, unpacked: a sheet of Excel's largest size, well filled, has some hundred megabytes. */
  partBytes: 1024 ** 3,
  /** Of all that is unpacked of one workbook; its sheets are read twice. */
  unpackedBytes: 4 * 1024 ** 3,
  /** Of the parts that list sheets and their places. */
  listBytes: 4 * 1024 ** 2,
  zipEntries: 10_000,
  sheets: 255,
  /** Characters of all shared strings of a workbook, which are held. */
  sharedText: 64 * 1024 ** 2,
  sharedStrings: 4_000_000,
  /** Excel's own bounds: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3 */
  columns: 16_384,
  rows: 1_048_576,
  /**
   * Cells of a row that are kept; what stands further right is one cell more.
   * Also the names that JSON objects may have.
   */
  keptColumns: 1024,
  cellText: 32_767,
  /** Characters of one row of text, or one object of JSON. */
  rowText: 1024 ** 2,
  jsonDepth: 64,
  /** Rows of a text or objects of JSON, blank ones included; five times what the index is measured with. */
  textRows: 5_000_000,
  /** Header rows and the shape of columns are learnt from so many rows and characters. */
  sampleRows: 500,
  sampleText: 4 * 1024 ** 2,
} as const
