import { rename, writeFile } from 'node:fs/promises'
import type { ReportModel } from './model.ts'

/**
 * Writes the report under a temporary name first, readable by its owner only. The charts weigh half a
 * megabyte of code, so they are loaded here and not with every command.
 */
export async function writeReport(path: string, model: ReportModel): Promise<void> {
  const { renderReport } = await import('./html.ts')
  const temporary = `${path}.tmp`
  await writeFile(temporary, renderReport(model), { mode: 0o600 })
  await rename(temporary, path)
}
