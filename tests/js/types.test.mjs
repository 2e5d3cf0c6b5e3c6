// The types, as a user's compiler sees them: through the package's own `exports`, in an empty project.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { root } from './helper.mjs'

const compiler = join(root, 'js/node_modules/typescript/bin/tsc')
const programs = ['program.mts', 'program.cts', 'refused.mts', 'disposing.mts']

const project = mkdtempSync(join(tmpdir(), 'greenapi-partner-types-'))
after(() => rmSync(project, { recursive: true }))
mkdirSync(join(project, 'node_modules'))
symlinkSync(join(root, 'js'), join(project, 'node_modules/greenapi_partner'))
symlinkSync(join(root, 'js/node_modules/@types'), join(project, 'node_modules/@types'))
writeFileSync(join(project, 'package.json'), '{ "private": true }\n')
for (const program of programs) cpSync(join(root, 'tests/js/types', program), join(project, program))

/** Compiles the programs; what the compiler says, nothing where it is content. */
function compile(files, ...options) {
  const shared = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--target',
    'es2022',
    '--lib',
    'es2022',
    '--types',
    'node',
  ]
  return run(compiler, [...shared, ...options, ...files])
}

function run(...args) {
  const { stdout, stderr } = spawnSync(process.execPath, args.flat(), { cwd: project, encoding: 'utf8' })
  return stdout + stderr
}

test('the programs compile under node16, with the package’s declarations checked', () => {
  assert.equal(compile(programs, '--noEmit', '--module', 'node16', '--moduleResolution', 'node16'), '')
})

test('the programs compile under bundler', () => {
  const modules = programs.filter((name) => name.endsWith('.mts'))
  assert.equal(compile(modules, '--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler'), '')
})

test('declarations are written for what a user exports of it', () => {
  writeFileSync(
    join(project, 'exported.mts'),
    `import type { AnyContent, AnyNotification, Instance, Settings } from 'greenapi_partner'
export const kindOf = (notification: AnyNotification) => notification.typeWebhook
export const kindIn = (content: AnyContent) => content.typeMessage
export const partOf = (one: Instance, settings: Settings) => ({ json: one.toJSON(), settings })
`,
  )
  const said = compile(
    ['exported.mts'],
    '--declaration',
    '--emitDeclarationOnly',
    '--module',
    'node16',
    '--moduleResolution',
    'node16',
  )
  assert.equal(said, '')
})

test('a wrong program does not compile', () => {
  writeFileSync(
    join(project, 'wrong.mts'),
    "import { PartnerClient } from 'greenapi_partner'\nnew PartnerClient({ timeoutMs: 5 })\n",
  )
  const said = compile(['wrong.mts'], '--noEmit', '--module', 'node16', '--moduleResolution', 'node16')
  assert.match(said, /wrong\.mts\(2,21\): error TS\d+: .*'timeoutMs' does not exist/)
})

test('`using` and `await using` close clients and mocks', {
  skip: !Symbol.asyncDispose && 'this Node has no Symbol.asyncDispose',
}, () => {
  assert.equal(compile(['disposing.mts'], '--module', 'node16', '--moduleResolution', 'node16'), '')
  assert.equal(run('disposing.mjs'), '0 [ false, false ]\n[ true, true ]\n')
})
