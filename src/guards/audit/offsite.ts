import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { errorText } from '../../kernel/errors.ts'
import { type Checkpoint, checkpointLine } from './checkpoint.ts'
import { auditError } from './errors.ts'
import { appendLine } from './files.ts'

/** How the place off the host is doing. */
export interface OffsiteStatus {
  readonly delivered: Checkpoint | undefined
  /** Failures since the last delivery. */
  readonly failures: number
  readonly lastError: string | undefined
  /** The file lies on the same device as the log, so that whoever rolls back one rolls back both. */
  readonly sameDevice: boolean | undefined
}

export interface Offsite {
  /** Never waits and never fails. A newer checkpoint takes the place of one that is still waiting: it covers it. */
  offer(checkpoint: Checkpoint): void
  status(): OffsiteStatus
  /** Tries once more for what is waiting, for two seconds at the most. */
  close(): Promise<void>
}

export interface OffsiteOptions {
  /** Absolute path of a file, which gets a line for each checkpoint, or an http(s) URL, which gets a POST. */
  readonly to: string
  /** The log's own folder. */
  readonly folder: string
  /** Milliseconds between two deliveries at the least. The first after a pause goes at once. */
  readonly everyMs: number
  /** Milliseconds of the first pause after a failure; it doubles up to five minutes. */
  readonly retryMs: number
  readonly onError: (error: Error) => void
}

const longestPause = 300_000
const longestGoodbye = 2_000

/** Sends checkpoints to a place off the host, one at a time, for ever. */
export function openOffsite(options: OffsiteOptions): Offsite {
  const target = openTarget(options.to)
  let waiting: Checkpoint | undefined
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let status: OffsiteStatus = { delivered: undefined, failures: 0, lastError: undefined, sameDevice: undefined }

  const deliver = async (): Promise<void> => {
    const checkpoint = waiting
    if (checkpoint === undefined) return
    try {
      await target.send(checkpoint)
      if (waiting === checkpoint) waiting = undefined
      const sameDevice = await target.isOnDeviceOf(options.folder)
      status = { delivered: checkpoint, failures: 0, lastError: undefined, sameDevice }
    } catch (cause) {
      status = { ...status, failures: status.failures + 1, lastError: errorText(cause) }
      options.onError(auditError('audit.checkpoint-undelivered', 'A checkpoint could not be sent off the host.', cause))
    }
  }
  const start = (): void => {
    running ??= deliver().finally(() => {
      running = undefined
      const pause = status.failures === 0 ? options.everyMs : options.retryMs * 2 ** Math.min(status.failures - 1, 20)
      timer = setTimeout(wake, Math.min(pause, longestPause)).unref()
    })
  }
  const wake = (): void => {
    timer = undefined
    if (waiting !== undefined) start()
  }
  const finish = async (): Promise<void> => {
    await running
    await deliver()
  }
  return {
    offer: (checkpoint) => {
      waiting = checkpoint
      if (timer === undefined) start()
    },
    status: () => status,
    close: async () => {
      await Promise.race([finish(), delay(longestGoodbye, undefined, { ref: false })])
      clearTimeout(timer)
      await target.close()
    },
  }
}

interface Target {
  send(checkpoint: Checkpoint): Promise<void>
  isOnDeviceOf(folder: string): Promise<boolean | undefined>
  close(): Promise<void>
}

function openTarget(to: string): Target {
  return to.startsWith('/') ? fileTarget(to) : webhookTarget(to)
}

function fileTarget(path: string): Target {
  return {
    // Its folder is never made: with the mount away, that would write onto the host itself.
    send: (checkpoint) => appendLine(path, checkpointLine(checkpoint)),
    isOnDeviceOf: async (folder) => (await stat(dirname(path))).dev === (await stat(folder)).dev,
    close: async () => {},
  }
}

/** Node's own `fetch` is loaded with the first delivery, and most installations have none. */
function webhookTarget(url: string): Target {
  return {
    send: async (checkpoint) => {
      const answer = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        headers: { 'content-type': 'application/json' },
        body: checkpointLine(checkpoint),
        signal: AbortSignal.timeout(10_000),
      })
      await answer.body?.cancel()
      if (!answer.ok) throw new Error(`answered ${answer.status}`)
    },
    isOnDeviceOf: async () => undefined,
    close: async () => {},
  }
}
