import { defineConfig } from 'vitest/config'

// What needs Debian's packages (a browser, LibreOffice, cron) is a stage of .ci/run, which installs them.
const stage = process.env['AIRCALL_SYNC_STAGE']
const countsFile = process.env['AIRCALL_SYNC_TEST_JSON']

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: stage === undefined ? ['test/stages/**'] : [],
    globalSetup: ['test/support/global-setup.ts'],
    // Without this @oclif/test captures nothing.
    disableConsoleIntercept: true,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    maxWorkers: 2,
    unstubEnvs: true,
    // A worker for each file costs a quarter of the time. What a test changes for the process it takes back itself.
    isolate: false,
    // .ci/run counts tests from a file, since a sum read from the terminal's text would be a guess.
    ...(countsFile && { reporters: ['default', ['json', { outputFile: countsFile }]] }),
  },
})
