import { createInterface } from 'node:readline/promises'

export interface Question<K extends string> {
  readonly key: K
  readonly text: string
  readonly preset: string
  /** Null when the answer will do, else what is wrong with it. */
  readonly check: (answer: string) => string | null
}

export interface Terminal {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
}

/** Asks one by one; an empty answer takes the preset, a wrong one is asked again. */
export async function ask<K extends string>(
  questions: readonly Question<K>[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Record<K, string>> {
  const lines = createInterface({ ...terminal })
  try {
    const answers: Partial<Record<K, string>> = {}
    for (const question of questions) answers[question.key] = await askOne(question)
    return answers as Record<K, string>
  } finally {
    lines.close()
  }

  async function askOne(question: Question<K>): Promise<string> {
    for (;;) {
      const typed = (await lines.question(`${question.text} [${question.preset}] `, { signal })).trim()
      const answer = typed === '' ? question.preset : typed
      const problem = question.check(answer)
      if (problem === null) return answer
      terminal.output.write(`  ${problem}\n`)
    }
  }
}
