import { test } from 'node:test'
import { startInstallation } from '../helpers/installation.ts'
import { pathAndHost } from './cases/path-and-host.ts'
import { runTable } from './table.ts'

test('A: path and host confusion', { timeout: 120_000 }, async (t) => {
  await using installation = await startInstallation()
  await runTable(t, installation, pathAndHost)
})
