import type { Policy } from '../config/policy.ts'
import type { User } from '../control/services.ts'
import { reasons as edgeReasons } from '../edge/reasons.ts'
import { edgeGuards } from '../guards/edge.ts'
import { CastellanError } from '../kernel/errors.ts'
import type { Reason } from '../kernel/verdict.ts'
import { foldersOf } from '../supervisor/folders.ts'
import { findRequest, type LogLine } from './access-log-search.ts'
import { askOperator } from './operator-client.ts'
import { type Question, type Replay, replay } from './replay.ts'
import { plain, type Terminal } from './terminal.ts'

interface Options {
  readonly data: string
  readonly json: boolean
  readonly as?: string
  readonly from?: string
}

/** What `explain` says; the same for a request that was and for one that is asked about. */
interface Explanation {
  readonly verdict: 'allow' | 'deny' | 'answer'
  readonly reason: Reason | null
  readonly rule: string | null
  readonly detail: string | null
  readonly checks: Replay['steps']
  readonly request: { readonly method: string; readonly url: string; readonly from: string; readonly as: string | null }
  readonly policy: string
}

const UNSTATED_ADDRESS = '192.0.2.1'

/** `explain REQUEST-ID` and `explain METHOD URL`. */
export async function explain(words: readonly string[], options: Options, terminal: Terminal): Promise<void> {
  const [first, url] = words
  const explanation = url === undefined ? await explainId(first!, options) : await explainUrl(first!, url, options)
  if (options.json) terminal.line(JSON.stringify(explanation))
  else for (const line of tell(explanation, terminal)) terminal.line(line)
}

async function explainUrl(method: string, text: string, { data, as, from }: Options): Promise<Explanation> {
  const url = URL.parse(text)
  if (url === null)
    throw new CastellanError(
      'explain.url',
      `${JSON.stringify(text)} is not a URL such as https://app.localhost:8443/admin.`,
    )
  const policy = await askOperator<Policy>(data, 'GET', '/policy')
  const person = as === undefined ? null : await findPerson(data, as)
  // As written, not as `URL` repaired it: `/a/../b` is what the question is about.
  const target = /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(text)?.[1] || '/'
  const question: Question = {
    method: method.toUpperCase(),
    target,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    from: from ?? UNSTATED_ADDRESS,
    protocol: 'http/1.1',
    person,
    time: Date.now(),
    rateExceeded: false,
  }
  const result = await replay(policy, question)
  return toExplanation(result, policy, { method: question.method, url: text, from: question.from, as: as ?? null })
}

/** The decision as recorded, with the policy of that moment; the checks on the way are decided again under it. */
async function explainId(id: string, { data }: Options): Promise<Explanation> {
  const line = await findRequest(foldersOf(data).log, id)
  const policy = await askOperator<Policy | null>(data, 'GET', `/policy/${line.policy}`)
  if (policy === null)
    throw new CastellanError('explain.policy', `The policy ${line.policy} of that moment is not kept any more.`)
  const roles = line.roles ?? []
  const person = line.subject === undefined ? null : { subject: line.subject, email: line.subject, roles }
  const result = await replay(policy, {
    method: line.method,
    target: line.target,
    host: line.site === '' ? (line.host ?? '') : line.site,
    from: line.client,
    protocol: line.protocol,
    person,
    time: line.time,
    rateExceeded: line.verdict === 'rate-limit.exceeded',
  })
  const site = policy.sites.findIndex(({ host }) => host === line.site)
  const url = `${policy.origins[site] ?? `https://${line.host ?? ''}`}${line.target}`
  const explained = toExplanation(result, policy, {
    method: line.method,
    url,
    from: line.client,
    as: line.subject ?? null,
  })
  return { ...explained, ...recorded(line, explained) }
}

/** What the log says goes before what a replay finds: a body or a header that is not recorded may have decided. */
function recorded(line: LogLine, replayed: Explanation): Partial<Explanation> {
  const passed = line.verdict === 'passed'
  const reason = passed ? null : findReason(line.verdict)
  const detail = line.failure ?? line.detail ?? null
  const guard = line.verdict.slice(0, line.verdict.indexOf('.'))
  const stopped = replayed.checks.findIndex((step) => step.guard === guard)
  const checks =
    passed || stopped < 0 ? replayed.checks : [...replayed.checks.slice(0, stopped), { guard, passed: false }]
  return { verdict: verdictOf(reason), reason, rule: line.rule ?? replayed.rule, detail, checks }
}

function toExplanation({ verdict, rule, steps }: Replay, policy: Policy, request: Explanation['request']): Explanation {
  const reason = verdict?.reason ?? null
  return {
    verdict: verdictOf(reason),
    reason,
    rule: rule === '' ? null : rule,
    detail: verdict?.detail ?? null,
    checks: steps,
    request,
    policy: policy.version,
  }
}

function verdictOf(reason: Reason | null): Explanation['verdict'] {
  if (reason === null) return 'allow'
  return reason.status >= 400 ? 'deny' : 'answer'
}

function findReason(id: string): Reason {
  const all = [...edgeGuards.flatMap(({ reasons }) => Object.values(reasons)), ...Object.values(edgeReasons)]
  return (
    all.find((reason) => reason.id === id) ?? {
      id,
      status: 0,
      title: '',
      advice: 'This version does not know the reason.',
    }
  )
}

async function findPerson(data: string, email: string): Promise<Question['person']> {
  const users = await askOperator<User[]>(data, 'GET', '/users')
  const user = users.find((candidate) => candidate.email.toLowerCase() === email.toLowerCase())
  if (user !== undefined) return { subject: user.id, email: user.email, roles: user.roles }
  throw new CastellanError('explain.person', `Nobody here has the e-mail address ${email}.`, {
    hint: '`castellan user list` shows who there is.',
  })
}

function tell({ verdict, reason, rule, detail, checks, request, policy }: Explanation, terminal: Terminal): string[] {
  const colour = verdict === 'deny' ? terminal.red : terminal.green
  const who = request.as === null ? 'a stranger' : plain(request.as)
  const lines = [
    `${colour(verdict.toUpperCase())}  ${plain(request.method)} ${plain(request.url)}`,
    `  asked by ${who} from ${request.from}, under policy ${policy}`,
  ]
  if (reason !== null)
    lines.push(`  ${terminal.bold(reason.id)} (${reason.status}): ${reason.title}`, `  ${reason.advice}`)
  if (rule !== null) lines.push(`  rule: ${plain(rule)}`)
  if (detail !== null) lines.push(`  detail: ${plain(detail)}`)
  const steps = checks.map(({ guard, passed }) => (passed ? terminal.green(`${guard} ✓`) : terminal.red(`${guard} ✗`)))
  return [...lines, `  checks: ${steps.join(', ')}`]
}
