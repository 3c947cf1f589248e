/** PURE. The address of a webhook. */
import type { Webhook } from '../../aircall/webhooks.ts'
import { isLoopback } from '../../config/environment.ts'
import { UsageError } from '../../errors.ts'

/** @throws UsageError WEBHOOK_URL (exit 2): Aircall delivers to https alone, and a token in clear is no secret. */
export function readHookUrl(text: string): string {
  const refuse = (why: string): never => {
    throw new UsageError('WEBHOOK_URL', `The address of a webhook ${why}.`, {
      suggestions: ['aircall-sync webhook register --url https://calls.example.com/aircall'],
    })
  }
  const url = URL.parse(text.trim()) ?? refuse('is missing or is none')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse('begins with https://')
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    refuse('is https: its token would travel in clear')
  if (url.username !== '' || url.password !== '') refuse('holds no credentials')
  if (url.hash !== '') refuse('has no fragment')
  return url.href
}

/** Two addresses that a person takes for one. */
export function isSameUrl(a: string, b: string): boolean {
  return normalise(a) === normalise(b)
}

function normalise(text: string): string {
  const url = URL.parse(text)
  return url === null ? text : `${url.origin}${url.pathname.replace(/\/+$/, '')}${url.search}`
}

/** The live automation listens too, and writes the same records. */
export function goesToPlanhat({ url }: Pick<Webhook, 'url'>): boolean {
  return /(^|\.)(planhat|planhatdemo)\.com$/i.test(URL.parse(url)?.hostname ?? '')
}
