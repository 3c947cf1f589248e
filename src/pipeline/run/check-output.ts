import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { UsageError } from '../../errors.ts'

export interface OutputFile {
  /** `--output`, as the user knows it. */
  readonly flag: string
  readonly path: string | undefined
  readonly overwrite: boolean
}

/**
 * Said before the work, not after: a file that somebody may be working in is kept.
 * @throws UsageError OUTPUT_UNWRITABLE, FILE_EXISTS.
 */
export function checkOutput({ flag, path, overwrite }: OutputFile): void {
  if (path === undefined) return
  const folder = dirname(resolve(path))
  if (!existsSync(folder)) {
    throw new UsageError('OUTPUT_UNWRITABLE', `${path} cannot be written: there is no folder ${folder}.`, {
      suggestions: [`mkdir -p ${folder}`, `or give another ${flag}`],
    })
  }
  if (overwrite || !existsSync(path)) return
  throw new UsageError('FILE_EXISTS', `${path} is there already and is kept.`, {
    suggestions: [`give another ${flag}`, 'add --overwrite to replace it'],
  })
}
