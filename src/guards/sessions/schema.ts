import { duration } from '../../kernel/units.ts'

/** The key `sessions` of castellan.yaml. */
export const sessionsShape = {
  idle: duration.default(43_200_000).describe('A session that is not used for this long ends.'),
  absolute: duration.default(604_800_000).describe('A session ends after this time, however much it is used.'),
  'without-control': duration
    .default(600_000)
    .describe('How long edges go on serving the sessions that they know while the control process is away.'),
}
