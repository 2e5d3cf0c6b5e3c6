// Preloaded into node: every message of the package's diagnostics channel goes to the file that RECORDS names.

import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'

subscribe('greenapi_partner', (message) => appendFileSync(process.env.RECORDS, `${JSON.stringify(message)}\n`))
