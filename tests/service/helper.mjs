// Helpers that the tests share: a mock, what upstream reaches, and the service, whose processes may be lost at any moment.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MockServer } from '../../js/testing.mjs'

/** The programs of the example under test, as JSON: `[["node", "dist/app.js"]]`. The first one listens. */
const commands = JSON.parse(process.env.SERVICE)
const folder = process.env.SERVICE_FOLDER

/** Whether the work is done in a process of its own, which may die while its parent lives. */
export const hasWorker = commands.length > 1

export const webhookToken = 'a-webhook-token-of-the-tests'

/** Every process that lives, so that none outlives a run that is broken off. */
const running = new Set()
process.on('exit', () => {
  for (const child of running) process.kill(-child.pid, 'SIGKILL')
})
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(1))

/** The service on a mock of its own. */
export class Service {
  printed = ''
  /** What upstream has posted. */
  heard = []
  #children = []

  /** `t` ends it. One of another host has the same upstream, and the same store, as this one. */
  static async start(t, { store, upstream } = {}) {
    const service = new Service()
    service.store = store
    service.mock = upstream ?? (await MockServer.start({ warmUp: [], instanceRateLimits: false }))
    service.data = mkdtempSync(join(tmpdir(), 'service-'))
    service.door = await door(service)
    t.after(async () => {
      await service.lose()
      service.door.close()
      if (upstream === undefined) service.mock.close()
      rmSync(service.data, { recursive: true })
    })
    await service.run()
    return service
  }

  /** Starts its programs, with whatever others have left. */
  async run() {
    const [listening] = commands.map((command) => this.#spawn(command))
    this.url = await new Promise((resolve, reject) => {
      let said = ''
      const read = (text) => {
        said += text
        const url = said.match(/http:\/\/127\.0\.0\.1:\d+/)
        if (url) resolve(url[0])
      }
      for (const stream of [listening.stdout, listening.stderr]) stream.on('data', read)
      listening.on('exit', () => reject(new Error(`the service ended: ${said}`)))
    })
  }

  #spawn(command) {
    const child = spawn(command[0], command.slice(1), {
      cwd: folder,
      detached: true, // A group of its own, which is killed whole.
      env: {
        ...process.env,
        PORT: '0',
        DATA: this.data,
        PUBLIC_URL: `http://127.0.0.1:${this.door.address().port}`,
        WEBHOOK_TOKEN: webhookToken,
        GREENAPI_PARTNER_TOKEN: this.mock.partnerToken,
        GREENAPI_PARTNER_API_URL: this.mock.url,
        ...(this.store && { STORE: this.store }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        this.printed += text
      })
    this.#children.push(child)
    running.add(child)
    child.on('exit', () => running.delete(child))
    return child
  }

  /** Kills all of its processes where they stand. */
  async lose() {
    const children = this.#children.splice(0).filter((child) => running.has(child))
    const ended = children.map((child) => once(child, 'exit'))
    for (const child of children) process.kill(-child.pid, 'SIGKILL')
    await Promise.all(ended)
  }

  /** Kills the process that does the work, and nothing besides. */
  loseWorker() {
    const { pid } = this.#children.at(-1)
    process.kill(Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')), 'SIGKILL')
  }

  /** Asks as the customer's browser does. */
  ask(verb, path, body, headers = { 'sec-fetch-site': 'same-origin' }) {
    const json = body && { body: JSON.stringify(body), headers: { ...headers, 'content-type': 'application/json' } }
    return fetch(this.url + path, { method: verb, headers, ...json })
  }

  /** Posts as upstream does, or as somebody else. */
  tell(body, authorization = `Bearer ${webhookToken}`) {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return fetch(`${this.url}/webhook`, { method: 'POST', body: text, headers: authorization ? { authorization } : {} })
  }

  async customer() {
    return (await this.ask('GET', '/customer')).json()
  }

  /** Looks until it is so. */
  async until(holds) {
    for (;;) {
      const customer = await this.customer()
      if (holds(customer)) return customer
    }
  }

  /** From the sign-up to a linked phone. Gives the instance's id. */
  async signedUp() {
    await this.ask('POST', '/customer')
    await this.until(({ ready }) => ready)
    const [{ idInstance }] = await this.mock.instances()
    await this.mock.scan(idInstance)
    await this.until(({ state }) => state === 'authorized')
    return idInstance
  }

  /** The texts that reached upstream. */
  async sent(idInstance) {
    return (await this.mock.messages(idInstance)).map(({ body }) => body.message)
  }
}

/** What upstream reaches, wherever the service listens just now: it passes everything on. */
async function door(service) {
  const server = createServer(async (request, response) => {
    const { authorization } = request.headers
    const body = Buffer.concat(await request.toArray())
    service.heard.push({ body: JSON.parse(body) })
    try {
      const headers = authorization ? { authorization } : {}
      const answer = await fetch(service.url + request.url, { method: request.method, headers, body })
      response.writeHead(answer.status).end()
    } catch {
      response.writeHead(502).end() // Nobody is there.
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** The events of an SSE answer, one after the other. */
export async function* eventsOf(answer) {
  let text = ''
  for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
    text += part
    const blocks = text.split('\n\n')
    text = blocks.pop()
    for (const block of blocks) {
      const data = block.split('\n').find((line) => line.startsWith('data: '))
      if (data) yield JSON.parse(data.slice(6))
    }
  }
}
