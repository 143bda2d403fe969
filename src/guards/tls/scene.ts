import type { Sabotage } from '../sabotage.ts'

/** Old versions and ciphers, one certificate for all hosts, no server name, no HSTS, and plain HTTP is served. */
export const sabotage: Sabotage = {
  edits: [
    { file: 'guards/tls/options.ts', from: "minVersion: 'TLSv1.2'", to: "minVersion: 'TLSv1'" },
    { file: 'guards/tls/options.ts', from: 'ciphers: CIPHERS,', to: "ciphers: 'ALL:@SECLEVEL=0'," },
    {
      file: 'edge/secure-contexts.ts',
      from: 'this.byHost.get(name.toLowerCase()) ?? this.first',
      to: '[...this.byHost.values()][0]',
    },
    {
      file: 'guards/tls/edge.ts',
      from: 'return { reason: reasons',
      to: 'return undefined\n        return { reason: reasons',
    },
    { file: 'guards/tls/edge.ts', from: 'if (!request.secure) return', to: 'return' },
    { file: 'edge/pipeline.ts', from: "policy.config['http-mode'] === 'serve'", to: 'request.secure === false' },
  ],
  breaks: ['tls.versions', 'tls.ciphers', 'tls.certificate', 'tls.server-name', 'tls.hsts', 'tls.redirect'],
}
