import type { Rule } from '../rule.ts'
import { hasRole } from './access.ts'
import { about, called, containers, hasWorkloads } from './objects.ts'
import { deploymentText, manifest } from './sample.ts'

const TOOL =
  /(^|\/)(kubectl|k8s-kubectl|kubectl-shell|hyperkube|helm|k9s|argocd-cli|netshoot|nsenter|alpine-k8s)$|^alpine\/(k8s|helm)$/

export const clusterToolImage = {
  id: 'kubernetes.cluster-tool-image',
  severity: 'low',
  title: 'A tool for running the cluster stands beside the application',
  looksFor: 'Images of kubectl, helm, netshoot and the like. Medium when its service account has a role.',
  why: 'Whoever breaks in finds the right tool at hand, with a token to use it.',
  fix: 'Run such tasks from the build server or by a controller, in a namespace of their own and with the one right that they need.',
  bad: manifest(deploymentText('image: registry.example.org/tools/kubectl:1.31.4')),
  good: manifest(deploymentText('')),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      if (container.image === undefined || !TOOL.test(container.image.value.repository)) continue
      report({
        ...about(object, container.image.at),
        severity: hasRole(stack, object) ? 'medium' : 'low',
        observed: `${called(container)} runs ${container.image.value.repository}`,
        expected: 'no tool of the cluster in the application’s namespace',
      })
    }
  },
} satisfies Rule
