import { Flags } from '@oclif/core'
import { RunCommand } from '../cli/run-command.ts'
import type { Diagnosis } from '../pipeline/doctor/check.ts'
import { diagnose } from '../pipeline/doctor/doctor.ts'
import { formatDiagnosis } from '../report/text/doctor.ts'

const FAILED = 7

export default class Doctor extends RunCommand<typeof Doctor> {
  static override summary =
    'Check credentials, permissions, conversation type, fields, index, clock and state.'
  static override description = 'Reads only. Exit 0 when nothing fails (warnings may remain), else 7.'
  static override examples = [
    {
      description: 'Before the first run, and whenever something is odd',
      command: '<%= config.bin %> doctor',
    },
    {
      description: 'Also write one Conversation, check whether Planhat keeps its type, and delete it',
      command: '<%= config.bin %> doctor --write-probe',
    },
  ]
  static override flags = {
    'write-probe': Flags.boolean({
      description: 'write one Conversation to Planhat, read it back and delete it',
    }),
    company: Flags.string({
      helpValue: 'ID',
      dependsOn: ['write-probe'],
      description: 'Planhat company to write the probe under; the first one by default',
    }),
  }

  async run(): Promise<Diagnosis> {
    const { 'write-probe': writeProbe, company } = this.flags
    const diagnosis = await diagnose(this.surroundings(), {
      engines: enginesOf(this.config.pjson),
      version: process.version,
      writeProbe,
      companyId: company ?? null,
    })
    const text = formatDiagnosis(diagnosis.checks, { width: this.width, paint: this.paint })
    return this.finish(diagnosis, { text, exitCode: diagnosis.ok ? 0 : FAILED })
  }
}

function enginesOf(pjson: object): string {
  const { engines } = pjson as { engines?: { node?: string } }
  return engines?.node ?? ''
}
