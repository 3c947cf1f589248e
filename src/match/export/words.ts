/** The words by which columns of an export are known. Tables only: how they are used is in columns.ts. */

/** What `--map` can name besides the configured phone fields (docs/contract.md, after section 7). */
export const MAPPABLE = ['id', 'name', 'email', 'companyId', 'companyName', 'country', 'archived'] as const
export type Single = (typeof MAPPABLE)[number] | 'firstName' | 'lastName' | 'companyExternalId'

/** Capitals, accents, spaces and signs do not matter: `Company._id`, `company id`, `Téléphone *`. */
export const fold = (header: string): string =>
  header
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')

/** docs/reference/planhat-api.md section 4, "Exported End Users", as `fold` writes them. */
export const SYNONYMS: Readonly<Record<Single, readonly string[]>> = {
  id: ['id', 'planhatid', 'enduserid', 'planhatenduserid'],
  name: ['name', 'fullname', 'endusername'],
  firstName: ['firstname'],
  lastName: ['lastname'],
  email: ['email', 'emailaddress'],
  companyId: ['companyid', 'companyplanhatid', 'planhatcompanyid'],
  companyName: ['companyname', 'company'],
  companyExternalId: ['companyexternalid', 'companyextid'],
  country: ['country', 'companycountry', 'countrycode'],
  archived: ['archived', 'isarchived'],
}

/** The same in other words and languages, looked for where none of the first is there. */
export const OTHER_WORDS: Readonly<Record<Single, readonly string[]>> = {
  id: ['contactid', 'personid', 'kontaktid', 'endnutzerid', 'endbenutzerid', 'idcontact', 'idcontacto'],
  name: ['contactname', 'vollstandigername', 'nomcomplet', 'nombrecompleto', 'nomecompleto'],
  firstName: ['vorname', 'prenom', 'nombre', 'givenname'],
  lastName: ['nachname', 'familienname', 'nom', 'apellido', 'apellidos', 'surname', 'familyname'],
  email: ['mail', 'emailadresse', 'adressemail', 'adresseemail', 'courriel', 'correo', 'correoelectronico'],
  companyId: [
    'firmenid',
    'firmaid',
    'unternehmensid',
    'unternehmenid',
    'idsociete',
    'societeid',
    'identreprise',
    'entrepriseid',
    'idempresa',
    'empresaid',
    'idcompania',
    'idcompany',
    'iddelasociete',
    'iddelentreprise',
    'iddelaempresa',
    'iddeempresa',
  ],
  companyName: [
    'firma',
    'firmenname',
    'unternehmen',
    'unternehmensname',
    'societe',
    'entreprise',
    'nomdelasociete',
    'empresa',
    'nombredelaempresa',
    'compania',
  ],
  companyExternalId: [],
  country: ['land', 'pays', 'pais', 'paese'],
  archived: ['archiviert', 'archive', 'archivado'],
}

export const PHONES: readonly string[] = [
  'phone',
  'phonenumber',
  'telephone',
  'telephonenumber',
  'telefon',
  'telefonnummer',
  'rufnummer',
  'numerodetelephone',
  'telefono',
  'numerodetelefono',
]

/** Further phone columns that people export; each is known by its own header. */
export const MORE_PHONES: readonly string[] = [
  'phone2',
  'mobile',
  'mobilephone',
  'mobilenumber',
  'cellphone',
  'telefon2',
  'mobil',
  'mobiltelefon',
  'mobilnummer',
  'handy',
  'handynummer',
  'portable',
  'telephoneportable',
  'telephonemobile',
  'movil',
  'celular',
  'telefonomovil',
]

/** Above columns that are a company's (`Company` over `Id`, `Name`), or the person's own. */
export const COMPANY_GROUPS: readonly string[] = [
  'company',
  'companies',
  'account',
  'customer',
  'firma',
  'unternehmen',
  'societe',
  'entreprise',
  'empresa',
]
export const PERSON_GROUPS: readonly string[] = [
  'contact',
  'contacts',
  'person',
  'people',
  'enduser',
  'endusers',
  'user',
  'kontakt',
  'kontakte',
  'personne',
  'contacto',
  'persona',
]

/**
 * Words that headers are made of. A cell made of these alone may stand in a message, wherever it was found: it says
 * nothing of anybody.
 */
export const HEADER_WORDS: ReadonlySet<string> = new Set(
  `a account address adresse archived at billing business by cell city client code company contact country created
  crm custom customer date deal department direct domain email end ext extension external fax field first firm full
  home id ids is key kunde kundennummer landline last line lifecycle main mail manager mobile name no number
  office org organisation organization other owner parent person phone planhat position primary private record ref
  reference role sales secondary source stage state status street tags tel telephone title type updated url user
  website who work zip`
    .split(/\s+/)
    .concat(Object.values(SYNONYMS).flat(), Object.values(OTHER_WORDS).flat(), PHONES, MORE_PHONES),
)
