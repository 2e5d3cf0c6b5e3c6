// Helpers that the tests share: the package by its path, one mock, and a few questions.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as api from '../../js/index.mjs'
import { MockServer } from '../../js/testing.mjs'

export { api, MockServer }

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

export function readText(path) {
  return readFileSync(join(root, path), 'utf8')
}

export function readJson(path) {
  return JSON.parse(readText(path))
}

/** Every file below a folder, as paths from the checkout. */
export function filesBelow(folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

/** A mock for the tests of one file. */
export async function startMock(options) {
  const mock = await MockServer.start(options)
  after(() => mock.close())
  return mock
}

export function clientOf(mock, options) {
  return new api.PartnerClient({ partnerToken: mock.partnerToken, partnerApiUrl: mock.url, ...options })
}

/** The client of a new instance that a phone is linked to, in an account without any other. */
export async function linked(mock, partner, settings = {}) {
  await mock.reset()
  const shop = partner.instance(await partner.createInstance({ name: 'shop-42', ...settings }))
  await mock.scan(shop.idInstance, '79001234567')
  return shop
}

/** What a promise rejects with. */
export async function rejection(promise) {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not reject')
}

/** Runs a program in a process of its own, as a module, and gives what it printed. */
export async function runProgram(source, { env = {}, args = [] } = {}) {
  const child = spawn(process.execPath, [...args, '--input-type=module', '--eval', source], {
    cwd: join(root, 'tests/js'),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', (text) => {
      printed[stream] += text
    })
  }
  const [code, signal] = await once(child, 'close')
  return { ...printed, code, signal }
}
