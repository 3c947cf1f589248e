import type { CountryCode, PhoneField } from '../../domain.ts'
import { identifyNumber } from '../../match/identity.ts'
import type { IndexWriter } from '../../store/phone-index/phone-index.ts'
import type { Store } from '../../store/store.ts'
import type { Surroundings } from '../run/surroundings.ts'

/** Who or whose number was erased may still stand in the source: no build of the index brings either back. */
export function withoutErased(
  { settings }: Pick<Surroundings, 'settings'>,
  { erased }: Pick<Store, 'erased'>,
  writer: IndexWriter,
): IndexWriter {
  if (erased.isEmpty) return writer
  const { defaultCountry } = settings.config
  const isErased = ({ raw }: PhoneField, country: CountryCode) =>
    identifyNumber(raw, country).written.some((number) => erased.has('number', number))
  const add: IndexWriter['add'] = (endUser, origin) => {
    if (erased.has('end-user', endUser.id)) {
      writer.addProblem('erased')
      origin?.takeBack('erased', origin.place)
      return
    }
    const country = endUser.country ?? defaultCountry
    writer.add({ ...endUser, phones: endUser.phones.filter((phone) => !isErased(phone, country)) }, origin)
  }
  return { ...writer, add }
}
