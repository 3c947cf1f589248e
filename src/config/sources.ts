import { type CustomSource, INSIGHTS, type Insight } from '../content-settings.ts'
import { FatalError } from '../errors.ts'
import type { Config } from './schema.ts'

/**
 * A custom field cannot be filled from an insight that is not asked for (docs/contract.md section 10).
 * @throws FatalError CONFIG_INVALID (exit 7) that names the fields.
 */
export function checkInsightSources({ conversation }: Config, configPath: string | null): void {
  const { customFields, content } = conversation
  const problems = Object.entries(customFields).flatMap(([field, source]) =>
    isInsight(source) && !content.insights.includes(source)
      ? [`conversation.customFields.${field}: "${source}" is not in conversation.content.insights`]
      : [],
  )
  if (problems.length === 0) return
  throw new FatalError(
    'CONFIG_INVALID',
    `${configPath ?? 'The configuration'} is not valid: ${problems.join('; ')}.`,
    { suggestions: ['add it to conversation.content.insights (one request a call), or leave the field out'] },
  )
}

function isInsight(source: CustomSource): source is Insight {
  return INSIGHTS.some((name) => name === source)
}
