import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Environment } from './environment.ts'

/** The platform's per-user state folder: XDG on Linux, the system's own places on macOS and Windows. */
export function platformStateDir(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'aircall-sync')
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'aircall-sync')
  const xdg = env['XDG_STATE_HOME']
  // The XDG specification says that a relative path must be ignored.
  return join(xdg && isAbsolute(xdg) ? xdg : join(home, '.local', 'state'), 'aircall-sync')
}
