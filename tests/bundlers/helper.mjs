// The bundlers, each in the two ways that docs/deployment.md has for it, and projects with the packed package in them.

import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as esbuild from 'esbuild'
import webpack from 'webpack'

const here = fileURLToPath(new URL('.', import.meta.url))
const { resolve } = createRequire(import.meta.url)

const home = mkdtempSync(join(tmpdir(), 'greenapi-partner-bundlers-'))
after(() => rmSync(home, { recursive: true }))

let folders = 0
/** A path outside of the checkout that nothing stands at yet. */
export function newPath() {
  folders += 1
  return join(home, String(folders))
}

/** A project with nothing in it but the program, and the tarball as npm installs it. */
const installed = newPath()
mkdirSync(installed)
writeFileSync(join(installed, 'package.json'), '{ "private": true }\n')
const install = ['install', '--no-package-lock', '--no-audit', '--no-fund', process.env.TARBALL]
execFileSync('npm', install, { cwd: installed, stdio: 'inherit' })
cpSync(join(here, 'program.mjs'), join(installed, 'program.mjs'))

/** A copy of it, which a test may change. */
export function newProject() {
  const project = newPath()
  cpSync(installed, project, { recursive: true })
  return project
}

const require = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"
const esbuilds = {
  'esbuild, CommonJS': { format: 'cjs' },
  'esbuild, CommonJS, minified': { format: 'cjs', minify: true },
  'esbuild, ESM': { format: 'esm', banner: { js: require } },
  'esbuild, ESM, minified': { format: 'esm', banner: { js: require }, minify: true },
}

/** Bundlers that leave the package in node_modules. Each bundles the program of a project into a folder. */
export const leaving = {
  ...withEsbuild({ external: ['greenapi_partner'] }),
  webpack: withWebpack({
    externals: {
      greenapi_partner: 'commonjs greenapi_partner',
      'greenapi_partner/testing': 'commonjs greenapi_partner/testing',
    },
  }),
  ncc: withNcc('--external', 'greenapi_partner', '--external', 'greenapi_partner/testing'),
}

/** The same, but they put the addon beside the bundle. */
export const copying = {
  ...withEsbuild({ loader: { '.node': 'copy' } }),
  webpack: withWebpack({ module: { rules: [{ test: /\.node$/, loader: resolve('node-loader') }] } }),
  ncc: withNcc(),
}

function withEsbuild(options) {
  return Object.fromEntries(
    Object.entries(esbuilds).map(([name, { format, ...more }]) => [
      name,
      (project, folder) =>
        esbuild.build({
          absWorkingDir: project,
          entryPoints: ['program.mjs'],
          outfile: join(folder, format === 'esm' ? 'program.mjs' : 'program.cjs'),
          bundle: true,
          platform: 'node',
          format,
          ...more,
          ...options,
        }),
    ]),
  )
}

function withWebpack(options) {
  return async (project, folder) => {
    const stats = await promisify(webpack)({
      context: project,
      entry: './program.mjs',
      mode: 'production',
      target: 'node',
      output: { path: folder, filename: 'program.cjs' },
      ...options,
    })
    if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }))
  }
}

const ncc = join(here, 'node_modules/.bin/ncc')

function withNcc(...options) {
  return (project, folder) => {
    execFileSync(ncc, ['build', 'program.mjs', '--no-cache', '--minify', '--out', folder, ...options], { cwd: project })
  }
}

/** Runs the bundle in a folder: its exit code, what it said of errors, and what it printed, as JSON. */
export function run(folder) {
  const [program] = readdirSync(folder).filter((file) => /\.[cm]?js$/.test(file))
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, program)], { encoding: 'utf8' })
  return { status, stderr, printed: stdout === '' ? undefined : JSON.parse(stdout) }
}
