// What the service knows, in one file: what customers want, what came in, what goes out.
//
// Whatever must not be lost or done twice stands here before anybody is told of it, so that the process may die at any
// moment. No token does: an instance's is asked for when it is needed. In production this is your database.

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** One customer's wish, and what has become of it. */
export interface Customer {
  /** An instance, or none. */
  wanted: boolean
  /** Whether that is so by now. */
  settled: boolean
  idInstance: number | null
  /** Of the instance, as it last told. */
  state: string | null
}

/** A message that came in, under upstream's id, so that what comes twice is there once. */
export interface Incoming {
  name: string
  chat: string
  text: string | null
  handled: boolean
}

/** A message that goes out, under the id of whoever asks for it, so that what is asked for twice is there once. */
export interface Outgoing {
  name: string
  chat: string
  text: string
  state: 'waiting' | 'sending' | 'sent' | 'failed' | 'unknown'
}

interface Known {
  customers: { [name: string]: Customer }
  incoming: { [id: string]: Incoming }
  outgoing: { [id: string]: Outgoing }
}

const folder = process.env.DATA ?? 'data'
const file = join(folder, 'service.json')
mkdirSync(folder, { recursive: true, mode: 0o700 })

const known = read()

function read(): Known {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return { customers: {}, incoming: {}, outgoing: {} }
  }
}

/** What is known. To be changed by `change` alone. */
export const now: Readonly<Known> = known

/** Changes what is known; it is on the disk before this returns. */
export function change<T>(edit: (known: Known) => T): T {
  const result = edit(known)
  const draft = openSync(`${file}.draft`, 'w', 0o600)
  writeSync(draft, JSON.stringify(known))
  fsyncSync(draft)
  closeSync(draft)
  renameSync(`${file}.draft`, file)
  return result
}

/** Whose instance it is. */
export function nameOf(idInstance: number | null): string | undefined {
  if (idInstance === null) return undefined
  return Object.keys(known.customers).find((name) => known.customers[name]?.idInstance === idInstance)
}
