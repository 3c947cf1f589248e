import type { CustomSource } from '../../../content-settings.ts'
import { SyncError } from '../../../errors.ts'
import type { CustomField } from '../../../planhat/tenant.ts'
import type { Bench } from './bench.ts'
import { no, type Probe, refusedBy, unknown, yes } from './probe.ts'

const RECORDING = 'https://example.com/aircall-sync-write-probe'
const TIME = '2026-01-02T03:04:05.000Z'
const SECONDS: readonly CustomSource[] = ['durationSeconds', 'waitSeconds']
const TIMES: readonly CustomSource[] = ['startedAt', 'answeredAt', 'endedAt']

/** Whether the recording field and every configured custom field is stored under its name. */
export const customFieldKept: Probe = {
  name: 'custom-field-kept',
  async ask(bench) {
    const custom = await sampleCustom(bench)
    const names = Object.keys(custom)
    if (names.length === 0) return { ...yes, detail: 'none is configured' }
    const made = await bench.post(bench.body({ custom }))
    if (made.kind === 'refused') return no(refusedBy(made))
    const remote = await bench.read(made.id)
    if (remote === null) return unknown('the record was not found after it was made')
    const lost = names.filter((name) => remote.custom[name] === undefined)
    if (lost.length > 0) return no(`not kept: ${quoteAll(lost)}`)
    return { ...yes, detail: quoteAll(names) }
  },
}

/** A value for each custom field that is written, of a kind that the field takes. */
export async function sampleCustom({ o }: Bench): Promise<Record<string, unknown>> {
  const { recordingField, customFields } = o.conversation
  const fields = await readFields(o)
  const samples = Object.entries(customFields).map(([name, source]) => [
    name,
    sampleOf(source, fields.get(name)),
  ])
  return { ...(recordingField === '' ? {} : { [recordingField]: RECORDING }), ...Object.fromEntries(samples) }
}

/** A token that may not read the fields says nothing of whether it may write them. */
async function readFields({ reader, signal }: Bench['o']): Promise<Map<string, CustomField>> {
  try {
    const fields = await reader.customFields(signal)
    return new Map(fields.filter(({ parent }) => parent === 'conversation').map((one) => [one.name, one]))
  } catch (error) {
    if (error instanceof SyncError) return new Map()
    throw error
  }
}

/** A field that picks takes only what it offers. */
function sampleOf(source: CustomSource, field: CustomField | undefined): unknown {
  const type = field?.type.toLowerCase() ?? ''
  const [option = 'probe'] = field?.options ?? []
  if (type === 'list') return option
  if (type === 'multipicklist') return [option]
  if (type === 'number' || (type === '' && SECONDS.includes(source))) return 60
  return TIMES.includes(source) ? TIME : 'probe'
}

const quoteAll = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')
