/** Patterns in secrets: repeated characters and blocks, sequences, rows of a keyboard. */

const ROWS = ['qwertyuiop', 'qwertzuiop', 'azertyuiop', 'asdfghjkl', 'yxcvbnm', 'zxcvbnm', '1234567890']
/** Characters that a sequence has at least; shorter ones come up by chance. */
const RUN = 4
/** Characters outside of sequences, below which a value counts as a pattern. */
const LEAST = 8
/** A value of fewer bits can be tried out offline. */
const LEAST_BITS = 56

/** Is it one block again and again, or hardly more than sequences such as `aaaa`, `4321` and `asdf`? */
export function isPattern(value: string): boolean {
  if (new Set(value).size <= 3) return true
  const text = value.toLowerCase()
  return isRepeated(text) || outsideRuns(text) < LEAST
}

/** Could so few kinds of characters at this length be tried out? */
export function tooFewBits(value: string): boolean {
  return outsideRuns(value.toLowerCase()) * Math.log2(alphabetOf(value)) < LEAST_BITS
}

function isRepeated(text: string): boolean {
  for (let block = 1; block <= text.length / 2; block++) {
    if (text.startsWith(text.slice(block)) || text.slice(block) === text.slice(0, -block)) return true
    if (block >= 16) return false
  }
  return false
}

/** Length, where a sequence counts as two characters. */
function outsideRuns(text: string): number {
  let count = 0
  for (let from = 0; from < text.length; ) {
    const length = runAt(text, from)
    count += length >= RUN ? 2 : 1
    from += length >= RUN ? length : 1
  }
  return count
}

/** Length of the sequence that begins here. */
function runAt(text: string, from: number): number {
  let longest = 1
  for (const step of [0, 1, -1]) {
    let end = from + 1
    while (end < text.length && text.charCodeAt(end) - text.charCodeAt(end - 1) === step) end++
    longest = Math.max(longest, end - from)
  }
  for (const row of ROWS) {
    const start = row.indexOf(text[from]!)
    if (start === -1) continue
    let length = 1
    while (row[start + length] !== undefined && row[start + length] === text[from + length]) length++
    longest = Math.max(longest, length)
  }
  return longest
}

function alphabetOf(value: string): number {
  if (/^[0-9]*$/.test(value)) return 10
  if (/^([0-9a-f]*|[0-9A-F]*)$/.test(value)) return 16
  const classes = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/]
  const sizes = [26, 26, 10, 20]
  return sizes.reduce((sum, size, index) => (classes[index]!.test(value) ? sum + size : sum), 0)
}
