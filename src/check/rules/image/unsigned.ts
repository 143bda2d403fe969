import { isSigned } from '../../facts/publishers.ts'
import type { Automation, Command } from '../../readers/automation/types.ts'
import type { Stack } from '../../stack.ts'
import { at, itemsOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { image } from './sample.ts'
import { about, type ImageUse, imageUses } from './uses.ts'

export const unsigned = {
  id: 'image.unsigned',
  severity: 'info',
  title: 'Nothing verifies the signature of an image',
  looksFor:
    'Images that their makers are known to sign, with neither a step that verifies signatures (cosign, notation) in the automation nor a policy for it in the cluster.',
  why: 'A signature that nobody looks at protects from nothing: an image put in its place is started like the right one.',
  fix: 'Verify the signature before an image is used: cosign verify in the pipeline or the update script, or an admission policy in the cluster.',
  bad: image('wollomatic/socket-proxy:1.10.0', 'socket-proxy'),
  good: {
    ...image('wollomatic/socket-proxy:1.10.0', 'socket-proxy'),
    'k8s/policy.yaml':
      'apiVersion: policy.sigstore.dev/v1beta1\nkind: ClusterImagePolicy\nmetadata: { name: signed }\nspec: { images: [{ glob: "**" }] }\n',
  },
  applies: (stack) => signed(stack).length > 0,
  check(stack, report) {
    if (isVerified(stack)) return
    for (const use of signed(stack)) {
      report({
        ...about(use),
        observed: `${use.user} uses ${use.image.text}, which is signed, and nothing verifies it`,
        expected: 'a step or a policy that verifies signatures',
      })
    }
  },
} satisfies Rule

function signed(stack: Stack): readonly ImageUse[] {
  return imageUses(stack).filter((use) => isSigned(use.image))
}

const VERIFIES = /\b(?:cosign|notation)\s+verify|\bslsa-verifier\b/
const POLICIES = /^(?:ClusterImagePolicy|ImagePolicy|ImageValidatingPolicy|Verifier)$/

function isVerified({ automation, kubernetes }: Stack): boolean {
  const policy = kubernetes.some(
    ({ kind, tree }) =>
      POLICIES.test(kind) || itemsOf(at(tree, 'spec', 'rules')).some((rule) => at(rule, 'verifyImages') !== undefined),
  )
  return policy || automation.some((one) => commandsOf(one).some(({ expanded }) => VERIFIES.test(expanded)))
}

function commandsOf(one: Automation): readonly Command[] {
  if (one.kind === 'workflow') return one.steps.flatMap(({ commands }) => commands)
  return one.kind === 'script' || one.kind === 'crontab' || one.kind === 'unit' ? one.commands : []
}
