import type { Texts } from './texts.ts'
import { TEXTS_0_1_0 } from './texts-0-1-0.ts'

/**
 * Texts of released versions that differ from today's, or may one day. Whoever changes a wording adds what it was: a
 * record whose ledger is lost is known as ours by its text alone, and else taken for a person's for ever.
 */
export const FORMER_TEXTS: readonly Texts[] = [TEXTS_0_1_0]
