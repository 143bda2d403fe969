import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { Disk } from '../../disk.ts'
import { readKubernetes, readKubernetesText } from './read.ts'

function inFolder<T>(files: Readonly<Record<string, string>>, use: (folder: string, disk: Disk) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-kubernetes-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    return use(folder, new Disk(folder))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const POD = `apiVersion: v1
kind: Pod
metadata: { name: a, namespace: shop }
spec:
  containers: [{ name: a, image: "redis:7" }]
`

const CRON = `apiVersion: batch/v1
kind: CronJob
metadata:
  name: backup
spec:
  jobTemplate:
    spec:
      template:
        metadata: { labels: { app: backup } }
        spec:
          serviceAccountName: backup
          initContainers:
            - { name: wait, image: registry.example.org/tools/wait:1.0 }
            - { name: tunnel, image: registry.example.org/tools/tunnel:1.0, restartPolicy: Always }
          containers:
            - { name: dump, image: "postgres:16.4@sha256:ab" }
          ephemeralContainers:
            - { name: debug, image: busybox }
`

test('reads every document of a file, and counts the empty ones', () => {
  inFolder({ 'a.yaml': `---\n# nothing\n---\n${POD}---\n${CRON}` }, (folder, disk) => {
    const objects = readKubernetes(disk, [folder])
    assert.deepEqual(
      objects.map(({ kind, name, namespace, document, file, at }) => [kind, name, namespace, document, file, at.line]),
      [
        ['Pod', 'a', 'shop', 1, 'a.yaml', 4],
        ['CronJob', 'backup', '', 2, 'a.yaml', 10],
      ],
    )
    assert.deepEqual(disk.problems, [])
  })
})

test('sees init containers, sidecars and ephemeral containers, and where each is', () => {
  const [object] = readKubernetesText(new Disk('/'), '-', CRON)
  const workload = object?.workload
  const pod = ['spec', 'jobTemplate', 'spec', 'template', 'spec']
  assert.deepEqual(
    workload?.containers.map(({ role, name, path }) => [role, name, path]),
    [
      ['init', 'wait', [...pod, 'initContainers', 0]],
      ['sidecar', 'tunnel', [...pod, 'initContainers', 1]],
      ['main', 'dump', [...pod, 'containers', 0]],
      ['ephemeral', 'debug', [...pod, 'ephemeralContainers', 0]],
    ],
  )
  assert.equal(workload?.finite, true)
  assert.equal(workload?.serviceAccount?.value, 'backup')
  assert.equal(workload?.podLabels.get('app'), 'backup')
  assert.equal(workload?.containers[2]?.image?.value.digest, 'sha256:ab')
  assert.equal(workload?.containers[0]?.at.line, 13)
})

test('opens lists, also those that say the kind of their items only once', () => {
  const item = (text: string) => text.replace(/^/gm, '    ').replace('    ', '  - ')
  const text = `apiVersion: v1
kind: List
items:
${item(POD)}
  - apiVersion: v1
    kind: ServiceList
    items: [{ metadata: { name: web } }]
`
  const objects = readKubernetesText(new Disk('/'), '-', text)
  assert.deepEqual(
    objects.map(({ kind, apiVersion, name, root }) => [kind, apiVersion, name, root]),
    [
      ['Pod', 'v1', 'a', ['items', 0]],
      ['Service', 'v1', 'web', ['items', 1, 'items', 0]],
    ],
  )
})

test('knows the workloads of other makers by their pod template', () => {
  const text = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web }
spec: { template: { spec: { containers: [{ name: web, image: web }] } } }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: web }
spec: { template: { spec: {} } }
`
  const objects = readKubernetesText(new Disk('/'), '-', text)
  assert.deepEqual(
    objects.map(({ workload }) => workload?.containers.length),
    [1, undefined],
  )
})

test('keeps the template that helm template names above each document', () => {
  const text = `---
# Source: shop/templates/pod.yaml
# made for a test
${POD}---
${CRON}---
# Source: shop/templates/empty.yaml
`
  const objects = readKubernetesText(new Disk('/'), 'standard input', text)
  assert.deepEqual(
    objects.map(({ source, path, file }) => [source, path, file]),
    [
      ['shop/templates/pod.yaml', undefined, 'standard input'],
      [undefined, undefined, 'standard input'],
    ],
  )
})

test('passes over other files of a folder, hidden folders and node_modules, and follows no loop of links', () => {
  const files = {
    'k8s/deep/pod.yml': POD,
    'k8s/pod.json': JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } }),
    'compose.yaml': 'services: { web: { image: web } }',
    'broken-but-other.yaml': 'a: [',
    'notes.txt': POD,
    '.git/pod.yaml': POD,
    'node_modules/x/pod.yaml': POD,
  }
  inFolder(files, (folder, disk) => {
    symlinkSync(folder, join(folder, 'k8s/loop'))
    const objects = readKubernetes(disk, [folder, folder])
    assert.deepEqual(
      objects.map(({ file }) => file),
      ['k8s/deep/pod.yml', 'k8s/pod.json'],
    )
    assert.deepEqual(disk.problems, [])
  })
})

test('tells of a file that was named and is broken, missing or holds no object, and reads the others', () => {
  inFolder({ 'pod.yaml': POD, 'broken.yaml': `${POD}spec: [`, 'compose.yaml': 'services: {}' }, (folder, disk) => {
    const named = ['broken.yaml', 'compose.yaml', 'gone.yaml', 'pod.yaml'].map((name) => join(folder, name))
    assert.deepEqual(
      readKubernetes(disk, named).map(({ file }) => file),
      ['pod.yaml'],
    )
    const told = new Set(disk.problems.map(({ at }) => at.file))
    assert.deepEqual([...told], ['broken.yaml', 'compose.yaml', 'gone.yaml'])
    assert.ok((disk.problems[0]?.at.line ?? 0) > 0, 'the broken file is told with its line')
  })
})

test('reads the whole documents beside a broken one', () => {
  const disk = new Disk('/')
  const objects = readKubernetesText(disk, '-', `${POD}---\nkind: [\n---\n${CRON}`)
  assert.deepEqual(
    objects.map(({ kind, document }) => [kind, document]),
    [
      ['Pod', 0],
      ['CronJob', 2],
    ],
  )
  assert.ok(disk.problems.length > 0)
})

test('says of a Helm chart that it has to be rendered first', () => {
  inFolder({ 'chart/Chart.yaml': 'name: shop', 'chart/templates/pod.yaml': '{{ x }}' }, (folder, disk) => {
    assert.deepEqual(readKubernetes(disk, [folder]), [])
    assert.equal(disk.problems.length, 1)
    assert.match(disk.problems[0]?.message ?? '', /helm template/)
  })
})

test('reads what a kustomization lists, in its namespace, and not its patches', () => {
  const files = {
    'base/kustomization.yaml': 'resources: [pod.yaml]',
    'base/pod.yaml': POD,
    'base/unlisted.yaml': POD.replace('name: a', 'name: unlisted'),
    'overlays/live/kustomization.yaml':
      'namespace: live\nresources: [../../base, extra.yaml]\npatches: [{ path: patch.yaml }]\n',
    'overlays/live/extra.yaml': POD.replace('name: a', 'name: extra'),
    'overlays/live/patch.yaml': POD.replace('name: a', 'name: patch'),
  }
  inFolder(files, (folder, disk) => {
    const objects = readKubernetes(disk, [folder]).filter(({ kind }) => kind !== 'Kustomization')
    assert.deepEqual(
      objects.map(({ name, namespace }) => [name, namespace]),
      [
        ['a', 'live'],
        ['extra', 'live'],
      ],
    )
    assert.equal(disk.problems.length, 1)
    assert.match(disk.problems[0]?.message ?? '', /patches not applied.*kubectl kustomize/)
  })
})

test('ends when kustomizations name each other, and downloads nothing', () => {
  const files = {
    'a/kustomization.yaml': 'resources: [../b, "https://example.org/pod.yaml"]',
    'b/kustomization.yaml': 'resources: [../a, pod.yaml]',
    'b/pod.yaml': POD,
  }
  inFolder(files, (folder, disk) => {
    const objects = readKubernetes(disk, [folder]).filter(({ kind }) => kind === 'Pod')
    assert.equal(objects.length, 1)
    assert.match(disk.problems.map(({ message }) => message).join(), /nothing is downloaded/)
  })
})
