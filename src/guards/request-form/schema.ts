import { duration, size } from '../../kernel/units.ts'

/** Part of `limits` of a site in castellan.yaml. */
export const requestFormShape = {
  body: size.default(104_857_600).describe('The largest request body; 0 means without limit.'),
}

/** Part of `timeouts` in castellan.yaml; they hold for every listener. */
export const timeoutShape = {
  headers: duration.default(15_000).describe('Time for a client to send the head of a request.'),
  body: duration.default(300_000).describe('Longest pause of a client within a request body.'),
  write: duration
    .default(60_000)
    .describe('Longest time in which a client takes nothing of its answer; then the answer is broken off.'),
  idle: duration.default(75_000).describe('Time that an idle connection is kept open.'),
}
