import { FatalError } from '../errors.ts'

const UNTRUSTED = 'signed by nobody whom this machine trusts'

/** What the codes say: https://nodejs.org/api/tls.html#x509-certificate-error-codes, and the name's of node:tls. */
const REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: "not valid yet by this machine's clock",
  ERR_TLS_CERT_ALTNAME_INVALID: "another host's",
  HOSTNAME_MISMATCH: "another host's",
  DEPTH_ZERO_SELF_SIGNED_CERT: 'signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_UNTRUSTED: UNTRUSTED,
  CERT_REVOKED: 'revoked',
  CERT_REJECTED: 'rejected',
  CERT_CHAIN_TOO_LONG: 'at the end of too long a chain',
  CERT_SIGNATURE_FAILURE: 'wrongly signed',
  ERROR_IN_CERT_NOT_BEFORE_FIELD: 'malformed',
  ERROR_IN_CERT_NOT_AFTER_FIELD: 'malformed',
  INVALID_CA: UNTRUSTED,
  INVALID_PURPOSE: 'made for another purpose',
  PATH_LENGTH_EXCEEDED: 'at the end of too long a chain',
  UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: 'malformed',
  UNABLE_TO_DECRYPT_CERT_SIGNATURE: 'malformed',
}

export function isCertificateCode(code: string): boolean {
  return Object.hasOwn(REASONS, code)
}

/** Trying again changes nothing: somebody has to decide whom to trust, or to set an address or a clock right. */
export function certificateError(host: string, code: string, cause: unknown): FatalError {
  const reason = REASONS[code] ?? 'not accepted'
  return new FatalError('HTTP_CERTIFICATE', `The certificate of ${host} is ${reason} (${code}).`, {
    suggestions: remediesOf(code, reason),
    cause,
  })
}

function remediesOf(code: string, reason: string): string[] {
  if (reason === UNTRUSTED || code === 'DEPTH_ZERO_SELF_SIGNED_CERT') {
    return [
      'if a proxy of your company reads along: NODE_EXTRA_CA_CERTS=/path/to/its-ca.pem, ' +
        'set before aircall-sync starts (Node reads it first, so it has no effect in .env)',
      'else check the base URL',
    ]
  }
  if (code === 'CERT_NOT_YET_VALID' || code === 'CERT_HAS_EXPIRED')
    return ["check this machine's clock; if it is right, the host has to renew its certificate"]
  return ['check the base URL, and the proxy if there is one']
}
