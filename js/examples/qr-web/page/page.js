// Page that is shown while a phone is linked. Whatever comes from the server is put in as text, never as HTML.

const messengers = {
  whatsapp: { app: 'WhatsApp', menu: 'Settings › Linked devices › Link a device' },
  telegram: { app: 'Telegram', menu: 'Settings › Devices › Link desktop device' },
  v3: { app: 'MAX', menu: 'Profile › Devices › Sign in by QR code' },
}
const unreachable = { message: 'We cannot be reached just now. Please try again in a moment.' }

const find = (id) => document.getElementById(id)
const sections = [...document.querySelectorAll('[data-step]')]
let source // the stream of events, while a phone is being linked
let way = '' // how it is linked: by a QR code, or by phone number
let countdown

/** Shows one step. The status is a sentence that screen readers say; the heading gets the focus. */
function show(step, status) {
  const before = sections.find((section) => !section.hidden)
  const section = sections.find((one) => one.dataset.step === step)
  if (find('status').textContent !== status) find('status').textContent = status
  find('status').classList.toggle('good', step === 'linked')
  if (section === before) return
  before.hidden = true
  section.hidden = false
  forget()
  const field = section.querySelector('input')
  const target = field ?? section.querySelector('h2')
  target.focus()
}

/** Nothing that links a phone stays in a page that does not show it. */
function forget() {
  clearInterval(countdown)
  find('qr').removeAttribute('src')
  find('letters').textContent = ''
  for (const form of document.querySelectorAll('section form')) form.reset()
  for (const trouble of document.querySelectorAll('.trouble')) trouble.textContent = ''
}

const happened = {
  created({ typeInstance }) {
    const messenger = messengers[typeInstance] ?? { app: 'the messenger', menu: 'Settings › Devices' }
    for (const place of document.querySelectorAll('[data-messenger]')) {
      place.textContent = messenger[place.dataset.messenger]
    }
  },
  waiting() {
    show('waiting', 'Preparing your connection')
  },
  qrCode({ dataUrl, expiresAt }) {
    show('qr', 'Waiting for your phone')
    find('qr').src = dataUrl
    count(Date.parse(expiresAt))
  },
  authorizationCode({ code }) {
    if (code === null) return show('sent', 'Waiting for your code')
    show('letters', 'Waiting for your phone')
    find('letters').textContent = code.replace(/^(.{4})(.{4})$/, '$1-$2')
  },
  passwordNeeded() {
    show('password', 'Waiting for your password')
  },
  passkeyRequired({ advice, message }) {
    find('passkey').textContent = advice
    find('passkey-words').textContent = message ?? ''
    show('passkey', 'Waiting for your passkey')
  },
  authorized({ phone, name }) {
    stop()
    find('phone').textContent = phone ? `+${phone}` : 'Your number'
    find('owner').textContent = name ?? ''
    show('linked', phone ? `Connected: +${phone}` : 'Connected')
  },
}

/** Counts down, for the eye only: nobody wants to hear it every second. */
function count(end) {
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000))
    find('countdown').textContent = seconds > 0 ? `New code in ${seconds} s.` : 'A new code is on its way.'
  }
  clearInterval(countdown)
  countdown = setInterval(tick, 1000)
  tick()
}

function connect() {
  stop()
  show('waiting', 'Preparing your connection')
  source = new EventSource(`/connect${way}`)
  source.onmessage = ({ data }) => {
    const event = JSON.parse(data)
    happened[event.type]?.(event)
  }
  source.addEventListener('error', ({ data }) => {
    if (data) return fail(JSON.parse(data))
    if (source.readyState === EventSource.CLOSED) return fail(unreachable)
    // The browser connects again by itself, and the server goes on with the same instance.
    show('waiting', 'The connection was lost. We are trying again.')
  })
}

function stop() {
  source?.close()
}

function fail({ code, message }, status = 'Not connected') {
  stop()
  find('reset').hidden = code !== 'already_authorized'
  show('failed', status)
  find('trouble').textContent = message
}

/** Posts JSON. Gives what went wrong, or nothing. */
async function post(path, body = {}) {
  try {
    const headers = { 'Content-Type': 'application/json' }
    const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
    return answer.ok ? undefined : await answer.json()
  } catch {
    return unreachable
  }
}

/** Sends a form's one field; what is wrong with it is said below it. */
async function send(form) {
  const [input] = form.elements
  const button = form.querySelector('.main')
  button.disabled = true
  const wrong = await post(form.getAttribute('action'), { [input.name]: input.value })
  button.disabled = false
  if (form.closest('section').hidden) return
  form.querySelector('.trouble').textContent = wrong?.message ?? ''
  if (wrong) return input.focus()
  if (input.name === 'phoneNumber') {
    way = '?by=number'
    connect()
  } else {
    show('waiting', 'Checking')
  }
}

async function disconnect() {
  stop()
  const wrong = await post('/disconnect')
  if (wrong) fail(wrong, 'Not disconnected')
  else show('start', 'Not connected')
}

const actions = {
  connect() {
    way = ''
    connect()
  },
  byNumber() {
    stop()
    show('number', 'Not connected')
  },
  cancel() {
    stop()
    show('start', 'Not connected')
  },
  again() {
    connect()
  },
  ask() {
    find('sure').returnValue = 'keep'
    find('sure').showModal()
  },
}

for (const button of document.querySelectorAll('[data-do]')) {
  button.addEventListener('click', actions[button.dataset.do])
}
for (const form of document.querySelectorAll('section form')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    send(form)
  })
}
find('sure').addEventListener('close', () => {
  if (find('sure').returnValue === 'disconnect') disconnect()
})

// Whoever has a phone linked sees its number at once.
try {
  const { linked } = await (await fetch('/connection')).json()
  if (linked) connect()
  else find('status').textContent = 'Not connected'
} catch {
  find('status').textContent = ''
}
