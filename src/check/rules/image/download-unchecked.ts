import type { Instruction } from '../../readers/dockerfile/types.ts'
import type { Rule } from '../rule.ts'

export const downloadUnchecked = {
  id: 'image.download-unchecked',
  severity: 'medium',
  title: 'A build runs or takes what it downloads, unchecked',
  looksFor:
    'RUN with the output of curl or wget piped into a shell or another interpreter, downloads without a check of the certificate, and ADD of an address without --checksum.',
  why: 'Whoever takes over that host, or stands in between, puts their program into the image, and no two builds need to be the same.',
  fix: 'Download a certain version to a file, compare its hash (sha256sum -c, ADD --checksum) or signature, and only then run it.',
  bad: { Dockerfile: 'FROM alpine:3.22\nRUN curl -fsSL https://example.org/install.sh | sh\nUSER 1000\n' },
  good: {
    Dockerfile: `FROM alpine:3.22\nADD --checksum=sha256:${'0'.repeat(64)} https://example.org/tool.tar.gz /tmp/\nUSER 1000\n`,
  },
  applies: (stack) => stack.dockerfiles.length > 0,
  check(stack, report) {
    for (const { shown, stages, services } of stack.dockerfiles) {
      const [service, ...others] = services
      for (const instruction of stages.flatMap(({ instructions }) => instructions)) {
        const observed = faultOf(instruction)
        if (observed === undefined) continue
        report({
          at: instruction.at,
          ...(service === undefined || others.length > 0 ? {} : { service }),
          observed: `${shown}: ${observed}`,
          expected: 'a file of a certain version, whose hash or signature is compared',
        })
      }
    }
  },
} satisfies Rule

const INTERPRETER =
  /^\s*(?:sudo\s+(?:-\S+\s+)*)?(?:\/\S*\/)?(?:ba|da|z|a|k)?sh\b|^\s*(?:sudo\s+)?(?:python3?|node|perl|ruby|php)\b/

function faultOf({ keyword, text, words, flags }: Instruction): string | undefined {
  if (keyword === 'ADD') {
    const address = words.find(({ value }) => /^https?:\/\//i.test(value) && !/\.git(?:#|$)/.test(value))
    return address === undefined || flags.has('checksum')
      ? undefined
      : `ADD of ${withoutUser(address.value)} without --checksum`
  }
  if (keyword !== 'RUN') return undefined
  for (const line of text.split('\n')) {
    // Commands of one pipe; `||` parts commands, too.
    for (const command of line.split(/&&|\|\||;/)) {
      const [first = '', ...rest] = command.split('|')
      const downloads = /\b(?:curl|wget)\s/.test(first)
      if (downloads && rest.some((part) => INTERPRETER.test(part))) return 'what curl or wget loads is run at once'
      const called = first.trim().split(/\s+/)
      if (called.includes('curl') && called.some((word) => /^-[a-zA-Z]*k[a-zA-Z]*$|^--insecure$/.test(word)))
        return 'curl does not check the certificate'
      if (called.includes('wget') && called.includes('--no-check-certificate'))
        return 'wget does not check the certificate'
    }
    if (
      /(?:\b(?:ba|da|z)?sh\s+(?:-\w+\s+)*(?:-c\s+)?["']?(?:\$\(|<\()|\beval\s+["']?\$\()\s*(?:curl|wget)\s/.test(line)
    )
      return 'what curl or wget loads is run at once'
  }
  return undefined
}

/** An address may hold a token. */
function withoutUser(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//').replace(/[?#].*$/, '')
}
