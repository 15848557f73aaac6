// Phone numbers as people paste them: in lists, columns and sentences.

/** What surely stands between two numbers; a blank may as well stand within one. */
const BETWEEN = /[\n\r\t,;|，；、。]+|(?=[+＋])/u

const digits = (text) => text.replace(/\P{Nd}/gu, '').length

/** Whether nothing can follow: a mainland number without or with its country code. */
const whole = (text) => {
  const plain = text.replace(/[^\d+]/g, '')
  return /^1\d{10}$/.test(plain) || /^(\+|00)?861\d{10}$/.test(plain)
}

/** The numbers of *part*, which may be several with blanks between, and within. */
function apart(part) {
  const found = []
  for (const piece of part.split(/\s+/u).filter(digits)) {
    const last = found.at(-1)
    const grows = last !== undefined && !whole(last) && (digits(last) < 7 || digits(piece) < 7)
    // No number has more than fifteen digits.
    if (grows && digits(last) + digits(piece) <= 15) found[found.length - 1] = `${last} ${piece}`
    else found.push(piece)
  }
  return found
}

/** All numbers in *typed*, in their order, spelled as they are. */
export const numbersIn = (typed) =>
  typed.replace(/["'<>]|tel:/gi, ' ').split(BETWEEN).flatMap(apart)
