/** How a report for people may look where it goes: without colours it is plain text. */
export interface Paint {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  yellow(text: string): string
  green(text: string): string
  /** Foreign text without control characters. */
  safe(text: string): string
  /** Columns of the terminal. */
  readonly width: number
}
