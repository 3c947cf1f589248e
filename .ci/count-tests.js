// `node .ci/count-tests.js FILE STATUS`: prints the counts of a vitest JSON report, the sum as the last line.
// Beyond single tests it counts a file that could not be loaded, and a bad exit that no test explains.
import { existsSync, readFileSync } from 'node:fs'

const [file, status] = [process.argv[2] ?? '', Number(process.argv[3] ?? 0)]

function count(report) {
  const tests = report.testResults.flatMap((suite) => suite.assertionResults)
  const of = (state) => tests.filter((test) => test.status === state).length
  const unloaded = report.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.every((test) => test.status !== 'failed'),
  ).length
  const failed = of('failed') + unloaded
  const skipped = tests.filter((test) => !['passed', 'failed'].includes(test.status))
  return { passed: of('passed'), failed, skipped }
}

const seen = existsSync(file)
  ? count(JSON.parse(readFileSync(file, 'utf8')))
  : { passed: 0, failed: 0, skipped: [] }
const unexplained = seen.failed === 0 && (status !== 0 || seen.passed === 0) ? 1 : 0
if (seen.skipped.length > 0) {
  process.stdout.write(`# ${seen.skipped.length} left out here:\n`)
  for (const test of seen.skipped) process.stdout.write(`#   ${test.fullName ?? test.title}\n`)
}
process.stdout.write(`${seen.passed} passed, ${seen.failed + unexplained} failed\n`)
process.exitCode = seen.failed + unexplained === 0 ? 0 : 1
