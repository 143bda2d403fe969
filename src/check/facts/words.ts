/**
 * Secrets that are words: a small list of those that people choose for servers, written with `@` for `a` and the like,
 * with years and exclamation marks behind. A passphrase of words drawn by lot has other words and is never found here.
 */

const GUESSED = (
  'password passwort passwd passphrase pass secret secrets admin administrator root superuser user username login ' +
  'welcome letmein qwerty dragon monkey iloveyou master default change changeme test testing demo dummy sample hello ' +
  'world postgres postgresql mysql mariadb mongo mongodb redis couch couchdb elastic elasticsearch rabbitmq minio ' +
  'docker compose database server service backup private token apikey access session cookie encryption encrypt auth ' +
  'oauth smtp mail email django rails node express loomio inventree inventaire dataspace nextcloud wordpress ghost ' +
  'company production prod staging development local localhost internal super strong secure safe random string value ' +
  'please summer winter spring autumn football baseball superman batman sunshine princess shadow trustno computer'
).split(' ')
/** Words that stand between those; alone they prove nothing. */
const FILLERS =
  'my your our the this that is are an for and to of in on at by very long not new old key db app web site me it be do use with'.split(
    ' ',
  )

const LEET: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}
/** Letters and digits that may stand beside the words. */
const MOST_BESIDE = 5

/** Is it nothing but words that are tried first, with little beside them? */
export function isMadeOfWords(value: string, hints: readonly string[] = []): boolean {
  const plain = value.toLowerCase()
  const leet = plain.replace(/[01345 7@$!]/g, (char) => LEET[char] ?? char)
  const guessed = guessedWith(hints)
  return [plain, leet].some((text) => coveredByWords(text, guessed))
}

const sets = new WeakMap<readonly string[], ReadonlySet<string>>()

/** Made once for one list of hints: all secrets of an installation come with the same, and it can name many services. */
function guessedWith(hints: readonly string[]): ReadonlySet<string> {
  const known = sets.get(hints)
  if (known !== undefined) return known
  const own = hints.map((hint) => hint.toLowerCase()).filter((hint) => /^[a-z]{4,}$/.test(hint))
  const guessed = new Set([...GUESSED, ...own])
  sets.set(hints, guessed)
  return guessed
}

function coveredByWords(text: string, guessed: ReadonlySet<string>): boolean {
  let beside = digitsBeside(text)
  let found = false
  for (const [run] of text.matchAll(/[a-z]+/g)) {
    const covered = cover(run, guessed)
    beside += covered.beside
    found ||= covered.found
  }
  return found && beside <= MOST_BESIDE
}

/** Digits that are no year and no simple count. */
function digitsBeside(text: string): number {
  let count = 0
  for (const [run] of text.matchAll(/\d+/g)) {
    if (!/^(19|20)\d\d$/.test(run) && !'01234567890'.includes(run)) count += run.length
  }
  return count
}

interface Cover {
  /** Letters that no word covers. */
  readonly beside: number
  /** Is one of the guessed words among them? */
  readonly found: boolean
}

/** Takes letters apart into words so that as few as possible are left over. */
function cover(run: string, guessed: ReadonlySet<string>): Cover {
  const best: Cover[] = [{ beside: 0, found: false }]
  for (let end = 1; end <= run.length; end++) {
    const before = best[end - 1]!
    let found: Cover = { beside: before.beside + 1, found: before.found }
    for (let start = Math.max(0, end - LONGEST_WORD); start < end - 1; start++) {
      const word = run.slice(start, end)
      const isGuessed = guessed.has(word)
      if (!isGuessed && !FILLER_SET.has(word)) continue
      const from = best[start]!
      const candidate = { beside: from.beside, found: from.found || isGuessed }
      if (candidate.beside < found.beside || (candidate.beside === found.beside && candidate.found)) found = candidate
    }
    best.push(found)
  }
  return best[run.length]!
}

const FILLER_SET: ReadonlySet<string> = new Set(FILLERS)
const LONGEST_WORD = 16
