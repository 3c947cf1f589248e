import { isUnset } from './diff.ts'

// Where Aircall's signed links lead (docs/reference/aircall-api.md section 6: one hour, S3 behind it).
const STORAGE_HOSTS = /(?:^|\.)(?:aircall\.io|amazonaws\.com|cloudfront\.net)$/u
const STABLE_HOST = 'assets.aircall.io'
const SIGNATURE = /(?:^|[?&])(?:x-amz-[\w-]+|signature|expires|key-pair-id)=/iu

/** A link that dies: Aircall's or its storage's, and not the stable page (docs/reference/automation.md T3). */
export function isSignedLink(value: unknown): boolean {
  const url = parseUrl(value)
  if (url === null || url.hostname === STABLE_HOST) return false
  return STORAGE_HOSTS.test(url.hostname) || SIGNATURE.test(url.search)
}

/** Nothing, template text that was never filled (C2), a dying link, or a stable page of this very call. */
export function isReplaceableLink(value: unknown, callId: string): boolean {
  if (isUnset(value) || isSignedLink(value)) return true
  if (typeof value !== 'string') return false
  if (/\{\{|\[\[|<<|\$\{|^(?:undefined|null)$|^Step \d/u.test(value.trim())) return true
  const url = parseUrl(value)
  return url?.hostname === STABLE_HOST && url.pathname.split('/').includes(callId)
}

function parseUrl(value: unknown): URL | null {
  return typeof value === 'string' ? URL.parse(value.trim()) : null
}
