// Runs tests/scenarios: what the client promises in every language. The format is described in its README.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filesBelow, readJson, startMock } from './helper.mjs'
import { run } from './scenarios.mjs'

const files = filesBelow('tests/scenarios').filter((path) => path.endsWith('.json'))

test('there are scenarios', () => {
  assert.notEqual(files.length, 0)
})

for (const path of files) {
  const scenario = readJson(path)
  if (scenario.only && !scenario.only.includes('node')) continue
  test(`${path.slice('tests/scenarios/'.length)}: ${scenario.promise}`, async () => run(scenario, await startMock()))
}
