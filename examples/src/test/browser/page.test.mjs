// The page in a real browser: every action by clicks and keys.

import assert from "node:assert/strict"
import { mkdir } from "node:fs/promises"
import { after, before, beforeEach, afterEach, test } from "node:test"
import { conversation, openPage, rest, say, startBrowser, startServer, withFolder } from "./harness.mjs"

const PICTURES = process.env.PICTURES
let folderDone, server, browser, call, page
const id = () => `s-${Math.random().toString(36).slice(2, 10)}`

before(async () => {
  const folder = await new Promise((ready) => withFolder((made) => new Promise((done) => ((folderDone = done), ready(made)))))
  server = await startServer(folder)
  browser = await startBrowser()
  call = rest(server.url)
})

after(async () => {
  await browser?.close()
  await server?.stop()
  folderDone?.()
})

afterEach(async () => {
  if (!page) return
  const { seen } = page
  await page.context().close()
  page = null
  assert.deepEqual(seen, { dialogs: 0, outside: [], csp: [], errors: [] })
})

const show = async (session, options) => (page = await openPage(browser, `${server.url}/#/c/${session}`, options))
const message = (text) => page.locator(".messages .message", { hasText: text })
const row = (session) => page.locator(`.row[data-id="${session}"]`)
const button = (name) => page.getByRole("button", { name, exact: true })
const openId = () => decodeURIComponent(new URL(page.url()).hash.replace("#/c/", ""))
const menu = async (action) => (await page.locator('[data-action="more"]').click(), page.locator(`dialog [data-action="${action}"]`).click())
const left = async (before) => page.waitForFunction((old) => location.hash !== `#/c/${old}`, before)
const picture = async (name) => {
  if (!PICTURES) return
  await mkdir(PICTURES, { recursive: true })
  await page.screenshot({ path: `${PICTURES}/${name}.png` })
}

test("forks from the header and shows the branch under its parent", async () => {
  const root = id()
  await conversation(call, root, 2, "Trip to Passau")
  await show(root)
  await message("Answer 2").waitFor()
  await button("Fork").click()
  await left(root)
  const branch = openId()
  await page.locator(".boundary", { hasText: "fork@4" }).waitFor()
  assert.equal(await row(branch).getAttribute("aria-level"), "2")
  assert.match(await row(branch).innerText(), /fork@4/)
  await message("Question 1").waitFor()
})

test("forks from the sidebar's hover action", async () => {
  const root = id()
  await conversation(call, root, 1)
  await show(root)
  await row(root).hover()
  await row(root).locator('[data-action="fork-row"]').click()
  await left(root)
  await row(openId()).waitFor()
})

test("branches after a message, and says so at the message where branches leave", async () => {
  const root = id()
  await conversation(call, root, 3)
  await show(root)
  await message("Answer 1").hover()
  await message("Answer 1").getByRole("button", { name: "Branch after this" }).click()
  await left(root)
  await page.locator(".boundary", { hasText: "fork@2" }).waitFor()
  assert.equal(await page.locator(".message").count(), 3) // two inherited and the hidden answer
  const picker = page.locator(".picker")
  await picker.waitFor()
  assert.match(await picker.innerText(), /2\/2/)
  await picker.getByRole("button", { name: "Previous branch" }).click()
  await message("Answer 3").waitFor()
  assert.equal(openId(), root)
  assert.match(await page.locator(".picker").innerText(), /1\/2/)
})

test("edits a question in a branch, with the composer filled, and the agent answers", async () => {
  const root = id()
  await call("POST", "/v1/conversations", { id: root, title: "Names" })
  await show(root)
  await page.locator(".composer textarea").fill("My name is Ada.")
  await page.keyboard.press("Enter")
  await message("Hello, Ada.").waitFor()
  await message("My name is Ada.").hover()
  await message("My name is Ada.").getByRole("button", { name: "Edit and branch" }).click()
  await left(root)
  const composer = page.locator(".composer textarea")
  await page.waitForFunction(() => document.querySelector(".composer textarea")?.value === "My name is Ada.")
  await composer.fill("My name is Bo.")
  await page.keyboard.press("Enter")
  await message("Hello, Bo.").waitFor()
  assert.equal(await message("Ada").count(), 0)
})

test("an answer arrives word by word and is there once", async () => {
  const root = id()
  await call("POST", "/v1/conversations", { id: root })
  await show(root)
  await page.locator(".composer textarea").fill("I like long walks along the river. Please summarise what I like so far in all the detail you have.")
  await page.keyboard.press("Enter")
  await page.locator(".answering:not([hidden])").waitFor()
  await page.locator('.message[data-role="AI"]:not(.answering)').waitFor()
  await page.locator(".answering").waitFor({ state: "hidden" })
  assert.equal(await page.locator('.message[data-role="AI"]:not(.answering)').count(), 1)
})

test("a tool call and its result are folded, and open by key", async () => {
  const root = id()
  await call("POST", "/v1/conversations", { id: root })
  await show(root)
  await page.locator(".composer textarea").fill("What is the price of the boat to Passau?")
  await page.keyboard.press("Enter")
  await page.locator(".tool-result").waitFor()
  assert.equal(await page.locator(".tool-call").getAttribute("open"), null)
  await page.locator(".tool-call summary").focus()
  await page.keyboard.press("Enter")
  assert.notEqual(await page.locator(".tool-call").getAttribute("open"), null)
  await message("240 euros").last().waitFor()
})

test("a failed answer shows, and a retry is answered without asking twice", async () => {
  const root = id()
  await call("POST", "/v1/conversations", { id: root })
  await show(root)
  await page.locator(".composer textarea").fill("/fail")
  await page.keyboard.press("Enter")
  await page.locator(".turn-failed", { hasText: "fail once" }).waitFor()
  await page.locator('[data-action="retry"]').click()
  await page.locator('.message[data-role="AI"]:not(.answering)').waitFor()
  assert.equal(await page.locator(".turn-failed").isHidden(), true)
  const { data } = await call("GET", `/v1/conversations/${root}/entries`)
  assert.equal(data.filter((entry) => entry.role === "USER" && entry.inWindow).length, 1)
})

test("renames, archives, and shows the archived behind the toggle", async () => {
  const root = id()
  await conversation(call, root, 1)
  await show(root)
  await message("Answer 1").waitFor()
  await menu("rename")
  await page.locator("#prompt-input").fill("A better name")
  await page.keyboard.press("Enter")
  await page.locator(".bar h2", { hasText: "A better name" }).waitFor()
  await menu("archive")
  await row(root).waitFor({ state: "detached" })
  await page.getByLabel("Archived").check()
  await row(root).waitFor()
})

test("deletes: an unmodified branch at once, then one is at the parent; others are asked for", async () => {
  const root = id()
  await conversation(call, root, 1)
  const branch = await call("POST", `/v1/conversations/${root}/fork`, { title: "To go" })
  await show(branch.id)
  await message("Answer 1").waitFor()
  await button("Delete").click()
  await page.waitForFunction((to) => location.hash === `#/c/${to}`, root)
  await row(branch.id).waitFor({ state: "detached" })
  await message("Answer 1").waitFor()
  await button("Delete").click()
  await page.locator("dialog", { hasText: "Delete this session?" }).getByRole("button", { name: "Delete", exact: true }).click()
  await left(root)
  await call("GET", `/v1/conversations/${root}`, undefined, 404)
})

test("deleting a tree says what it would take", async () => {
  const root = id()
  await conversation(call, root, 1)
  await call("POST", `/v1/conversations/${root}/fork`, { title: "A branch of it" })
  await show(root)
  await message("Answer 1").waitFor()
  await menu("removeTree")
  const asked = page.locator("dialog", { hasText: "Delete the whole tree?" })
  assert.match(await asked.innerText(), /takes 2 sessions/)
  assert.match(await asked.innerText(), /A branch of it/)
  await asked.getByRole("button", { name: "Delete all" }).click()
  await row(root).waitFor({ state: "detached" })
})

test("compares two branches from where they part", async () => {
  const root = id()
  const entries = await conversation(call, root, 2, "Compared")
  const branch = await call("POST", `/v1/conversations/${root}/fork`, { after: entries[1].id, title: "The other way" })
  await call("POST", `/v1/conversations/${branch.id}/entries`, say("USER", "Only in the branch"))
  await show(root)
  await message("Answer 2").waitFor()
  await menu("compare")
  await page.locator("dialog").getByRole("button", { name: "Compare" }).click()
  const compared = page.locator("dialog", { hasText: "2 messages in common" })
  await compared.waitFor()
  assert.match(await compared.locator(".column").nth(0).innerText(), /Question 2/)
  assert.match(await compared.locator(".column").nth(1).innerText(), /Only in the branch/)
  await page.keyboard.press("Escape")
  await compared.waitFor({ state: "detached" })
})

test("brings an answer forward after showing it", async () => {
  const root = id()
  await conversation(call, root, 1)
  const branch = await call("POST", `/v1/conversations/${root}/fork`, { title: "Explored" })
  await call("POST", `/v1/conversations/${branch.id}/entries`, say("USER", "And then?"))
  await call("POST", `/v1/conversations/${branch.id}/entries`, say("AI", "The finding of the branch"))
  await show(root)
  await message("Answer 1").waitFor()
  await menu("bringInto")
  await page.locator("dialog").getByRole("button", { name: "Preview" }).click()
  const dialog = page.locator("dialog", { hasText: "Bring forward from" })
  await dialog.locator(".preview", { hasText: "The finding of the branch" }).waitFor()
  await dialog.getByRole("button", { name: "Bring forward", exact: true }).click()
  await page.locator(".message .badge.brought").waitFor()
  await message("The finding of the branch").waitFor()
})

test("fans out: several prompts, a column each, filled by the agent", async () => {
  const root = id()
  await conversation(call, root, 1, "Fan")
  await show(root)
  await message("Answer 1").waitFor()
  await menu("fanOut")
  await page.getByLabel("Prompt 1").fill("My name is Ada.")
  await page.getByLabel("Prompt 2").fill("My name is Bo.")
  await button("Run").click()
  await page.locator(".column", { hasText: "Hello, Ada." }).waitFor()
  await page.locator(".column", { hasText: "Hello, Bo." }).waitFor()
  await picture("fan-out")
  await page.keyboard.press("Escape")
  const { data } = await call("GET", `/v1/conversations/${root}/children`)
  assert.equal(data.length, 2)
})

test("asks in a scratch without a trace, and keeps it when asked to", async () => {
  const root = id()
  await conversation(call, root, 1)
  const before = (await call("GET", `/v1/conversations/${root}/entries`)).data.length
  await show(root)
  await message("Answer 1").waitFor()
  const ask = async () => {
    await menu("scratch")
    await page.getByLabel("Question").fill("Who are you?")
    await button("Ask").click()
    await page.locator(".column", { hasText: "network" }).waitFor()
  }
  await ask()
  await page.keyboard.press("Escape")
  await page.locator("dialog").waitFor({ state: "detached" })
  await page.waitForFunction(async (path) => (await (await fetch(path)).json()).data.length === 0, `/v1/conversations/${root}/children`)
  assert.equal((await call("GET", `/v1/conversations/${root}/entries`)).data.length, before)
  await ask()
  await button("Keep it").click()
  await left(root)
  await row(openId()).waitFor()
})

test("shows the tree of the conversation, and goes where one clicks", async () => {
  const root = id()
  await conversation(call, root, 2, "Planted")
  const branch = await call("POST", `/v1/conversations/${root}/fork`, { title: "Left arm" })
  await call("POST", `/v1/conversations/${branch.id}/fork`, { title: "Left arm's arm" })
  await show(root)
  await message("Answer 2").waitFor()
  await page.locator('[data-action="tree"]').click()
  await page.locator(".graph a", { hasText: "Planted" }).waitFor()
  assert.equal(await page.locator(".graph a").count(), 3)
  await page.locator(".graph a", { hasText: "Left arm's arm" }).focus()
  await page.keyboard.press("Enter")
  await page.locator(".bar h2", { hasText: "Left arm's arm" }).waitFor()
})

test("searches in messages", async () => {
  const root = id()
  await call("POST", "/v1/conversations", { id: root })
  await call("POST", `/v1/conversations/${root}/entries`, say("USER", "Something about a heronry"))
  await show(root)
  await button("Search in messages").click()
  await page.getByLabel("Search for").fill("heronry")
  await page.locator(".results button", { hasText: "heronry" }).click()
  assert.equal(openId(), root)
})

test("the tree of sessions is walked by keys", async () => {
  const root = id()
  await conversation(call, root, 1)
  const branch = await call("POST", `/v1/conversations/${root}/fork`, { title: "Below" })
  await show(root)
  await row(branch.id).waitFor()
  let letThrough
  const held = new Promise((resolve) => (letThrough = resolve))
  await page.route(`**/v1/conversations/${branch.id}/entries*`, async (route) => (await held, route.continue()))
  await page.locator(".rows").focus()
  await page.keyboard.press("ArrowRight")
  await page.keyboard.press("Enter")
  await page.waitForFunction((to) => location.hash === `#/c/${to}`, branch.id)
  await page.locator(".rows").focus()
  await page.keyboard.press("ArrowLeft")
  await page.keyboard.press("ArrowLeft")
  await row(branch.id).waitFor({ state: "detached" })
  letThrough()
  await message("Answer 1").waitFor() // what comes late does not unfold what was folded
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
  assert.equal(await row(root).getAttribute("aria-expanded"), "false")
})

test("evicted messages are dimmed and stay readable", async () => {
  const root = id()
  const entries = await conversation(call, root, 2)
  await show(root)
  await message("Answer 2").waitFor()
  await call("POST", `/v1/conversations/${root}/rewind`, { after: entries[1].id })
  await page.locator(".message.evicted", { hasText: "Question 2" }).waitFor()
  assert.equal(await message("Question 1").evaluate((element) => element.classList.contains("evicted")), false)
})

test("two pages see each other's forks and messages live", async () => {
  const root = id()
  await conversation(call, root, 1)
  await show(root)
  const other = await openPage(browser, `${server.url}/#/c/${root}`)
  await message("Answer 1").waitFor()
  await button("Fork").click()
  await left(root)
  await other.locator(`.row[data-id="${openId()}"]`).waitFor()
  await call("POST", `/v1/conversations/${root}/entries`, say("USER", "Said elsewhere"))
  await other.locator(".message", { hasText: "Said elsewhere" }).waitFor()
  await other.context().close()
})

test("hostile content stays text", async () => {
  const root = id()
  const hostile = [
    "<img src=x onerror=alert(1)>", "<script>alert(2)</script>", "[x](javascript:alert(3))", "![p](http://evil.example/p.png)",
    "<svg onload=alert(4)>", "<iframe src='http://evil.example'></iframe>", "<style>@import 'http://evil.example/x.css'</style>",
    "<a href='//evil.example' onclick='alert(5)'>go</a>", "<form action='http://evil.example'><button>b</button></form>",
  ]
  await call("POST", "/v1/conversations", { id: root, title: hostile[0] })
  for (const text of hostile) {
    await call("POST", `/v1/conversations/${root}/entries`, say("USER", text))
    await call("POST", `/v1/conversations/${root}/entries`, say("AI", text))
  }
  const tools = { type: "AI", text: "calling", toolExecutionRequests: [{ id: "1", name: hostile[0], arguments: `{"a":"${hostile[1]}"}` }] }
  await call("POST", `/v1/conversations/${root}/entries`, { message: tools })
  await call("POST", `/v1/conversations/${root}/fork`, { title: hostile[1], openToolCalls: "answer" })
  await show(root)
  await page.locator(".tool-call").waitFor()
  await menu("compare")
  await page.locator("dialog").getByRole("button", { name: "Compare" }).click()
  await page.locator("dialog .columns").waitFor()
  const found = await page.evaluate(() => document.querySelectorAll("main :is(script, iframe, img, style, form:not(.composer), [onerror], [onclick], [onload])").length)
  assert.equal(found, 0)
})

for (const colorScheme of ["light", "dark"]) {
  test(`looks right in ${colorScheme}, wide and at 400 pixels`, async () => {
    const root = id()
    await call("POST", "/v1/conversations", { id: root, title: "A weekend on the Danube" })
    await show(root, { colorScheme })
    for (const text of ["My name is Ada. My budget is 500 euros.", "What is the price of the boat to Passau?", "How much of my budget is left?"]) {
      await page.locator(".composer textarea").fill(text)
      await page.keyboard.press("Enter")
      await page.locator(".answering:not([hidden])").waitFor()
      await page.locator(".answering").waitFor({ state: "hidden" })
    }
    await message("boat to Passau").first().hover()
    await message("boat to Passau").first().getByRole("button", { name: "Edit and branch" }).click()
    await left(root)
    await page.locator(".composer textarea").fill("What is the price of the train?")
    await page.keyboard.press("Enter")
    await message("80 euros").last().waitFor()
    await page.locator(".answering").waitFor({ state: "hidden" })
    await button("Send").waitFor()
    await page.locator(".bar .path", { hasText: "6 messages" }).waitFor()
    await picture(`conversation-${colorScheme}`)
    await page.setViewportSize({ width: 400, height: 800 })
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.equal(overflow, 0)
    await picture(`narrow-${colorScheme}`)
    await button("Show the sessions").click()
    await row(root).waitFor()
    await row(root).click()
    await page.locator("#app:not(.show-sidebar)").waitFor()
  })
}
