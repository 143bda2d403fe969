import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { CastellanError } from '../../kernel/errors.ts'
import { appendLeaf, emptyTree, leafHash, type MerkleTree } from '../../kernel/merkle.ts'
import { type Checkpoint, checkpointLine, signCheckpoint } from './checkpoint.ts'
import { publicKeyFile, witnessFile } from './files.ts'
import { auditScene, type Scene, someBatches } from './scene.ts'
import { headerLine } from './segment.ts'
import { type AuditVerification, verifyAudit } from './verify.ts'

/** A log of 41 entries, with a checkpoint after every second of the last 40, that `verify` has nothing against. */
async function soundLog(t: TestContext, options: { segmentBytes?: number } = {}): Promise<Scene> {
  const scene = await auditScene(t)
  await scene.write(someBatches(40, 2), { checkpointTo: join(scene.place, 'elsewhere.jsonl'), ...options })
  const { state } = await verifyAudit({ folder: scene.folder, checkpoint: join(scene.place, 'elsewhere.jsonl') })
  assert.equal(state, 'holds')
  return scene
}

const kind = (line: string): string => /^\{"(index|checkpoint|segment)"/.exec(line)?.[1] ?? ''
const codes = (result: AuditVerification): string[] =>
  result.findings.filter((it) => it.level === 'broken').map((it) => it.code)

async function assertFound(scene: Scene, code: string): Promise<void> {
  const result = await verifyAudit({ folder: scene.folder })
  assert.equal(result.state, 'broken', `${code} was not found`)
  assert.ok(codes(result).includes(code), `${code} is not in ${codes(result)}`)
}

/** Attacks by somebody who may write every file of the folder, but has neither the signing key nor the place elsewhere. */
const attacks: Record<string, { find: string; attack: (lines: string[]) => string[] }> = {
  'the last two lines are deleted': { find: 'entries.deleted', attack: (lines) => lines.slice(0, -2) },
  'the last batch is deleted, its checkpoint too': { find: 'entries.deleted', attack: (lines) => lines.slice(0, -3) },
  'the second half is deleted': { find: 'entries.deleted', attack: (lines) => lines.slice(0, lines.length / 2) },
  'an actor is replaced': {
    find: 'entry.rewritten',
    attack: (lines) => lines.with(10, lines[10]!.replace('u_1', 'u_2')),
  },
  'a blank is added to an entry': {
    find: 'entry.rewritten',
    attack: (lines) => lines.with(10, lines[10]!.replace(',', ', ')),
  },
  'an entry is taken out of the middle': { find: 'entry.missing', attack: (lines) => lines.toSpliced(10, 1) },
  'a batch is taken out of the middle, its checkpoint too': {
    find: 'checkpoint.missing',
    attack: (lines) => lines.toSpliced(firstOf(lines, 'checkpoint', 3) + 1, 3),
  },
  'two entries change places': {
    find: 'entry.missing',
    attack: (lines) => lines.with(10, lines[9]!).with(9, lines[10]!),
  },
  'an entry is added': {
    find: 'entry.missing',
    attack: (lines) => lines.toSpliced(10, 0, lines[10]!.replace('u_1', 'u_2')),
  },
  'an entry becomes noise': {
    find: 'line.unreadable',
    attack: (lines) => lines.with(10, 'x'.repeat(lines[10]!.length)),
  },
  'a checkpoint is deleted': {
    find: 'checkpoint.missing',
    attack: (lines) => lines.toSpliced(firstOf(lines, 'checkpoint', 3), 1),
  },
  'the last checkpoint is deleted': { find: 'entries.deleted', attack: (lines) => lines.slice(0, -1) },
  'the time of a checkpoint is changed': {
    find: 'checkpoint.rewritten',
    attack: (lines) => {
      const at = firstOf(lines, 'checkpoint', 4)
      return lines.with(at, lines[at]!.replace(/"time":"\d{4}/, '"time":"2000'))
    },
  },
  'the time of an entry is moved back': {
    find: 'time.out-of-order',
    attack: (lines) => lines.with(10, lines[10]!.replace(/"time":"\d{4}/, '"time":"2000')),
  },
  'the header is deleted': { find: 'segment.damaged', attack: (lines) => lines.slice(1) },
}

function firstOf(lines: readonly string[], wanted: string, skip: number): number {
  return lines.flatMap((line, at) => (kind(line) === wanted ? [at] : []))[skip]!
}

for (const [name, { find, attack }] of Object.entries(attacks)) {
  test(`finds it when ${name}`, async (t) => {
    const scene = await soundLog(t)
    // A header, an entry and a checkpoint; then batches of three lines: entry, entry, checkpoint. Line 10 is an entry.
    await scene.edit(attack)
    await assertFound(scene, find)
    await assert.rejects(scene.open(), (error) => error instanceof CastellanError && error.code === 'audit.damaged')
    await assertFound(scene, find)
  })
}

/** Writes a log anew from its entries, as its writer would have, with whatever key there is. */
function rehash(lines: readonly string[], signingKey: KeyObject, origin: string, time: string): string[] {
  let tree: MerkleTree = emptyTree
  let last: Checkpoint = signCheckpoint(tree, { origin, time, before: undefined }, signingKey)
  const written = [headerLine(tree, last)]
  for (const line of lines.slice(1)) {
    if (kind(line) === 'index') {
      tree = appendLeaf(tree, leafHash(Buffer.from(line)))
      written.push(line)
    } else {
      last = signCheckpoint(tree, { origin, time: JSON.parse(line).checkpoint.time, before: last }, signingKey)
      written.push(checkpointLine(last))
    }
  }
  return written
}

/** Everything is rewritten and hashed again without a flaw, the witness too; only the key is another. */
async function rewriteWithOwnKey(scene: Scene): Promise<KeyObject> {
  const ownKey = generateKeyPairSync('ed25519')
  const { checkpoint } = JSON.parse((await scene.lines())[0]!).segment
  await scene.edit((lines) => {
    const rewritten = lines.with(10, lines[10]!.replace('u_1', 'u_2'))
    return rehash(rewritten, ownKey.privateKey, checkpoint.origin, checkpoint.time)
  })
  const last = (await scene.lines()).at(-1)!
  await writeFile(join(scene.folder, witnessFile), `${last}\n${last}\n`)
  return ownKey.publicKey
}

const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()

test('finds a log that was rewritten and hashed again without the key', async (t) => {
  const scene = await soundLog(t)
  await rewriteWithOwnKey(scene)
  await assertFound(scene, 'checkpoint.signature')
})

test('finds a log signed with a key of the attacker by a pinned key or a checkpoint from elsewhere, and says that without either it can not', async (t) => {
  const scene = await soundLog(t)
  const realKey = await readFile(join(scene.folder, publicKeyFile), 'utf8')
  await writeFile(join(scene.folder, publicKeyFile), pemOf(await rewriteWithOwnKey(scene)))
  const folder = scene.folder
  const alone = await verifyAudit({ folder })
  assert.equal(alone.state, 'unknown')
  assert.deepEqual([alone.key?.pinned, alone.counts['key.unpinned']], [false, 1])
  assert.ok(codes(await verifyAudit({ folder, publicKey: realKey })).includes('key.mismatch'))
  const elsewhere = await verifyAudit({ folder, checkpoint: join(scene.place, 'elsewhere.jsonl') })
  assert.ok(codes(elsewhere).includes('key.mismatch'))
})

test('finds a folder that was rolled back as a whole with a checkpoint from elsewhere, and says unknown without', async (t) => {
  const scene = await auditScene(t)
  const elsewhere = join(scene.place, 'elsewhere.jsonl')
  await scene.write(someBatches(10), { checkpointTo: elsewhere })
  await cp(scene.folder, join(scene.place, 'old'), { recursive: true })
  await scene.write(someBatches(10), { checkpointTo: elsewhere })
  await rm(scene.folder, { recursive: true })
  await rename(join(scene.place, 'old'), scene.folder)
  const alone = await verifyAudit({ folder: scene.folder })
  assert.equal(alone.state, 'unknown')
  assert.match(alone.findings.find((it) => it.code === 'rollback.unseen')!.message, /set back/)
  const compared = await verifyAudit({ folder: scene.folder, checkpoint: elsewhere })
  assert.equal(compared.state, 'broken')
  assert.ok(codes(compared).includes('rollback.found'))
})

test('finds a folder that was rolled back and went on from there', async (t) => {
  const scene = await auditScene(t)
  const elsewhere = join(scene.place, 'elsewhere.jsonl')
  await scene.write(someBatches(10))
  await cp(scene.folder, join(scene.place, 'old'), { recursive: true })
  await scene.write(someBatches(10), { checkpointTo: elsewhere })
  await rm(scene.folder, { recursive: true })
  await rename(join(scene.place, 'old'), scene.folder)
  await scene.write(someBatches(30, 3))
  assert.equal((await verifyAudit({ folder: scene.folder })).state, 'unknown')
  const compared = await verifyAudit({ folder: scene.folder, checkpoint: elsewhere })
  assert.ok(codes(compared).includes('external.inconsistent'))
})

test('finds that the log was begun anew, or is gone', async (t) => {
  const scene = await soundLog(t)
  const checkpoint = join(scene.place, 'elsewhere.jsonl')
  await rm(scene.folder, { recursive: true })
  assert.ok(codes(await verifyAudit({ folder: scene.folder, checkpoint })).includes('rollback.found'))
  assert.equal((await verifyAudit({ folder: scene.folder })).state, 'unknown')
  await scene.write(someBatches(60, 2))
  assert.ok(codes(await verifyAudit({ folder: scene.folder, checkpoint })).includes('checkpoint.other-log'))
})

test('holds with an older checkpoint from elsewhere, and says up to where', async (t) => {
  const scene = await soundLog(t)
  const checkpoint = join(scene.place, 'elsewhere.jsonl')
  await scene.write(someBatches(10))
  const result = await verifyAudit({ folder: scene.folder, checkpoint })
  assert.deepEqual([result.state, result.size], ['holds', 51])
  assert.equal(result.witnessed?.size, 41)
})

test('says unknown when the file with checkpoints from elsewhere is missing or holds none', async (t) => {
  const scene = await soundLog(t)
  const checkpoint = join(scene.place, 'nothing.jsonl')
  assert.equal((await verifyAudit({ folder: scene.folder, checkpoint })).counts['external.unreadable'], 1)
  await writeFile(checkpoint, '{"size":9}\nnoise\n')
  const result = await verifyAudit({ folder: scene.folder, checkpoint })
  assert.deepEqual([result.state, result.counts['external.unreadable']], ['unknown', 1])
})

test('finds segments that are deleted, cut, or left without their end', async (t) => {
  const attack: Record<string, { find: string; change: (folder: string, names: string[]) => Promise<void> }> = {
    first: { find: 'segment.missing', change: (folder, names) => rm(join(folder, names[0]!)) },
    middle: { find: 'segment.missing', change: (folder, names) => rm(join(folder, names[2]!)) },
    last: { find: 'entries.deleted', change: (folder, names) => rm(join(folder, names.at(-1)!)) },
    all: {
      find: 'entries.deleted',
      change: async (folder, names) => {
        for (const name of names) await rm(join(folder, name))
      },
    },
    'checkpoint at the end of a segment': {
      find: 'entry.unsigned',
      change: async (folder, names) => {
        const text = await readFile(join(folder, names[1]!), 'utf8')
        await writeFile(join(folder, names[1]!), text.slice(0, text.lastIndexOf('{"checkpoint"')))
      },
    },
  }
  for (const { find, change } of Object.values(attack)) {
    const scene = await soundLog(t, { segmentBytes: 3_000 })
    const names = (await readdir(scene.folder)).filter((name) => name.startsWith('entries-')).sort()
    assert.ok(names.length >= 4)
    await change(scene.folder, names)
    await assertFound(scene, find)
  }
})

test('finds a witness that is deleted, old, or made up', async (t) => {
  const first = async (scene: Scene) => (await scene.lines()).find((line) => kind(line) === 'checkpoint')!
  const attack: Record<string, { find: string; content: (scene: Scene) => Promise<string> }> = {
    old: { find: 'witness.behind', content: async (scene) => `${await first(scene)}\n` },
    empty: { find: 'witness.missing', content: async () => '' },
    'made up': {
      find: 'witness.rewritten',
      content: async (scene) => (await first(scene)).replace(/"sequence":\d+/, '"sequence":999'),
    },
  }
  for (const { find, content } of Object.values(attack)) {
    const scene = await soundLog(t)
    await writeFile(join(scene.folder, witnessFile), await content(scene))
    await assertFound(scene, find)
    // The entries themselves are whole: the log goes on, and keeps a note.
    await scene.write(someBatches(1))
    assert.ok((await scene.read()).some((entry) => entry.event === 'audit.witness-restored'))
    assert.equal((await verifyAudit({ folder: scene.folder })).state, 'unknown')
  }
})
