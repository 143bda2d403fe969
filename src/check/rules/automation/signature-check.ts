import type { Stack } from '../../stack.ts'
import { at, itemsOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { commandFilesOf, stepsOf } from './running.ts'
import { COMPOSE, script } from './samples.ts'
import { hasImages, mainPlace } from './subjects.ts'

const VERIFIES =
  /\bcosign\s+verify|\bnotation\s+verify|\bslsa-verifier\b|\bgh\s+attestation\s+verify|\bDOCKER_CONTENT_TRUST=1\b/
/** Admission controllers: Sigstore's, Connaisseur, Ratify, Portieris. */
const POLICIES = /^(?:ClusterImagePolicy|ImagePolicy|ImageValidatingPolicy|Verifier|ImageSecurityPolicy)$/

export const signatureCheck = {
  id: 'automation.signature-check',
  severity: 'info',
  title: 'Nobody verifies the signatures of images',
  looksFor:
    'Images that are used, and no command that verifies their signatures (cosign verify, notation verify) and no admission policy of a cluster that does.',
  why: 'Whoever takes over the registry or the name of an image can put another program in its place.',
  fix: 'Before an update run `cosign verify` with the identity of the one who signs, for images that are signed; fix the others by their digest.',
  bad: COMPOSE,
  good: {
    ...COMPOSE,
    ...script(
      'update.sh',
      'cosign verify --key cosign.pub registry.example.org/shop/app:1.4.2',
      'docker compose up -d',
    ),
  },
  applies: hasImages,
  check(stack, report) {
    if (isVerified(stack)) return
    report({
      at: mainPlace(stack),
      observed: 'no step, script or policy verifies the signatures of images',
      expected: 'cosign verify or an admission policy, for images that are signed',
    })
  },
} satisfies Rule

function isVerified(stack: Stack): boolean {
  const commands = [...commandFilesOf(stack, 'script', 'crontab', 'unit'), ...stepsOf(stack)].flatMap(
    (one) => one.commands,
  )
  if (commands.some(({ expanded }) => VERIFIES.test(expanded))) return true
  return stack.kubernetes.some(({ kind, tree }) => {
    const verifies = itemsOf(at(tree, 'spec', 'rules')).some((rule) => at(rule, 'verifyImages') !== undefined)
    return POLICIES.test(kind) || (kind.endsWith('Policy') && verifies)
  })
}
