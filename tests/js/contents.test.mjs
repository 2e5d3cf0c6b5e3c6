// Contents of messages: each in the class of its kind.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { api } from './helper.mjs'

const wire = new URL('../wire/contents/', import.meta.url)
const contract = JSON.parse(readFileSync(new URL('../contract.json', import.meta.url)))
const sample = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, wire))).body
const content = (messageData, typeWebhook = 'incomingMessageReceived') =>
  api.parseNotification(JSON.stringify({ typeWebhook, messageData })).content

for (const name of readdirSync(wire).map((file) => file.replace('.json', ''))) {
  test(`${name} has its class`, () => {
    const data = sample(name)
    for (const kind of ['incomingMessageReceived', 'outgoingMessageReceived', 'outgoingAPIMessageReceived']) {
      const read = content(data, kind)
      assert.equal(read.constructor.name, contract.contents[data.typeMessage])
      assert.ok(read instanceof api.Content && read instanceof api[read.constructor.name])
      assert.equal(read.typeMessage, data.typeMessage)
      assert.deepEqual(read.messageData, data)
      assert.deepEqual(read.toJSON().messageData, data)
    }
  })
}

test('fields have the types that they say', () => {
  const place = content(sample('location_message'))
  assert.deepEqual([place.latitude, place.longitude, place.nameLocation], [12.345678910111213, -14, 'Our shop'])
  const { votes, multipleAnswers } = content(sample('poll_update_message'))
  assert.deepEqual([votes.length, votes[0].optionName, multipleAnswers], [2, 'Green', false])
  const { caption, quotedSender } = content(sample('image_message'))
  assert.deepEqual([caption, quotedSender], ['Our shop', '79001234568@c.us'])
})

test('what is not known is there as it came', () => {
  const data = { typeMessage: 'hologram', hologram: { size: 3 } }
  const read = content(data)
  assert.ok(read instanceof api.UnknownContent)
  assert.deepEqual(read.messageData, data)
  assert.ok(content(null) instanceof api.UnknownContent)
})

test('nothing that people wrote is shown', () => {
  const shown = inspect(content(sample('image_message')))
  assert.match(shown, /imageMessage/)
  assert.doesNotMatch(shown, /Our shop/)
})
