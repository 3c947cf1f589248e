import nock from 'nock'
import { afterEach, beforeEach } from 'vitest'

/** nock between the clients and the network, for the tests of this file and no other: a worker runs many files. */
export function useNock(): void {
  beforeEach(() => {
    if (!nock.isActive()) nock.activate()
    nock.disableNetConnect()
  })
  afterEach(() => {
    nock.cleanAll()
    nock.enableNetConnect()
    nock.restore()
  })
}
