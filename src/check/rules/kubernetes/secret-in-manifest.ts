import type { KubernetesObject } from '../../readers/kubernetes/types.ts'
import { at, entriesOf, itemsOf, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, hasKind, ofKind } from './objects.ts'
import { manifest } from './sample.ts'
import { isPlainSecret } from './values.ts'

export const secretInManifest = {
  id: 'kubernetes.secret-in-manifest',
  severity: 'high',
  title: 'A Secret is kept as a file in plain',
  looksFor:
    'Secret manifests with values that are not encrypted, and literals of a secretGenerator. Output of a tool on standard input is left out: it is no file.',
  why: 'Base64 is no encryption: whoever has the file has the secret, and its repository keeps it for ever.',
  fix: 'Encrypt the file with SOPS, use SealedSecret or ExternalSecret, or make the Secret by hand in the cluster; then change the values.',
  bad: manifest(`
apiVersion: v1
kind: Secret
metadata: { name: api, namespace: shop }
stringData:
  admin-token: 7d1c9f5be04a4c6ab2e8`),
  good: manifest(`
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: api, namespace: shop }
spec:
  secretStoreRef: { kind: ClusterSecretStore, name: vault }
  dataFrom: [{ extract: { key: shop/api } }]`),
  applies: hasKind('Secret', 'SealedSecret', 'ExternalSecret', 'SecretProviderClass', 'Kustomization'),
  check(stack, report) {
    for (const object of ofKind(stack, 'Secret', 'Kustomization')) {
      if (object.path === undefined || at(object.tree, 'sops') !== undefined) continue
      const names = object.kind === 'Secret' ? plainKeys(object) : generated(object)
      if (names.length === 0) continue
      report({
        ...about(object, object.at),
        observed: `in plain: ${names.join(', ')}`,
        expected: 'values encrypted, or made outside the repository',
      })
    }
  },
} satisfies Rule

function plainKeys({ tree }: KubernetesObject): string[] {
  return ['data', 'stringData'].flatMap((field) =>
    [...entriesOf(at(tree, field))].flatMap(([name, { value }]) => (isPlainSecret(textOf(value) ?? '') ? [name] : [])),
  )
}

/** Names of the literals of a kustomization's secretGenerator. */
function generated({ tree }: KubernetesObject): string[] {
  return itemsOf(at(tree, 'secretGenerator')).flatMap((generator) =>
    itemsOf(at(generator, 'literals')).flatMap((literal) => {
      const [name = '', ...value] = (textOf(literal) ?? '').split('=')
      return isPlainSecret(value.join('=')) ? [name] : []
    }),
  )
}
