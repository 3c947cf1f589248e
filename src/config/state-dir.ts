import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { FatalError } from '../errors.ts'
import type { Environment } from './variables.ts'

/** What stands for none: system users have it, and bin/runtime.js gives it to users whom the system does not know. */
const NO_HOME = '/nonexistent'

/**
 * The platform's per-user state folder: XDG on Linux, the system's own places on macOS and Windows.
 * @throws FatalError NO_HOME where it would lie in a home folder that this user does not have.
 */
export function platformStateDir(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
  home: () => string = homedir,
): string {
  if (platform === 'darwin') return join(homeOf(home), 'Library', 'Application Support', 'aircall-sync')
  if (platform === 'win32')
    return join(env['LOCALAPPDATA'] || join(homeOf(home), 'AppData', 'Local'), 'aircall-sync')
  const xdg = env['XDG_STATE_HOME']
  // The XDG specification says that a relative path must be ignored.
  return join(xdg && isAbsolute(xdg) ? xdg : join(homeOf(home), '.local', 'state'), 'aircall-sync')
}

function homeOf(ask: () => string): string {
  const home = ask()
  if (home !== '' && home !== NO_HOME) return home
  throw new FatalError('NO_HOME', 'This user has no home folder, so there is no place for the state.', {
    suggestions: ['name a folder: --state-dir DIR', 'or set AIRCALL_SYNC_STATE_DIR=DIR'],
  })
}
