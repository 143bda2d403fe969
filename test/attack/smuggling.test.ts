import { test } from 'node:test'
import { startInstallation } from '../helpers/installation.ts'
import { smuggling } from './cases/smuggling.ts'
import { upgrades } from './cases/upgrades.ts'
import { runRawTable } from './raw-table.ts'

test('D: request smuggling and ways out of HTTP/1.1', { timeout: 120_000 }, async (t) => {
  await using installation = await startInstallation({ top: 'timeouts: { headers: 1s, body: 1s, idle: 3s }' })
  await runRawTable(t, installation, [...smuggling, ...upgrades])
})
