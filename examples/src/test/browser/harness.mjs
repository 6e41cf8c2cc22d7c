// A server with an agent, a browser, and what tests ask of both.

import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import * as runner from "node:test"
import { chromium } from "playwright-core"
import { sight } from "./sight.mjs"

const JAR = process.env.EXAMPLES_JAR
const SERVER_JAR = process.env.SERVER_JAR
const { PICTURES } = process.env
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium"
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
/** Waits end as soon as what they wait for is there: these are for machines that are busy with other things. */
const WAIT_MILLISECONDS = 60_000
const TEST_MILLISECONDS = 600_000

/** Starts the chat example on a free port; `folder` keeps its data over restarts. */
export async function startServer(folder, { millisPerWord = 15 } = {}) {
  return started(["-jar", JAR, "chat", "--port", "0", "--data-dir", folder, "--millis-per-word", String(millisPerWord)])
}

/** Starts the server alone, for users with tokens: lines of a token file by `tokenLine`. */
export async function startTokenServer(folder, lines) {
  const tokens = join(folder, "tokens")
  await writeFile(tokens, `${lines.join("\n")}\n`)
  return started(["-jar", SERVER_JAR, "--port", "0", "--data-dir", join(folder, "data"), "--token-file", tokens])
}

export function tokenLine(token, user, scopes = "read,append,fork,delete", expiry = "") {
  return `sha256:${createHash("sha256").update(token).digest("hex")} ${user} ${scopes} ${expiry}`.trim()
}

async function started(words) {
  const server = spawn("java", ["-Xmx512m", ...words], { stdio: ["ignore", "pipe", "inherit"] })
  const exited = new Promise((done) => server.once("exit", done))
  const lines = createInterface({ input: server.stdout })
  const url = await new Promise((found, failed) => {
    exited.then(() => failed(new Error("the server ended before it was ready")))
    lines.on("line", (line) => line.startsWith("listening on ") && found(line.slice("listening on ".length)))
  })
  return { url, stop: async (signal = "SIGTERM") => (server.kill(signal), exited) }
}

async function startBrowser() {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS, timeout: 3 * WAIT_MILLISECONDS })
}

/**
 * What the tests of a file have in common: a folder, a server by `start(folder)`, a browser. `prepare(stage)` sets the
 * scene once.
 */
export function stage(start = startServer, prepare = () => {}) {
  const place = new Stage()
  runner.before(async () => {
    await place.open(start)
    await prepare(place)
  })
  runner.after(() => place.close())
  return place
}

/** A stage of its own for one piece of work. */
export async function onStage(work, options) {
  const place = new Stage()
  try {
    await place.open((folder) => startServer(folder, options))
    await work(place)
  } finally {
    await closePages()
    await place.close()
  }
}

class Stage {
  async open(start) {
    this.folder = await mkdtemp(join(tmpdir(), "anabranch-page-"))
    await this.restart(start)
    this.browser = await startBrowser()
  }

  async restart(start) {
    this.server = await start(this.folder)
    this.call = rest(this.server.url)
  }

  async close() {
    await this.browser?.close()
    await this.server?.stop()
    if (this.folder) await rm(this.folder, { recursive: true, force: true })
  }

  /** For people to look at, where a folder for pictures was named. */
  async picture(page, name) {
    if (!PICTURES) return
    await mkdir(PICTURES, { recursive: true })
    await page.screenshot({ path: `${PICTURES}/${name}.png` })
  }

  /** Opens the page at a place, "#/c/…" for a session. */
  page = async (hash = "", options = {}) => openPage(this.browser, `${this.server.url}/${hash}`, options)
}

const pages = new Set()

/** A test that says what was on the pages it opened if it fails, and closes them. */
export function test(name, body) {
  runner.test(name, { timeout: TEST_MILLISECONDS }, async () => {
    try {
      await body()
      for (const { seen } of pages) assert.deepEqual(seen, { dialogs: 0, outside: [], csp: [], errors: [] })
    } catch (failure) {
      const sights = []
      for (const page of pages) sights.push(await sight(page))
      throw new Error(`${failure.message}\n${sights.join("\n")}`, { cause: failure })
    } finally {
      await closePages()
    }
  })
}

async function closePages() {
  for (const page of pages) await page.context().close().catch(() => {})
  pages.clear()
}

/** A page that counts what must never happen. With `context`, it is another tab of the same browser. */
async function openPage(browser, url, { context, ...options }) {
  const page = await (context ?? (await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options }))).newPage()
  page.setDefaultTimeout(WAIT_MILLISECONDS)
  const seen = { dialogs: 0, outside: [], csp: [], errors: [] }
  page.on("dialog", (dialog) => (seen.dialogs++, dialog.dismiss()))
  page.on("request", (request) => {
    if (!request.url().startsWith(new URL(url).origin) && !request.url().startsWith("data:")) seen.outside.push(request.url())
  })
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) seen.csp.push(message.text())
  })
  page.on("pageerror", (error) => seen.errors.push(String(error)))
  page.seen = seen
  pages.add(page)
  await page.goto(url)
  return page
}

/** The REST face, for setting the scene. */
export function rest(url, token) {
  return async (method, path, body, status) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...(body !== undefined && { "Content-Type": "application/json" }), ...(token && { Authorization: `Bearer ${token}` }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await response.text()
    if (status ? response.status !== status : !response.ok) throw new Error(`${method} ${path} gave ${response.status}: ${text}`)
    return text ? JSON.parse(text) : null
  }
}

export const say = (role, text) => ({ content: [{ role, text }] })

/** A conversation of so many questions and answers. */
export async function conversation(call, id, turns, title = id) {
  await call("POST", "/v1/conversations", { id, title })
  const entries = []
  for (let i = 1; i <= turns; i++) {
    entries.push(await call("POST", `/v1/conversations/${id}/entries`, say("USER", `Question ${i} of ${title}`)))
    entries.push(await call("POST", `/v1/conversations/${id}/entries`, say("AI", `Answer ${i} of **${title}**`)))
  }
  return entries
}
