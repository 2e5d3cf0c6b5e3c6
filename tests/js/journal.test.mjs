// A journal belongs to one run, whatever else its process does with the file: names are never created twice.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { clientOf, rejection, root, startMock } from './helper.mjs'

const mock = await startMock()
const names = Array.from({ length: 8 }, (_, number) => `shop-${number}`)
const folder = mkdtempSync(join(tmpdir(), 'greenapi-partner-journal-'))
after(() => rmSync(folder, { recursive: true }))
const skip = process.platform === 'win32' && 'a killed process has no signal there'

/** A process that has created one name and is about to create the second; `code` is run in its midst. */
async function running(journal, code = '') {
  await mock.reset()
  await mock.faults('createInstance', { headers: {} }, { hold: true, act: true })
  const source = `
    import { readFileSync } from 'node:fs'
    import { api } from './helper.mjs'
    const journal = ${JSON.stringify(journal)}
    const run = new api.PartnerClient().createInstances(${JSON.stringify(names)}, { journal, concurrency: 1 })
    await run.next()
    while (!run.report().some(({ status }) => status === 'underWay')) await null
    ${code}
    console.log('in its midst')
    try {
      const rest = await run.collect()
      console.log([...new Set(rest.map(({ status }) => status))].join())
    } catch (error) {
      console.log(error.code, error.message)
    }
  `
  const env = { ...process.env, GREENAPI_PARTNER_TOKEN: mock.partnerToken, GREENAPI_PARTNER_API_URL: mock.url }
  const options = { cwd: join(root, 'tests/js'), env, stdio: ['ignore', 'pipe', 'inherit'] }
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], options)
  after(() => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  await mock.waitForRequests({ method: 'createInstance', outcome: 'held' })
  assert.equal((await lines.next()).value, 'in its midst')
  return { child, end: async () => (await lines.next()).value }
}

/** By a client of its own: the mock forgets an account at each reset, and a client does not. */
const again = (journal) => clientOf(mock).createInstances(names, { journal }).collect()
const created = async () => (await mock.requests('createInstance')).map(({ body }) => body.name).sort()

test('a process that reads its own journal keeps it', { skip }, async () => {
  const journal = join(folder, 'read.journal')
  const { child, end } = await running(journal, 'for (let i = 0; i < 3; i += 1) readFileSync(journal)')
  const { code, message } = await rejection(again(journal))
  assert.equal(code, 'invalid_request')
  assert.ok(message.includes(`in use: process ${child.pid} has it since 20`), message)
  await mock.release()
  assert.equal(await end(), 'done')
  assert.ok((await again(journal)).every(({ status }) => status === 'skipped'))
  assert.deepEqual(await created(), names)
  assert.ok(!existsSync(`${journal}.lock`))
})

test('a run that was killed after its process had read the journal goes on', { skip }, async () => {
  const journal = join(folder, 'killed.journal')
  const { child } = await running(journal, 'readFileSync(journal)')
  child.kill('SIGKILL')
  await once(child, 'exit')
  await mock.release()
  const statuses = (await again(journal)).map(({ status }) => status)
  assert.deepEqual([...new Set(statuses)].sort(), ['done', 'skipped'])
  assert.deepEqual(await created(), names)
})

test('a run whose journal is deleted ends before it sends more', { skip }, async () => {
  const journal = join(folder, 'deleted.journal')
  const { child, end } = await running(journal)
  unlinkSync(journal)
  assert.match((await rejection(again(journal))).message, new RegExp(`process ${child.pid} `))
  await mock.release()
  assert.match(await end(), /^configuration .*deleted, moved or replaced/)
  assert.deepEqual(await created(), names.slice(0, 2))
  await again(journal)
  assert.deepEqual(await created(), names)
})
