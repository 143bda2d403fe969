import type { Mount, Service } from '../../readers/compose/types.ts'

/** A socket of a container engine, or a folder that holds one. */
const SOCKET = /(?:^|\/)(?:docker|containerd|podman|crio|cri-dockerd)\.sock$|^(?:\/var)?\/run(?:\/podman)?\/?$/

/** The binds by which a container gets the socket of the engine. */
export function socketMounts(service: Service): readonly Mount[] {
  return service.mounts.filter(({ kind, source }) => kind === 'bind' && SOCKET.test(source))
}
