// Lists as Arrow: what apache-arrow reads is what the list says, and no token is in it unless it is asked for.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { clientOf, startMock } from './helper.mjs'

const { tableFromIPC } = createRequire(new URL('../../js/package.json', import.meta.url))('apache-arrow')

const mock = await startMock()
const token = 'hunter2-of-the-list'

/** What a reader could get wrong: nothing at all, a deleted one, an id above 2^53-1, text that is not ASCII. */
async function listed() {
  const first = { idInstance: 1101000001, name: 'кафе №1', apiTokenInstance: token, isFree: false }
  const body = [
    { ...first, timeCreated: '2026-11-22T13:00:00' },
    { idInstance: 1101000002, deleted: true, timeDeleted: '2026-11-22T13:00:00', isFree: true },
    { idInstance: '9007199254740993' },
  ]
  await mock.faults('getInstances', { body })
  return clientOf(mock).getInstances()
}

/** What a reader gives of a row, in the words of a model. */
function read(row, { name, type }) {
  const value = row[name]
  if (value === null) return null
  if (String(type).startsWith('Timestamp')) return new Date(value)
  return typeof value === 'bigint' ? String(value) : value
}

test('a list has the same values as columns', async () => {
  const instances = await listed()
  const table = tableFromIPC(instances.toArrow())
  assert.equal(table.numRows, 3)
  const names = table.schema.fields.map(({ name }) => name)
  assert.deepEqual(names, Object.keys(instances.at(0).toJSON()))
  for (const [index, instance] of [...instances].entries()) {
    for (const field of table.schema.fields) {
      const expected = field.name === 'idInstance' ? instance.idInstanceText : instance[field.name]
      assert.deepEqual(read(table.get(index), field), expected, field.name)
    }
  }
})

test('each kind of field has its type', async () => {
  const table = tableFromIPC((await listed()).toArrow())
  const types = Object.fromEntries(table.schema.fields.map(({ name, type }) => [name, String(type)]))
  assert.deepEqual(
    [types.idInstance, types.name, types.isFree, types.timeCreated],
    ['Uint64', 'Utf8', 'Bool', 'Timestamp<MICROSECOND, UTC>'],
  )
})

test('a part of a list is only that part, and no rows keep their columns', async () => {
  const instances = await listed()
  const ids = (part) => [...tableFromIPC(part.toArrow()).getChild('idInstance')]
  assert.deepEqual(ids(instances.slice(1, 2)), [1101000002n])
  assert.deepEqual(ids(instances.live), [1101000001n, 9007199254740993n])
  const none = tableFromIPC(instances.slice(0, 0).toArrow())
  assert.equal(none.numRows, 0)
  assert.equal(String(none.schema), String(tableFromIPC(instances.toArrow()).schema))
})

test('a token is in the columns only on request', async () => {
  const instances = await listed()
  const holds = (buffer) => buffer.includes(token) || buffer.includes('apiTokenInstance')
  assert.equal(holds(instances.toArrow()), false)
  assert.equal(holds(instances.toArrow({ includeTokens: false })), false)
  const table = tableFromIPC(instances.toArrow({ includeTokens: true }))
  assert.deepEqual([...table.getChild('apiTokenInstance')], [token, null, null])
})
