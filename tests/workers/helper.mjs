// Helpers that the tests share: a mock and a store of each test's own, its processes of either language, and a gate before
// the store, which can be shut.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { MockServer } from '../../js/testing.mjs'

/** The Python that has the package. */
const python = process.env.PYTHON
const here = (name) => fileURLToPath(new URL(name, import.meta.url))
/** A program for each way to use the package. */
const programs = {
  python: [python, here('worker.py'), 'threads'],
  asyncio: [python, here('worker.py'), 'asyncio'],
  forked: [python, here('worker.py'), 'forked'],
  node: [process.execPath, here('worker.mjs')],
}

/** Every process that lives, so that none outlives a run that is broken off. */
const running = new Set()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(1))

function start([program, ...args], t) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.on('error', () => {}) // It has been killed.
  running.add(child)
  child.on('exit', () => running.delete(child))
  t.after(() => end(child))
  return child
}

async function end(child) {
  if (!running.has(child)) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

let count = 0

/** A mock, and a place for a store: in this database, or in a file. */
export class Ground {
  static async new(t, database) {
    const ground = new Ground()
    count += 1
    ground.t = t
    ground.schema = `workers ${process.pid} ${count}`
    ground.folder = mkdtempSync(join(tmpdir(), 'workers-'))
    ground.address = database ?? join(ground.folder, 'partner.sqlite')
    ground.mock = await MockServer.start()
    t.after(() => {
      ground.mock.close()
      rmSync(ground.folder, { recursive: true })
    })
    return ground
  }

  /** A process of this kind, which finds the store at its own address or at another. Its claims run for so many seconds. */
  worker(kind, address = this.address, claim = 30) {
    return new Worker([...programs[kind], address, this.schema, claim, this.mock.url, this.mock.partnerToken], this.t)
  }

  /** A gate before the store, which is open, and the address behind it. */
  async gate() {
    return this.address.includes('://') ? Way.to(this.address, this.t) : new File(this.address, this.t)
  }

  async created() {
    return (await this.mock.requests('createInstance')).length
  }
}

/** A process that has the package and the store. */
class Worker {
  #child
  #asked = []

  constructor(command, t) {
    this.#child = start(command, t)
    const said = createInterface({ input: this.#child.stdout })
    /** Whether it has begun, and can be asked at the same moment as others. */
    this.ready = Promise.race([once(said, 'line'), once(this.#child, 'exit')])
    said.on('line', (line) => {
      const { ready, name, got } = JSON.parse(line)
      if (ready) return
      const place = this.#asked.findIndex((asked) => asked.name === name)
      this.#asked.splice(place, 1)[0].resolve(got)
    })
    this.#child.on('exit', () => {
      for (const { resolve } of this.#asked) resolve('ended without a word')
    })
  }

  /** The id that it gets, or an error's code. Nobody waits for as long as it may take, unless something is wrong. */
  ensure(name, options = {}) {
    return new Promise((resolve) => {
      this.#asked.push({ name, resolve })
      const order = { name, settle: 20, timeout: 60, retry_unknown: false, ...options }
      this.#child.stdin.write(`${JSON.stringify(order)}\n`)
    })
  }

  /** The end that nobody can prepare for. */
  kill() {
    return end(this.#child)
  }

  /** Not a step further, in none of its threads, until it is told to go on. */
  async pause() {
    this.#child.kill('SIGSTOP')
    while (!isStopped(this.#child.pid)) await new Promise(setImmediate)
  }

  goOn() {
    this.#child.kill('SIGCONT')
  }
}

function isStopped(pid) {
  const threads = readdirSync(`/proc/${pid}/task`)
  return threads.every((thread) =>
    / T /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(')').at(-1)),
  )
}

/** A way to a database over TCP. */
class Way {
  #isOpen = true
  #sockets = new Set()

  static async to(address, t) {
    const way = new Way()
    const url = new URL(address)
    const server = createServer((socket) => way.#carry(socket, { host: url.hostname, port: url.port }))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => {
      way.shut()
      server.close()
    })
    const behind = new URL(address)
    behind.port = server.address().port
    way.address = String(behind)
    return way
  }

  #carry(socket, target) {
    if (!this.#isOpen) return socket.destroy()
    const server = connect(target)
    for (const [one, other] of [
      [socket, server],
      [server, socket],
    ]) {
      this.#sockets.add(one)
      one.pipe(other)
      one.on('error', () => {})
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
    }
  }

  /** Nobody gets through, and who is inside is thrown out. */
  async shut() {
    this.#isOpen = false
    for (const socket of this.#sockets) socket.destroy()
  }

  async open() {
    this.#isOpen = true
  }

  /** Pauses a process where it does not keep others out. */
  async pause(worker) {
    await worker.pause()
  }
}

/** A lock on SQLite's file, which a process of its own has. */
class File {
  #lock
  #t

  constructor(address, t) {
    this.address = address
    this.#t = t
  }

  /** Nobody writes. */
  async shut() {
    this.#lock = start([python, here('lock.py'), this.address], this.#t)
    await once(this.#lock.stdout, 'data')
  }

  async open() {
    if (this.#lock) await end(this.#lock)
    this.#lock = undefined
  }

  /** Pauses a process where it does not keep others out: one that is in the middle of a write has the file locked. */
  async pause(worker) {
    if (!this.#lock) await this.shut()
    await worker.pause()
  }
}
