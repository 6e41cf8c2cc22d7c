// A server with an agent, a browser, and what tests ask of both.

import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { chromium } from "playwright-core"

const JAR = process.env.EXAMPLES_JAR
const SERVER_JAR = process.env.SERVER_JAR
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium"
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]

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
  for await (const line of createInterface({ input: server.stdout })) {
    const match = /^listening on (.*)$/.exec(line)
    if (match) return { url: match[1], stop: async (signal = "SIGTERM") => (server.kill(signal), exited) }
  }
  throw new Error("the server ended before it was ready")
}

export async function startBrowser() {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS })
}

export async function withFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), "anabranch-page-"))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A page that counts what must never happen. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
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
