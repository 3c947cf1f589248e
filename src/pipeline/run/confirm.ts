import { RefusedError, UsageError } from '../../errors.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Goes on once a person, or `--yes`, has said so. @throws UsageError NEEDS_YES
 * where nobody can be asked, RefusedError NOT_CONFIRMED.
 */
export async function confirmOrRefuse(
  { confirm }: Pick<Surroundings, 'confirm'>,
  o: { readonly yes: boolean; readonly question: string },
): Promise<void> {
  if (o.yes) return
  if (confirm === undefined) {
    throw new UsageError('NEEDS_YES', 'Nobody can be asked here, so this needs --yes.', {
      suggestions: ['run the same command with --yes'],
    })
  }
  if (!(await confirm(o.question)))
    throw new RefusedError('NOT_CONFIRMED', 'Nothing was changed: it was not confirmed.')
}
