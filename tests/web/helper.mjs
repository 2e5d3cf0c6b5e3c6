// Helpers that the tests share: one mock, one server of an example, one Chromium, and a page for each test.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after } from 'node:test'
import jsqr from 'jsqr'
import { chromium } from 'playwright-core'
import { PNG } from 'pngjs'
import { MockServer } from '../../js/testing.mjs'

/** How the example under test is started, as JSON: `["node", "server.mjs"]`. */
const command = JSON.parse(process.env.QR_WEB_SERVER)

export const mock = await MockServer.start({ warmUp: [], instanceRateLimits: false })

/** The program of an example. Whatever it prints is kept. */
export class Server {
  printed = ''

  /** Starts it on a free port, or on this one; with a store, if it is given one. */
  static async start(port = '0', store = undefined) {
    const server = new Server()
    await server.begin(port, store)
    return server
  }

  async begin(port = '0', store = undefined) {
    this.child = spawn(command[0], command.slice(1), {
      env: {
        ...process.env,
        PORT: port,
        GREENAPI_PARTNER_TOKEN: mock.partnerToken,
        GREENAPI_PARTNER_API_URL: mock.url,
        ...(store && { STORE: store }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    this.url = await new Promise((resolve, reject) => {
      const read = (text) => {
        this.printed += text
        said += text
        const url = said.match(/http:\/\/127\.0\.0\.1:\d+/)
        if (url) resolve(url[0])
      }
      for (const stream of [this.child.stdout, this.child.stderr]) stream.setEncoding('utf8').on('data', read)
      this.child.on('exit', () => reject(new Error(`the server ended: ${said}`)))
    })
  }

  async kill() {
    const ended = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await ended
  }
}

export const server = await Server.start()

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
})
const contexts = []

after(async () => {
  await browser.close()
  await server.kill()
  mock.close()
})

/** An empty account, and a page of the example that says "Not connected". `options` are those of a browser's context. */
export async function open(options = {}) {
  await Promise.all(contexts.splice(0).map((context) => context.close()))
  // The mock forgets an account at each reset, and a client does not.
  await server.kill()
  await mock.reset()
  await server.begin()
  return openAnother(options)
}

/** One more tab, of another browser. */
export async function openAnother(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options })
  context.setDefaultTimeout(20_000)
  contexts.push(context)
  const page = await context.newPage()
  page.troubles = watch(page)
  await page.goto(server.url)
  await page.locator('#status:not(:empty)').waitFor()
  return page
}

/** What a page complains of, and what it asks of other hosts. */
function watch(page) {
  const troubles = []
  page.on('pageerror', (error) => troubles.push(String(error)))
  page.on('console', (message) => {
    // Chromium reports a refused request by itself.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load')) troubles.push(message.text())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:')) troubles.push(request.url())
  })
  return troubles
}

export const button = (page, name) => page.getByRole('button', { name, exact: true })

/** Waits until the page shows this step. */
export const step = (page, name) => page.locator(`[data-step="${name}"]`).waitFor()

export async function connect(page) {
  await button(page, 'Connect your phone').click()
}

/** From the button to the QR code. Gives the instance's id. */
export async function connectToQr(page) {
  await connect(page)
  await step(page, 'qr')
  return onlyInstance()
}

export async function onlyInstance() {
  const instances = await mock.instances()
  assert.equal(instances.length, 1)
  return instances[0].idInstance
}

/** What a phone reads in what the page shows; null if it reads nothing. */
export async function scanned(page) {
  const { data, width, height } = PNG.sync.read(await page.locator('#qr').screenshot())
  return jsqr(new Uint8ClampedArray(data), width, height)?.data ?? null
}

/** Waits until the page shows another QR code than the one with this `src`. */
export async function nextQr(page, src) {
  await page.waitForFunction((before) => (document.querySelector('#qr').src || before) !== before, src)
}

export const sourceOfQr = (page) => page.locator('#qr').getAttribute('src')

/** The text of what the page says by itself. */
export const status = (page) => page.locator('#status').textContent()

/** Waits until the page says this by itself. */
export const says = (page, text) => page.getByRole('status').filter({ hasText: text }).waitFor()

/** How many instances were asked for, over all. */
export const creations = async () => (await mock.requests('createInstance')).length

/** Nothing that a page or the server showed has a token in it. */
export async function assertNoToken(...texts) {
  const instances = await Promise.all((await mock.instances()).map(({ idInstance }) => mock.instance(idInstance)))
  for (const token of [mock.partnerToken, ...instances.map((instance) => instance.apiTokenInstance)]) {
    for (const text of texts) assert.ok(!text.includes(token), 'there is a token in it')
  }
}
