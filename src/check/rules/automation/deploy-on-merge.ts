import type { Step } from '../../readers/automation/types.ts'
import type { Stack } from '../../stack.ts'
import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'
import { runningCommands, workflowsOf } from './running.ts'
import { PACKAGE, workflow } from './samples.ts'
import { packagesOf } from './subjects.ts'

const DEPLOYS =
  /\bkubectl\s[^|;&]*\b(?:apply|set\s+image|rollout|replace|patch)\b|\bhelm\s+(?:upgrade|install)\b|\bhelmfile\b|\bdocker\s+stack\s+deploy\b|\bdocker(?:-compose|\s+compose)\s[^|;&]*\bup\b|\bansible-playbook\b|\b(?:ssh|rsync|scp)\s|\b(?:flyctl|fly|cap|serverless|vercel|wrangler|netlify)\s+(?:\w+\s+)?(?:deploy|publish)\b|\bargocd\s+app\s+sync\b|\bterraform\s+apply\b|\bdeploy[\w-]*\.(?:sh|py|rb)\b|\b(?:npm|yarn|pnpm|make|rake)\s+(?:run\s+)?[\w:-]*deploy/
const ACTIONS = /deploy|ssh-action|kubectl|helm|ansible|rollout|render|heroku/i
/** In a cluster: it fetches what was merged by itself. */
const PULLS = /^(?:argoproj\.io|kustomize\.toolkit\.fluxcd\.io|helm\.toolkit\.fluxcd\.io|fleet\.cattle\.io)\//

const MAIN = /^(?:main|master|trunk|production|prod|release|stable|develop)|[*$]/

export const deployOnMerge = {
  id: 'automation.deploy-on-merge',
  severity: 'low',
  title: 'What is merged is not deployed by itself',
  looksFor:
    'Programs with a list of packages or with CI workflows, and no job that deploys when the main branch gets a commit, and nothing in the cluster that fetches it (Argo CD, Flux).',
  why: 'A fix that was merged does not protect anybody until a person finds the time to deploy it.',
  fix: 'Add a job that runs on a push to the main branch, after the tests, and deploys; let nobody merge without a review.',
  bad: { ...PACKAGE, ...workflow(['run: npm test']) },
  good: { ...PACKAGE, ...workflow(['run: npm test', 'run: kubectl apply -f k8s'], '{ push: { branches: [main] } }') },
  applies: (stack) => workflowsOf(stack).length > 0 || packagesOf(stack).length > 0,
  check(stack, report) {
    if (isDeployed(stack)) return
    const [first] = workflowsOf(stack)
    report({
      at: first?.at ?? packagesOf(stack)[0]?.at ?? wholeFile(stack.shown),
      observed: first === undefined ? 'no CI workflow' : 'no job deploys after a push to the main branch',
      expected: 'a job that deploys what was merged',
    })
  },
} satisfies Rule

function isDeployed(stack: Stack): boolean {
  if (stack.kubernetes.some(({ apiVersion }) => PULLS.test(apiVersion))) return true
  const byAction = workflowsOf(stack).some(({ steps }) => steps.some((one) => ACTIONS.test(one.uses) && isOnMain(one)))
  return (
    byAction ||
    runningCommands(stack).some(({ text, step }) => step !== undefined && DEPLOYS.test(text) && isOnMain(step))
  )
}

/** A `workflow_run` follows another workflow, and a release is made from what was merged. */
function isOnMain({ events, branches }: Step): boolean {
  if (events.has('workflow_run') || events.has('release')) return true
  return events.has('push') && (branches.length === 0 || branches.some((branch) => MAIN.test(branch)))
}
