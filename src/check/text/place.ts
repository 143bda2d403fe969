/** A place in a file that a person can go to. Lines and columns count from 1; 0 says that the whole file is meant. */
export interface Place {
  /** As it is shown: relative to where the check was started when it lies below, else absolute. */
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A value and where it is written. */
export interface Located<T> {
  readonly value: T
  readonly at: Place
}

/** The whole of a file. */
export function wholeFile(file: string): Place {
  return { file, line: 0, column: 0 }
}

/** Turns offsets of one text into places; finds a line in O(log n). */
export function createLocator(file: string, text: string): (offset: number) => Place {
  const starts = [0]
  for (let next = text.indexOf('\n'); next !== -1; next = text.indexOf('\n', next + 1)) starts.push(next + 1)
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { file, line: low + 1, column: offset - starts[low]! + 1 }
  }
}
