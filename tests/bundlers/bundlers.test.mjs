// Bundles of the packed package: each loads, and `instanceof` and `name` hold for every error. TARBALL is the
// package's path.

import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { copying, leaving, newPath, newProject, run } from './helper.mjs'

const contract = JSON.parse(readFileSync(new URL('../contract.json', import.meta.url), 'utf8'))

function assertWhole({ status, stderr, printed }) {
  assert.deepEqual([status, stderr], [0, ''])
  const { errors, ...seen } = printed
  const expected = contract.errors.map(({ class: name, code }) => [name, name, name, code])
  assert.deepEqual(errors.sort(), [...expected, ['GreenApiError', 'GreenApiError', 'GreenApiError', null]].sort())
  assert.deepEqual(seen, {
    notFound: [true, true, 'NotFoundError', 'NotFoundError', 'not_found'],
    unauthorized: [true, true, 'UnauthorizedError', 'UnauthorizedError', 'unauthorized'],
    shown: ['CreatedInstance', 'Run', 'Events'],
  })
}

for (const [name, bundle] of Object.entries(leaving)) {
  test(`${name}: a bundle that leaves the package in node_modules`, async () => {
    const project = newProject()
    await bundle(project, join(project, 'out'))
    assertWhole(run(join(project, 'out')))
  })
}

for (const [name, bundle] of Object.entries(copying)) {
  test(`${name}: a bundle with the addon beside it, and nothing else`, async () => {
    const folder = newPath()
    await bundle(newProject(), folder)
    assertWhole(run(folder))
  })
}

test('a bundle without an addon says that the package is to be left out of it', async () => {
  const folder = newPath()
  await copying['esbuild, CommonJS, minified'](newProject(), folder)
  for (const file of readdirSync(folder)) if (file.endsWith('.node')) rmSync(join(folder, file))
  const { status, stderr } = run(folder)
  assert.equal(status, 1)
  assert.match(
    stderr,
    /Error: greenapi_partner finds no addon for \S+ beside its files\. A bundle must leave .*--external:greenapi_partner/,
  )
})

/** A project where the addon stands in a package of this platform, which the manifest of ours names or does not. */
function split({ isNamed }) {
  const project = newProject()
  const ours = join(project, 'node_modules/greenapi_partner')
  const addon = readdirSync(ours).find((file) => file.endsWith('.node'))
  const name = addon.replace('greenapi_partner.', 'greenapi_partner-').replace('.node', '')
  const manifest = JSON.parse(readFileSync(join(ours, 'package.json'), 'utf8'))
  const { version } = manifest
  const platform = join(project, 'node_modules', name)
  mkdirSync(platform)
  renameSync(join(ours, addon), join(platform, addon))
  writeFileSync(join(platform, 'package.json'), JSON.stringify({ name, version, main: addon }))
  const optionalDependencies = isNamed ? { [name]: version } : undefined
  writeFileSync(join(ours, 'package.json'), JSON.stringify({ ...manifest, optionalDependencies }))
  return project
}

for (const name of ['esbuild, CommonJS, minified', 'esbuild, ESM', 'webpack', 'ncc']) {
  test(`${name}: a bundle finds the addon in the package of the platform`, async () => {
    const folder = newPath()
    await copying[name](split({ isNamed: true }), folder)
    assertWhole(run(folder))
  })

  test(`${name}: a bundle does not run a package of that name that ours does not name`, async () => {
    const folder = newPath()
    await copying[name](split({ isNamed: false }), folder)
    const { status, stderr } = run(folder)
    assert.equal(status, 1)
    assert.match(stderr, /Error: greenapi_partner finds no addon/)
  })
}
