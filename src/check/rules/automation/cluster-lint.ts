import type { Rule } from '../rule.ts'
import { runningCommands, stepsOf } from './running.ts'
import { workflow } from './samples.ts'

const LINTS =
  /\b(?:clusterlint|kube-linter|kubescape|polaris\s+audit|kube-score|kubesec|datree|popeye|kube-bench|checkov|terrascan|conftest|castellan\s+check)\b|\btrivy\s+(?:k8s|config|kubernetes)\b/
const ACTIONS = /clusterlint|kube-linter|kubescape|polaris|kube-score|kubesec|datree|checkov|trivy-action/i

const MANIFEST =
  'apiVersion: v1\nkind: Service\nmetadata:\n  name: api\n  namespace: shop\nspec:\n  ports: [{ port: 80 }]\n'

export const clusterLint = {
  id: 'automation.cluster-lint',
  severity: 'low',
  title: 'Nothing looks through the manifests of the cluster',
  looksFor:
    'Manifests of Kubernetes, and no step of CI and no scheduled command that runs clusterlint, kube-linter, kubescape, polaris or the like.',
  why: 'What is forgotten in a manifest, such as limits or a user, gets into the cluster without anybody seeing it.',
  fix: 'Run one of these tools over the manifests in CI, or `castellan check --k8s`.',
  bad: { 'k8s/api.yaml': MANIFEST, ...workflow(['run: kubectl apply -f k8s']) },
  good: { 'k8s/api.yaml': MANIFEST, ...workflow(['run: kube-linter lint k8s', 'run: kubectl apply -f k8s']) },
  applies: (stack) => stack.kubernetes.length > 0,
  check(stack, report) {
    if (runningCommands(stack).some(({ text }) => LINTS.test(text))) return
    if (stepsOf(stack).some(({ uses, inputs }) => ACTIONS.test(uses) && inputs.get('scan-type') !== 'fs')) return
    report({
      at: stack.kubernetes[0]!.at,
      observed: 'no CI step and no scheduled command looks through the manifests',
      expected: 'clusterlint, kube-linter, kubescape, polaris or castellan check --k8s',
    })
  },
} satisfies Rule
