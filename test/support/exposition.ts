export interface Family {
  readonly type: string
  readonly help: string
  /** Labels as `name="value"` joined by a comma, `''` without any. */
  readonly samples: ReadonlyMap<string, number>
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`)
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/

/**
 * Reads Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats): HELP, TYPE, then the samples of
 * one family together, no sample twice, a line feed at the end. Throws with the line that breaks it.
 */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no line feed')
  const families = new Map<string, { type: string; help: string; samples: Map<string, number> }>()
  let open = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (kind === 'HELP') {
      if (families.has(name)) throw new Error(`a family comes twice: ${line}`)
      families.set(name, { type: '', help: rest, samples: new Map() })
      open = name
    } else if (kind === 'TYPE') {
      const family = families.get(name)
      if (family === undefined || name !== open || !/^(gauge|counter)$/.test(rest)) throw new Error(line)
      family.type = rest
    } else readSample(line, open, families.get(open))
  }
  return families
}

function readSample(line: string, open: string, family: { samples: Map<string, number> } | undefined): void {
  const [, name, labels = '', value = ''] = SAMPLE.exec(line) ?? []
  const number = Number(value)
  if (family === undefined || name !== open || !Number.isFinite(number)) throw new Error(`no sample: ${line}`)
  for (let rest = labels; rest !== ''; ) {
    const found = LABEL.exec(rest)
    if (found === null) throw new Error(`no label: ${line}`)
    rest = rest.slice(found[0].length)
  }
  if (family.samples.has(labels)) throw new Error(`a sample comes twice: ${line}`)
  family.samples.set(labels, number)
}
