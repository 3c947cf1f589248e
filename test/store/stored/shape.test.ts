import { expect, it } from 'vitest'
import { z } from 'zod'
import { UnreadableCellError } from '../../../src/store/row.ts'
import { every, Shape } from '../../../src/store/stored/shape.ts'

interface Person {
  readonly name: string
  readonly nick?: string
  readonly tags: readonly string[]
}
const PERSON = new Shape<Person>(
  'a person',
  2,
  every<Person>()({
    name: z.string(),
    nick: z.string().exactOptional(),
    tags: z.array(z.string()).default([]),
  }),
)

it('gives back what it wrote, without the version', () => {
  const person = { name: 'Ada', tags: ['vip'] }
  expect(JSON.parse(PERSON.write(person))).toEqual({ v: 2, ...person })
  expect(PERSON.read(JSON.parse(PERSON.write(person)))).toStrictEqual(person)
})

it('fills in what an earlier version did not know', () => {
  expect(PERSON.read({ name: 'Ada' })).toStrictEqual({ name: 'Ada', tags: [] })
})

it('writes an empty object and a list as JSON too', () => {
  const anything = new Shape<object>('anything', 1, z.looseObject({}))
  expect(JSON.parse(anything.write({}))).toEqual({ v: 1 })
  expect(JSON.parse(new Shape<readonly string[]>('words', 1, z.array(z.string())).write(['a']))).toEqual([
    'a',
  ])
})

it.each([
  ['a newer version', { v: 3, name: 'Ada' }, 'a person was stored by a newer version of aircall-sync'],
  ['another shape', { name: { secret: 'x' } }, 'a person does not hold what was stored at "name": '],
  ['no object', null, 'a person does not hold what was stored at "": '],
])('refuses %s, naming the place and never the value', (_name, json, message) => {
  const read = () => PERSON.read(json)
  expect(read).toThrow(UnreadableCellError)
  expect(read).toThrow(message)
  expect(read).not.toThrow(/secret/)
})
