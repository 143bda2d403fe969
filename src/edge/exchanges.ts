import type { Exchange } from './exchange.ts'

/**
 * The exchanges under way. Not a `Set`: its hash table is made anew every few requests, and each old table, once in the
 * old generation, keeps the next one with all its exchanges alive until a full collection (20 ms pauses were seen).
 */
export class Exchanges implements Iterable<Exchange> {
  private readonly list: Exchange[] = []

  get size(): number {
    return this.list.length
  }

  add(exchange: Exchange): void {
    exchange.slot = this.list.push(exchange) - 1
  }

  /** Takes one out that is in; the last one moves to its place. */
  delete(exchange: Exchange): void {
    const last = this.list.pop()!
    if (last === exchange) return
    last.slot = exchange.slot
    this.list[exchange.slot] = last
  }

  /** A copy, as breaking one off takes it out. */
  [Symbol.iterator](): Iterator<Exchange> {
    return [...this.list].values()
  }
}
