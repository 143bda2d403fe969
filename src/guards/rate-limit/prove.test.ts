import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort, startApplication, startLive } from '../live.ts'
import { breakProgram } from '../sabotage.ts'

test('a gate that limits requests and forgets WebSocket is found out, by WebSocket alone', {
  timeout: 180_000,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'castellan-'))
  await chmod(folder, 0o755)
  t.after(() => rm(folder, { recursive: true, force: true }))
  await using application = await startApplication()
  const [port, http] = [await freePort(), await freePort()]
  const file = join(folder, 'castellan.yaml')
  // The defaults of `limits`: tokens come back as fast as they do for most people.
  await writeFile(
    file,
    `
portal: https://auth.localhost:${port}
listen: ['127.0.0.1:${port}']
http: ['127.0.0.1:${http}']
edges: 2
sites: [{ host: app.localhost, routes: [{ path: /, upstream: '${application.origin}' }] }]
`,
  )
  await using program = await breakProgram([
    {
      edits: [
        {
          file: 'guards/rate-limit/edge.ts',
          from: 'const taken = services.take(scope, keyOf(request), limit)',
          to: "const taken = request.protocol === 'websocket' || services.take(scope, keyOf(request), limit)",
        },
      ],
      breaks: ['rate-limit.per-client'],
    },
  ])
  await using live = await startLive(program.main, file, join(folder, 'data'))
  const prove = async () => (await live.prove()).find(({ control }) => control === 'rate-limit.per-client')!
  let proof = await prove()
  // On a machine that is too busy to empty a bucket it is unknown, and says so.
  for (let again = 0; proof.state === 'unknown' && again < 3; again++) proof = await prove()
  assert.equal(proof.state, 'broken', proof.observed)
  t.diagnostic(proof.observed)
  assert.deepEqual(proof.paths, [`https websocket 127.0.0.1:${port}`])
  assert.match(proof.observed, /handshakes: 0 of \d+ refused/)
})
