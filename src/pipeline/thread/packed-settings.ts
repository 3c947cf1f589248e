import type { Credentials } from '../../config/environment.ts'
import { revealProxy } from '../../config/proxy.ts'
import { Secret } from '../../config/secret.ts'
import type { Settings } from '../../config/settings.ts'

/** Settings on their way between two threads of this process: a `Secret` would arrive empty. */
export interface PackedSettings extends Omit<Settings, 'credentials' | 'proxy'> {
  readonly aircall: { readonly id: string; readonly token: string } | null
  readonly planhat: string | null
  readonly proxy: ReturnType<typeof revealProxy>
}

export function packSettings({ credentials, proxy, ...rest }: Settings): PackedSettings {
  const { aircall, planhat } = credentials
  return {
    ...rest,
    aircall: aircall === null ? null : { id: aircall.id.reveal(), token: aircall.token.reveal() },
    planhat: planhat?.reveal() ?? null,
    proxy: revealProxy(proxy),
  }
}

export function unpackSettings({ aircall, planhat, proxy, ...rest }: PackedSettings): Settings {
  const credentials: Credentials = {
    aircall: aircall === null ? null : { id: new Secret(aircall.id), token: new Secret(aircall.token) },
    planhat: planhat === null ? null : new Secret(planhat),
  }
  return { ...rest, credentials, proxy: proxy === null ? null : { ...proxy, url: new Secret(proxy.url) } }
}
