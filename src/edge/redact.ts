/** Query keys whose values are secrets in the applications of the measure, and in most others. */
const SECRET_KEYS: ReadonlySet<string> = new Set([
  'token',
  'access_token',
  'id_token',
  'refresh_token',
  'api_key',
  'apikey',
  'b3_api_key',
  'code',
  'channel_token',
  'key',
  'secret',
  'password',
  'passwd',
  'pwd',
  'signature',
  'sig',
  'state',
  'samlresponse',
  'samlrequest',
  'reset_password_token',
  'invitation_token',
  'unsubscribe_token',
  'sessionid',
])

const LONGEST = 2_048

/** The target for a log: values of secret query keys are replaced, and it is cut at 2,048 characters. */
export function redactTarget(target: string): string {
  const mark = target.indexOf('?')
  if (mark < 0) return target.slice(0, LONGEST)
  const pairs = target
    .slice(mark + 1)
    .split('&')
    .map(redactPair)
  return `${target.slice(0, mark)}?${pairs.join('&')}`.slice(0, LONGEST)
}

function redactPair(pair: string): string {
  const equals = pair.indexOf('=')
  if (equals < 0) return pair
  return SECRET_KEYS.has(plainKey(pair.slice(0, equals))) ? `${pair.slice(0, equals)}=[redacted]` : pair
}

/** `user%5Btoken%5D` and `token[]` are `token` to an application. */
function plainKey(raw: string): string {
  let key = raw
  try {
    key = decodeURIComponent(raw)
  } catch {
    // A key that can't be decoded is compared as it stands.
  }
  const inner = /\[([^\][]+)\](?:\[\])?$/.exec(key)
  return (inner?.[1] ?? key.replace(/\[\d*\]$/, '')).toLowerCase()
}
