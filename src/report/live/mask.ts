/** PURE. Telephone numbers outside the state folder show their last two digits only. */
export function maskNumber(number: string): string {
  const digits = number.replace(/\D/g, '')
  return digits.length < 4 ? number : `…${digits.slice(-2)}`
}

// A number with a plus, or in the American form with separators. Plain digits stay: they are ids and counts.
const NUMBER =
  /\+\d(?:[\s().-]{0,2}\d){6,16}|(?<![\w.-])\(\d{3}\)[\s.-]?\d{3}[\s.-]\d{4}(?![\w-])|(?<![\w.:-])\d{3}[\s.-]\d{3}[\s.-]\d{4}(?![\w-])/g

/** Masks every telephone number in a text. Times such as `+02:00` and ids stay. */
export function maskNumbers(text: string): string {
  return text.replace(NUMBER, maskNumber)
}
