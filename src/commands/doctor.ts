import * as Flags from '@oclif/core/flags'
import { RunCommand } from '../cli/run-command.ts'
import { UsageError } from '../errors.ts'
import type { Diagnosis } from '../pipeline/doctor/check.ts'
import { diagnose, withoutPersons } from '../pipeline/doctor/doctor.ts'
import type { Companies } from '../pipeline/doctor/write-probe.ts'
import { formatDiagnosis } from '../report/text/doctor.ts'

export default class Doctor extends RunCommand<typeof Doctor> {
  static override summary =
    "Check credentials, permissions, Planhat's types and fields, the phone index, the clock and the state."
  static override description =
    'Reads only, and exits with 0 when nothing fails (warnings may ' +
    'remain), else with 7. With --write-probe it finds out what Planhat does not document: it writes ' +
    'some fifteen Conversations in the companies that you name, sees what becomes of each, and ' +
    'deletes all of them again. Every later run uses what it learnt. It then exits with 0 when every ' +
    'question was answered, 3 when one was not or a record is left, 7 when writing is forbidden.'
  static override examples = [
    {
      description: 'Before the first run, and whenever something is odd',
      command: '<%= config.bin %> doctor',
    },
    {
      description: 'Before the first apply: find out how Planhat behaves, in two companies made for tests',
      command:
        '<%= config.bin %> doctor --write-probe --company ' +
        '5f1a2b3c4d5e6f7a8b9c0d1e --company 5f1a2b3c4d5e6f7a8b9c0d1f',
    },
  ]
  static override flags = {
    'write-probe': Flags.boolean({
      description: 'write test Conversations to Planhat, see what becomes of them, and delete them',
    }),
    company: Flags.string({
      helpValue: 'ID',
      multiple: true,
      dependsOn: ['write-probe'],
      description: 'Planhat id of a company to write in; with two it also tests a move between them',
    }),
  }

  async run(): Promise<Diagnosis> {
    const { 'write-probe': writeProbe, company = [] } = this.flags
    const diagnosis = await diagnose(this.surroundings(), {
      engines: enginesOf(this.config.pjson),
      version: process.version,
      probeIn: writeProbe ? companiesOf(company) : null,
    })
    const { checks, probes, exitCode } = diagnosis
    const text = formatDiagnosis({ checks, probes }, { width: this.width, paint: this.paint })
    return this.finish(withoutPersons(diagnosis), { text, exitCode })
  }
}

/** @throws UsageError PROBE_COMPANY unless one or two different companies are named. */
function companiesOf(named: readonly string[]): Companies {
  const [first, second, ...more] = named.map((id) => id.trim())
  if (first !== undefined && first !== '' && second !== '' && second !== first && more.length === 0)
    return second === undefined ? [first] : [first, second]
  throw new UsageError(
    'PROBE_COMPANY',
    '--write-probe needs the Planhat company to write in: one --company ID, or two different ones.',
    {
      suggestions: [
        'make a company for tests in Planhat, with an End User that has an e-mail, and name its id',
        'aircall-sync doctor --write-probe --company ID --company ID2',
      ],
    },
  )
}

function enginesOf(pjson: object): string {
  const { engines } = pjson as { engines?: { node?: string } }
  return engines?.node ?? ''
}
