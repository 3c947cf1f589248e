// Preloaded into a measured process: leaves its peak memory (MB) and CPU time (ms) in a file when it ends.
import { writeFileSync } from 'node:fs'

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  const figures = {
    peakMb: Math.round(maxRSS / 1024),
    cpuMs: Math.round((userCPUTime + systemCPUTime) / 1000),
  }
  writeFileSync(process.env['BENCH_PEAK_FILE'], JSON.stringify(figures))
})
