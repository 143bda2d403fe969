import { isRefusal, type Verdict } from '../kernel/verdict.ts'
import { refusalHeaders, refusalPage } from '../pages/refusal.ts'
import type { Exchange } from './exchange.ts'

/** Answers in the place of the application: a page for a person, JSON for a program. */
export function answerVerdict(exchange: Exchange, verdict: Verdict): void {
  const { request } = exchange
  const { reason, headers = [], body } = verdict
  exchange.verdict = verdict
  const base = request.ticket === null ? [] : ['castellan-reason', reason.id, 'castellan-client', request.client.text]
  if (body !== undefined) {
    exchange.answer(reason.status, [...base, 'content-type', 'text/plain; charset=utf-8'], body, headers)
  } else if (!isRefusal(verdict)) {
    exchange.answer(reason.status, base, '', headers)
  } else if ((request.headers.get('accept') ?? '').includes('text/html')) {
    const page = refusalPage({ title: reason.title, requestId: request.id, status: reason.status })
    exchange.answer(reason.status, [...base, ...refusalHeaders], page, headers)
  } else {
    const text = `${JSON.stringify({ error: reason.id, title: reason.title, request: request.id })}\n`
    exchange.answer(
      reason.status,
      [...base, 'content-type', 'application/json', 'cache-control', 'no-store'],
      text,
      headers,
    )
  }
}
