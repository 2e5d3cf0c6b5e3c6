// Holds the package and its types to tests/contract.json: nothing is in one language only, or documented in none.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { api, clientOf, readJson, readText, startMock } from './helper.mjs'

const contract = readJson('tests/contract.json')
const types = readText('js/index.d.ts')
const mock = await startMock()

/** The text of one declaration of index.d.ts, to its closing brace. */
function declaration(head) {
  const start = types.indexOf(`\nexport ${head} `)
  assert.notEqual(start, -1, `index.d.ts has no "export ${head}"`)
  return types.slice(start, types.indexOf('\n}\n', start))
}

/** What stands before a line of a declaration: its comment. */
function comment(text, member) {
  const [, above] = text.match(new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\n  ${member}`)) ?? []
  assert.ok(above, `${member} is documented`)
  return above
}

const camelCase = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())

test('every operation is a method, and there are no others', () => {
  const members = Object.getOwnPropertyNames(api.PartnerClient.prototype)
  const others = ['constructor', 'close', 'closed', 'partnerApiUrl']
  assert.deepEqual(
    members.filter((name) => !others.includes(name)).sort(),
    contract.operations.map(({ node }) => node).sort(),
  )
})

test('every operation is documented with the words of core, its page, and its parameters', () => {
  const client = declaration('class PartnerClient')
  for (const { node, name, page, prose } of contract.operations) {
    const words = comment(client, `${node}\\(`)
      .split('\n')
      .map((line) => line.replace(/^ {3}\* ?/, ''))
      .join('\n')
    const shared = words.split(`--- ${name} (from core) ---\n`)[1]?.split('\n--- end ---')[0]
    assert.equal(shared, prose.node, node)
    assert.match(words, /@param options/, node)
    assert.match(words, /@see https:\/\/green-api\.com\//, node)
    if (page) assert.ok(words.includes(`@see ${page}`), `${node} names ${page}`)
  }
})

test('every error code has a class, and there are no others', () => {
  for (const { code, class: name, retryable } of contract.errors) {
    const Class = api[name]
    assert.ok(Class.prototype instanceof api.GreenApiError, name)
    const error = new Class('words')
    assert.deepEqual([error.name, error.code, error.retryable], [name, code, retryable])
  }
  const exported = Object.keys(api).filter((name) => name.endsWith('Error') && name !== 'GreenApiError')
  assert.deepEqual(exported.sort(), contract.errors.map(({ class: name }) => name).sort())
})

test('every error code is declared and documented as an instruction', () => {
  const [, union] = types.match(/export type ErrorCode =\n((?: {2}\| '\w+'\n)+)/)
  assert.deepEqual(
    union.match(/\w+/g),
    contract.errors.map(({ code }) => code),
  )
  for (const { code, class: name } of contract.errors) {
    const words = types.match(
      new RegExp(
        `/\\*\\* (.*) \\*/\\nexport class ${name} extends GreenApiError \\{\\n  readonly code: '${code}'\\n\\}`,
      ),
    )
    assert.match(words?.[1] ?? '', /What to do: /, name)
  }
})

test('every field of a model is a getter, declared and documented', () => {
  const shared = `${types.slice(types.indexOf('\ndeclare class Model'), types.indexOf('\n}\n', types.indexOf('\ndeclare class Model')))}\n`
  for (const name of ['CreatedInstance', 'Instance']) {
    const declared = shared + declaration(`class ${name}`)
    for (const { wire } of contract.models[name]) {
      assert.ok(wire in api[name].prototype, `${name}.${wire}`)
      assert.match(comment(declared, `get ${wire}\\(`), /\w/)
    }
  }
})

test('every setting is declared and documented', () => {
  const settings = declaration('interface InstanceSettings')
  for (const { wire, doc } of contract.models.CreateInstance) {
    assert.equal(comment(settings, `${wire}\\?:`).trim(), doc)
  }
})

test('every setting is sent, under its name', async () => {
  const samples = { text: 'x', int: 1000, flag: true }
  const fields = contract.models.CreateInstance
  const settings = Object.fromEntries(fields.map(({ wire, kind }) => [wire, samples[kind]]))
  await clientOf(mock).createInstance(settings)
  const [{ body }] = await mock.requests('createInstance')
  assert.deepEqual(Object.keys(body).sort(), fields.map(({ wire }) => wire).sort())
})

test('every option is taken, declared and documented with its default', () => {
  const places = { client: 'PartnerClientOptions', call: 'CallOptions', ensure_instance: 'EnsureOptions' }
  for (const [place, options] of Object.entries(contract.options)) {
    for (const { name, kind, env, default: value } of options) {
      const words = comment(declaration(`interface ${places[place]}`), `${camelCase(name)}\\?:`).replace(
        /(\d) (\d)/g,
        '$1$2',
      )
      assert.match(words, /Defaults to/, name)
      if (env) assert.ok(words.includes(env), `${name} names ${env}`)
      if (typeof value === 'number')
        assert.ok(words.includes(String(kind === 'duration' ? value * 1000 : value)), `${name}: ${value}`)
    }
  }
  const samples = {
    partnerToken: 'gac.x',
    partnerApiUrl: mock.url,
    timeout: 5,
    maxRetries: 0,
    proxy: 'http://127.0.0.1:1',
  }
  const names = contract.options.client.map(({ name }) => camelCase(name))
  assert.deepEqual(names.filter((name) => name !== 'caFile').sort(), Object.keys(samples).sort())
  assert.doesNotThrow(() => new api.PartnerClient({ ...samples, caFile: undefined }))
})

test('ESM, CommonJS and the types export the same names', () => {
  const cjs = createRequire(import.meta.url)('../../js/index.js')
  const declared = [...types.matchAll(/^export (?:class|const) (\w+)/gm)].map(([, name]) => name)
  assert.deepEqual(Object.keys(api).sort(), Object.keys(cjs).sort())
  assert.deepEqual(declared.sort(), Object.keys(cjs).sort())
})

test('the version is the one of the workspace', () => {
  const [, version] = readText('Cargo.toml').match(/\[workspace\.package\]\nversion = "(.*)"/)
  assert.equal(api.version, version)
  assert.equal(readJson('js/package-lock.json').version, version)
})

test('the lock file names no download address', () => {
  assert.doesNotMatch(readText('js/package-lock.json'), /"resolved"/)
})
