/** Registries where the makers themselves publish, when that is not Docker Hub: beginning of the repository to it. */
const REGISTRIES: readonly (readonly [beginning: string, registry: string])[] = [['dataspaceswiss/', 'ghcr.io']]

/** The registry that an image of this repository has to come from; undefined when any will do. */
export function officialRegistry(repository: string): string | undefined {
  return REGISTRIES.find(([beginning]) => repository.startsWith(beginning))?.[1]
}

/** Known for packing programs of others well, and mirrors of the official ones. */
export const repackagers =
  /^(?:bitnami|bitnamisecure|linuxserver|chainguard|docker\/library|library|hardened|rapidfort|redhat|ubi\d|sclorg|supabase|percona|elasticsearch|kibana|opensearchproject|timescale|postgis|pgvector|tensorchord|cloudnative-pg|zalando|crunchydata|mysql|mongodb|redis|valkey|nginxinc|nginx)\//

/** Repositories whose images their makers sign (cosign), with the registry when only that one is. */
const SIGNED =
  /^(?:gcr\.io\/distroless\/|cgr\.dev\/|registry\.k8s\.io\/|(?:docker\.io|ghcr\.io)\/wollomatic\/socket-proxy$|ghcr\.io\/(?:sigstore|kyverno|fluxcd)\/|dhi\.io\/)/

/** Do signatures exist for this image? */
export function isSigned({
  registry,
  repository,
}: {
  readonly registry: string
  readonly repository: string
}): boolean {
  return SIGNED.test(`${registry}/${repository}`)
}
