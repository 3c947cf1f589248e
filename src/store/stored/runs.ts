import { z } from 'zod'
import { Shape } from './shape.ts'

/** What was asked of a run, by the names of its flags: each command has its own, and each version more of them. */
export const RUN_REQUEST = new Shape<Readonly<Record<string, unknown>>>(
  'what was asked of a run',
  1,
  z.looseObject({ v: z.unknown().optional() }).transform(({ v: _, ...request }) => request),
)
