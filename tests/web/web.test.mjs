// Page with `onboard` behind it: its promises, held to both examples in Chromium. QR_WEB_SERVER says which.

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  assertNoToken,
  button,
  connect,
  connectToQr,
  creations,
  mock,
  nextQr,
  onlyInstance,
  open,
  openAnother,
  Server,
  says,
  scanned,
  server,
  sourceOfQr,
  status,
  step,
} from './helper.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const phoneSized = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }

test('the button leads to a QR code that a phone can read from the screen', async () => {
  const page = await open()
  assert.equal(await status(page), 'Not connected')
  const id = await connectToQr(page)
  assert.equal(await status(page), 'Waiting for your phone')
  assert.equal(await scanned(page), (await mock.instance(id)).qrPayload)
  assert.deepEqual(page.troubles, [])
})

test('two processes that share a store create a name once', async (context) => {
  await mock.reset()
  await mock.faults('createInstance', { delayMs: 150, times: -1 })
  const folder = mkdtempSync(join(tmpdir(), 'store-'))
  const store = join(folder, 'partner.sqlite')
  const servers = await Promise.all([1, 2].map(() => Server.start('0', store)))
  context.after(async () => {
    await Promise.all(servers.map((one) => one.kill()))
    rmSync(folder, { recursive: true })
  })
  const created = async ({ url }) => {
    const answer = await fetch(`${url}/connect`, { headers: { 'sec-fetch-site': 'same-origin' } })
    let text = ''
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
      text += part
      const id = text.match(/"idInstance": ?(\d+)/)
      if (id) return id[1]
    }
  }
  const [one, other] = await Promise.all(servers.map(created))
  assert.ok(one)
  assert.equal(one, other)
  assert.equal((await mock.requests('createInstance')).length, 1)
})

test('a phone reads it in the dark, on a small screen too', async () => {
  const page = await open({ colorScheme: 'dark', ...phoneSized })
  const id = await connectToQr(page)
  assert.equal(await scanned(page), (await mock.instance(id)).qrPayload)
})

test('the QR code changes by itself, and no screen reader is bothered with it', async () => {
  const page = await open()
  const id = await connectToQr(page)
  await page.evaluate(() => {
    window.spoken = 0
    const count = () => {
      window.spoken += 1
    }
    for (const region of document.querySelectorAll('[role=status], [role=alert], [aria-live]')) {
      new MutationObserver(count).observe(region, { childList: true, characterData: true, subtree: true })
    }
    window.focused = document.activeElement
  })
  const before = await sourceOfQr(page)
  const payload = await mock.refreshQr(id)
  await nextQr(page, before)
  assert.equal(await scanned(page), payload)
  assert.match(await page.locator('#countdown').textContent(), /^New code in \d+ s\.$/)
  assert.equal(await page.evaluate(() => window.spoken), 0)
  assert.ok(await page.evaluate(() => document.activeElement === window.focused))
})

test('a scan shows the number, and leaves no QR code in the page', async () => {
  const page = await open()
  const id = await connectToQr(page)
  await mock.scan(id, 79001234567)
  await step(page, 'linked')
  assert.equal(await page.locator('#phone').textContent(), '+79001234567')
  assert.equal(await status(page), 'Connected: +79001234567')
  assert.ok(!(await page.content()).includes('data:image'))
  assert.deepEqual(page.troubles, [])
})

test('whoever comes back sees the number that is linked', async () => {
  const page = await open()
  await mock.scan(await connectToQr(page), 79001234567)
  await step(page, 'linked')
  await page.reload()
  await step(page, 'linked')
  assert.equal(await creations(), 1)
})

test('looking at the page creates nothing', async () => {
  await open()
  assert.equal(await creations(), 0)
})

test('a scan window that is over is followed by another', async () => {
  const page = await open()
  const id = await connectToQr(page)
  await mock.waitForSockets(id, 1)
  const before = await sourceOfQr(page)
  await mock.expireQr(id)
  await mock.waitForRequests({ method: 'scanqrcode', count: 2 })
  await mock.waitForSockets(id, 1)
  await mock.refreshQr(id)
  await nextQr(page, before)
  await mock.scan(id)
  await step(page, 'linked')
})

test('an error is told in words, and the next try goes on', async () => {
  const page = await open()
  await mock.faults('createInstance', { named: 'no_capacity' })
  await connect(page)
  await step(page, 'failed')
  const words = 'There is no free line just now, and nothing was ordered. Please try again in a few minutes.'
  assert.equal(await page.getByRole('alert').textContent(), words)
  assert.equal(await status(page), 'Not connected')
  await button(page, 'Try again').click()
  await step(page, 'qr')
  assert.deepEqual(page.troubles, [])
})

test("a partner's token that is wrong is told without blaming the customer", async () => {
  const page = await open()
  await mock.faults('*', { named: 'unauthorized', times: -1 })
  await connect(page)
  await step(page, 'failed')
  assert.match(await page.locator('#trouble').textContent(), /^Our access to the messenger service does not work/)
})

test('data of an earlier phone can be removed on the spot', async () => {
  const page = await open()
  await page.route('**/connect', (route) =>
    route.fulfill({
      contentType: 'text/event-stream',
      body: 'event: error\ndata: {"code":"already_authorized","message":"Disconnect it."}\n\n',
    }),
  )
  await connect(page)
  await step(page, 'failed')
  await button(page, 'Disconnect').waitFor()
})

test("a customer's phone is linked by its number and a code in big letters", async () => {
  const page = await open()
  await button(page, 'Link with phone number instead').click()
  await page.getByLabel('Your phone number').fill('+7 900 123-45-67')
  await button(page, 'Get a code').click()
  await step(page, 'letters')
  const id = await onlyInstance()
  const { phoneCode } = await mock.instance(id)
  assert.equal((await page.locator('#letters').textContent()).replace('-', ''), phoneCode)
  assert.ok(
    (await page.locator('#letters').evaluate((node) => Number.parseFloat(getComputedStyle(node).fontSize))) > 30,
  )
  await mock.enterPhoneCode(id)
  await step(page, 'linked')
  assert.ok(!(await page.content()).includes(phoneCode))
})

test('a phone number that is none is told in words', async () => {
  const page = await open()
  await button(page, 'Link with phone number instead').click()
  await page.getByLabel('Your phone number').fill('abc')
  await button(page, 'Get a code').click()
  await step(page, 'failed')
  assert.equal(await page.locator('#trouble').textContent(), 'Please check what you entered.')
})

test('a password is asked for, a wrong one is told in words, and the right one links', async () => {
  const page = await open()
  await mock.options({ typeInstance: 'telegram', password: 'right' })
  const id = await connectToQr(page)
  assert.match(await page.locator('[data-step="qr"] ol').textContent(), /Open Telegram on your phone/)
  await mock.scan(id, 79001234567)
  await step(page, 'password')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'password')
  await page.keyboard.type('wrong')
  await page.keyboard.press('Enter')
  await page.getByText('This password is not right. Please try again.').waitFor()
  assert.equal(await page.evaluate(() => document.activeElement.id), 'password')
  await page.getByLabel('Password').fill('right')
  await page.keyboard.press('Enter')
  await step(page, 'linked')
  assert.equal(await page.getByLabel('Password').inputValue(), '')
})

test('a passkey is told with what to do, without the link that holds a token, and the page goes on', async () => {
  const page = await open()
  await mock.options({ passkey: true })
  const id = await connectToQr(page)
  await mock.scan(id, 79001234567)
  await step(page, 'passkey')
  assert.equal(await status(page), 'Waiting for your passkey')
  assert.match(await page.locator('#passkey').textContent(), /^WhatsApp asks this account for its passkey\. /)
  assert.ok(!(await page.content()).includes('data:image'))
  await assertNoToken(await page.content())
  await mock.confirmPasskey(id)
  await step(page, 'linked')
  assert.equal(await status(page), 'Connected: +79001234567')
})

test("a code that upstream sends to the customer's messenger is handed on", async () => {
  const page = await open()
  await mock.options({ typeInstance: 'telegram' })
  await button(page, 'Link with phone number instead').click()
  await page.getByLabel('Your phone number').fill('79001234567')
  await page.keyboard.press('Enter')
  await step(page, 'sent')
  const { phoneCode } = await mock.instance(await onlyInstance())
  await page.getByLabel('Code', { exact: true }).fill(phoneCode)
  await button(page, 'Continue').click()
  await step(page, 'linked')
})

test('a connection that is cut is made again, with the same instance', async () => {
  const other = await Server.start()
  const page = await open()
  await page.goto(other.url)
  await says(page, 'Not connected')
  const id = await connectToQr(page)
  await other.kill()
  await says(page, 'The connection was lost. We are trying again.')
  assert.equal(await sourceOfQr(page), null)
  const restarted = await Server.start(new URL(other.url).port)
  await step(page, 'qr')
  assert.equal(await onlyInstance(), id)
  assert.equal(await creations(), 1)
  await restarted.kill()
})

test('two tabs at the same time get one instance', async () => {
  const first = await open()
  const second = await openAnother()
  await mock.faults('createInstance', { hold: true })
  await connect(first)
  await mock.waitForRequests({ method: 'createInstance', outcome: 'held' })
  await Promise.all([second.waitForResponse('**/connect'), connect(second)])
  await mock.release()
  await Promise.all([step(first, 'qr'), step(second, 'qr')])
  assert.equal(await creations(), 1)
  await mock.scan(await onlyInstance(), 79001234567)
  await Promise.all([step(first, 'linked'), step(second, 'linked')])
})

test('a tab that is closed while its instance is being created leaves it to the next', async () => {
  const first = await open()
  const second = await openAnother()
  await mock.faults('createInstance', { hold: true })
  await connect(first)
  await mock.waitForRequests({ method: 'createInstance', outcome: 'held' })
  await first.close()
  await Promise.all([second.waitForResponse('**/connect'), connect(second)])
  await mock.release()
  await step(second, 'qr')
  assert.equal((await mock.requests('createInstance')).map(({ outcome }) => outcome).join(), 'answered')
  // The first tab's flow is over: only the second one waits for a phone.
  await mock.waitForSockets(await onlyInstance(), 1)
})

for (const [name, leave] of [
  ['cancel', (page) => button(page, 'Cancel').click()],
  ['closing the tab', (page) => page.close()],
  ['going elsewhere', (page) => page.goto('about:blank')],
]) {
  test(`${name} ends the flow upstream`, async () => {
    const page = await open()
    const id = await connectToQr(page)
    await mock.waitForSockets(id, 1)
    await leave(page)
    await mock.waitForSockets(id, 0)
  })
}

test('cancel goes back to the start and forgets the QR code', async () => {
  const page = await open()
  await connectToQr(page)
  await button(page, 'Cancel').click()
  await step(page, 'start')
  assert.ok(!(await page.content()).includes('data:image'))
  await connectToQr(page)
  assert.equal(await creations(), 1)
})

test('disconnecting asks first, unlinks the phone and keeps the instance', async () => {
  const page = await open()
  const id = await connectToQr(page)
  await mock.scan(id, 79001234567)
  await button(page, 'Disconnect').click()
  await page.keyboard.press('Escape')
  assert.equal((await mock.instance(id)).phone, '79001234567')
  await button(page, 'Disconnect').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
  await step(page, 'start')
  assert.equal(await status(page), 'Not connected')
  const instance = await mock.instance(id)
  assert.deepEqual([instance.phone, instance.state, instance.deleted], [null, 'notAuthorized', false])
})

test("upstream's texts are shown as text", async () => {
  const page = await open()
  const name = '<img src=x onerror="window.hacked = true"><b>Ann</b>'
  const event = { type: 'authorized', wid: '79001234567@c.us', phone: '79001234567', name }
  await page.route('**/connect', (route) =>
    route.fulfill({ contentType: 'text/event-stream', body: `data: ${JSON.stringify(event)}\n\n` }),
  )
  await connect(page)
  await step(page, 'linked')
  assert.equal(await page.locator('#owner').textContent(), name)
  assert.equal(await page.locator('#owner *').count(), 0)
  assert.equal(await page.evaluate(() => window.hacked), undefined)
})

test('the page lets in no script, style or host but its own', async () => {
  const page = await open()
  const policy = (await page.reload()).headers()['content-security-policy']
  assert.match(policy, /^default-src 'none';/)
  assert.doesNotMatch(policy, /unsafe|\*|https?:/)
  const blocked = page.evaluate(
    () =>
      new Promise((resolve) =>
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective)),
      ),
  )
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.hacked = true'
    document.body.append(script)
  })
  assert.equal(await blocked, 'script-src-elem')
  assert.equal(await page.evaluate(() => window.hacked), undefined)
})

/** Asks the server as another program than our page would. */
function ask(path, verb, headers) {
  return new Promise((resolve, reject) => {
    const request = http.request(server.url + path, { method: verb, headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    request.on('error', reject).end(verb === 'POST' ? '{}' : undefined)
  })
}

test('no other site can make a browser ask', async () => {
  await open()
  const asked = [
    ['/connect', 'GET'],
    ['/connection', 'GET'],
    ['/connect/phone-number', 'POST'],
    ['/connect/code', 'POST'],
    ['/connect/password', 'POST'],
    ['/disconnect', 'POST'],
  ]
  const before = (await mock.requests()).length
  for (const [path, verb] of asked) {
    for (const site of ['cross-site', 'same-site', 'none', undefined]) {
      const headers = { 'Content-Type': 'application/json', ...(site && { 'Sec-Fetch-Site': site }) }
      assert.equal(await ask(path, verb, headers), 403, `${verb} ${path} from ${site}`)
    }
  }
  assert.equal((await mock.requests()).length, before)
})

test("another site's link to /connect is refused in Chromium", async (context) => {
  const page = await open()
  const elsewhere = http.createServer((_request, answer) => {
    answer.setHeader('Content-Type', 'text/html').end(`<a href="${server.url}/connect">Win a prize</a>`)
  })
  context.after(() => elsewhere.close().closeAllConnections())
  await new Promise((resolve) => elsewhere.listen(0, 'localhost', resolve))
  await page.goto(`http://localhost:${elsewhere.address().port}`)
  const answer = page.waitForResponse('**/connect')
  await page.getByText('Win a prize').click()
  assert.equal((await answer).status(), 403)
  assert.equal(await creations(), 0)
})

test('no token is in the page, in what the browser gets, or in what the server prints', async () => {
  const page = await open()
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Network.enable')
  const received = []
  cdp.on('Network.eventSourceMessageReceived', ({ data }) => received.push(data))
  page.on('response', async (response) => received.push(JSON.stringify(await response.allHeaders())))
  const id = await connectToQr(page)
  const shown = await page.content()
  await mock.faults('getStateInstance', { named: 'garbage', times: 1 })
  await mock.scan(id, 79001234567)
  await step(page, 'linked')
  assert.ok(received.some((text) => text.includes('"authorized"')))
  await assertNoToken(shown, await page.content(), received.join('\n'), server.printed)
  assert.doesNotMatch(received.join('\n'), /apiToken|gac\./)
})

test('everything can be done with the keyboard, and the focus goes along', async () => {
  const page = await open()
  const focused = () => page.evaluate(() => document.activeElement.textContent)
  await page.keyboard.press('Tab')
  assert.equal(await focused(), 'Connect your phone')
  await page.keyboard.press('Enter')
  await step(page, 'qr')
  assert.equal(await focused(), 'Scan this code with your phone')
  await page.keyboard.press('Tab')
  assert.equal(await focused(), 'Cancel')
  await mock.scan(await onlyInstance())
  await step(page, 'linked')
  assert.equal(await focused(), 'Your phone is connected')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  assert.equal(await focused(), 'Keep it connected')
})

/** Every step of the page, one after the other. */
async function* steps(page) {
  yield 'start'
  await button(page, 'Link with phone number instead').click()
  yield 'number'
  await button(page, 'Cancel').click()
  await mock.faults('createInstance', { hold: true }, { named: 'no_capacity' })
  await connect(page)
  await mock.waitForRequests({ method: 'createInstance', outcome: 'held' })
  yield 'waiting'
  await mock.release()
  await step(page, 'qr')
  yield 'qr'
  for (const name of ['letters', 'sent', 'password']) {
    await page.evaluate((shown) => {
      for (const section of document.querySelectorAll('[data-step]')) section.hidden = section.dataset.step !== shown
      document.querySelector('#letters').textContent = 'GAPI-2015'
    }, name)
    yield name
  }
  await page.reload()
  // The page has asked whether a phone is linked before one is.
  await page.locator('#status:not(:empty)').waitFor()
  await mock.scan(await onlyInstance(), 79001234567)
  await connect(page)
  await step(page, 'linked')
  yield 'linked'
  await button(page, 'Disconnect').click()
  yield 'dialog'
  await page.keyboard.press('Escape')
  await mock.faults('*', { named: 'unauthorized', times: -1 })
  await button(page, 'Disconnect').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
  await step(page, 'failed')
  yield 'failed'
}

for (const [name, options] of [
  ['on a desk, in the light', { colorScheme: 'light' }],
  ['on a phone, in the dark', { colorScheme: 'dark', reducedMotion: 'reduce', ...phoneSized }],
]) {
  test(`every step is accessible and fits ${name}`, async () => {
    const page = await open(options)
    for await (const shown of steps(page)) {
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${shown} ${name}.png` })
      await page.evaluate(axe)
      const { violations } = await page.evaluate(() => window.axe.run())
      assert.deepEqual(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        [],
        shown,
      )
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      assert.ok(width <= page.viewportSize().width, `${shown} is ${width} px wide`)
    }
    assert.deepEqual(page.troubles, [])
  })
}

test('whoever wants no motion sees none', async () => {
  const page = await open({ reducedMotion: 'reduce' })
  const moving = await page
    .locator('.spinner')
    .evaluateAll((nodes) => nodes.map((node) => getComputedStyle(node).animationName))
  assert.ok(moving.length > 0 && moving.every((name) => name === 'none'), moving.join())
})
