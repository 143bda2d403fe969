import { join } from 'node:path'
import { LOAD_CORE } from './machine.ts'
import { run } from './process.ts'

/** Makes a self-signed ECDSA P-256 certificate for the peers: the kind that Castellan issues itself. */
export async function makeCertificate(folder: string): Promise<{ cert: string; key: string }> {
  const cert = join(folder, 'peer.pem')
  const key = join(folder, 'peer.key')
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const name = ['-subj', '/CN=app.localhost', '-addext', 'subjectAltName=DNS:app.localhost,DNS:*.localhost']
  await run('openssl', ['req', ...kind, ...name, '-keyout', key, '-out', cert], { core: LOAD_CORE })
  return { cert, key }
}
