import { isSecretName } from '../../facts/secret-name.ts'
import type { Dockerfile, Instruction } from '../../readers/dockerfile/types.ts'
import type { Place } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

export const secretInside = {
  id: 'image.secret-inside',
  severity: 'high',
  title: 'A secret is built into an image',
  looksFor:
    'ARG and ENV with the name of a secret and a value; COPY and ADD of .env, keys, .npmrc, .netrc and folders of secrets; COPY of a whole folder with such files, or with .git (medium), that no .dockerignore leaves out.',
  why: 'Everybody who can pull the image reads it, also from layers that a later step deletes, and it stays in caches and registries.',
  fix: 'Give secrets when the container starts, and to a build by RUN --mount=type=secret. Write a .dockerignore with .git, .env and keys. Change what was built in already.',
  bad: { Dockerfile: 'FROM node:22.12-slim\nCOPY .env /app/.env\nUSER 1000\n', '.env': 'A=1\n' },
  good: { Dockerfile: 'FROM node:22.12-slim\nCOPY server.js /app/\nUSER 1000\n', '.env': 'A=1\n' },
  applies: (stack) => stack.dockerfiles.length > 0,
  check(stack, report) {
    for (const dockerfile of stack.dockerfiles) {
      const [service, ...others] = dockerfile.services
      const whose = service === undefined || others.length > 0 ? {} : { service }
      for (const { at, observed, expected, mild } of faultsOf(dockerfile)) {
        report({
          at,
          ...whose,
          severity: mild ? 'medium' : 'high',
          observed: `${dockerfile.shown}: ${observed}`,
          expected,
        })
      }
    }
  },
} satisfies Rule

interface Fault {
  readonly at: Place
  readonly observed: string
  readonly expected: string
  readonly mild?: boolean
}

function faultsOf(dockerfile: Dockerfile): readonly Fault[] {
  const instructions = [...dockerfile.globals, ...dockerfile.stages.flatMap((stage) => stage.instructions)]
  return instructions.flatMap((instruction) => [
    ...written(instruction),
    ...(isCopy(instruction) ? [...named(instruction), ...swept(dockerfile, instruction)] : []),
  ])
}

/** A secret in the text itself. Its value never gets into a finding. */
function written({ keyword, variables }: Instruction): readonly Fault[] {
  return variables
    .filter(
      ({ name, value }) =>
        isSecretName(name) && value !== undefined && value !== '' && !/^\$|^(?:true|false|[01])$/i.test(value),
    )
    .map(({ name, value, at }) => ({
      at,
      observed: `${keyword} ${name} has a value of ${value?.length} characters`,
      expected: `${name} from outside when the container starts, or a secret mount of the build`,
    }))
}

const SECRET_FILE =
  /(?:^|\/)(?:\.env(?:\.(?!example|sample|template|dist)[^/]*)?|\.npmrc|\.netrc|\.aws|\.ssh|\.kube|secrets?|id_(?:rsa|dsa|ecdsa|ed25519)|[^/]+\.(?:key|p12|pfx|jks)|[^/]*(?:private|privkey|secret)[^/]*\.(?:pem|json))\/?$/i

/** No path of a file is longer. */
const MAX_NAME = 1_024

/** From the context, and not from another stage or image. */
function isCopy({ keyword, flags }: Instruction): boolean {
  return (keyword === 'COPY' || keyword === 'ADD') && !flags.has('from')
}

function named(instruction: Instruction): readonly Fault[] {
  return sourcesOf(instruction)
    .filter((source) => source.length < MAX_NAME && SECRET_FILE.test(source))
    .map((source) => ({
      at: instruction.at,
      observed: `${instruction.keyword} of ${source}`,
      expected: `${source} mounted when the container starts, or as a secret of the build`,
    }))
}

/** `COPY . /app` takes along whatever lies there. */
function swept({ context }: Dockerfile, instruction: Instruction): readonly Fault[] {
  if (context.sensitive.length === 0 || !sourcesOf(instruction).some((source) => /^\.?\/?\*?$/.test(source))) return []
  return [
    {
      at: instruction.at,
      mild: context.sensitive.every((name) => name === '.git'),
      observed: `${instruction.keyword} of the whole folder takes ${context.sensitive.join(', ')} along`,
      expected: 'a .dockerignore that leaves them out',
    },
  ]
}

/** All words but the last; in the form of a list they have signs of JSON around them. */
function sourcesOf({ words }: Instruction): readonly string[] {
  return words.slice(0, -1).map(({ value }) => value.replace(/^\[?\s*"?|"?,?$/g, ''))
}
