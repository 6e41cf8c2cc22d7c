// Every action of the page by keys alone: each can be reached by Tab, shows where the focus is, and leaves it somewhere
// sensible.

import assert from "node:assert/strict"
import { after, afterEach, before, test } from "node:test"
import { conversation, openPage, rest, say, startBrowser, startServer, withFolder } from "./harness.mjs"

let folderDone, server, browser, call, page

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
  assert.deepEqual(page.seen, { dialogs: 0, outside: [], csp: [], errors: [] })
  await page.context().close()
})

let made = 0

/** A conversation of two turns with a branch "Side" after the first, open on the page. */
async function scene() {
  const root = `keys-${++made}`
  const entries = await conversation(call, root, 2, "Trunk")
  const side = await call("POST", `/v1/conversations/${root}/fork`, { id: `${root}-side`, after: entries[1].id, title: "Side" })
  await call("POST", `/v1/conversations/${side.id}/entries`, say("USER", "Only aside"))
  await call("POST", `/v1/conversations/${side.id}/entries`, say("AI", "An answer aside"))
  page = await openPage(browser, `${server.url}/#/c/${root}`)
  await message("Answer 2").waitFor()
  await page.locator(`.row[data-id="${side.id}"]`).waitFor()
  await atComposer()
  return { root, side: side.id }
}

const message = (text) => page.locator(".messages .message", { hasText: text })
const openId = () => page.evaluate(() => decodeURIComponent(location.hash.slice(4)))
const left = (id) => page.waitForFunction((old) => location.hash !== `#/c/${old}`, id)
const atComposer = () => page.waitForFunction(() => document.activeElement?.matches(".composer textarea"))
const heading = (text) => page.locator(".bar h2", { hasText: text }).waitFor()

async function press(...keys) {
  for (const key of keys) await page.keyboard.press(key)
}

/** What has the focus, by its accessible name, after checking that one sees that it has. */
async function focused() {
  const { name, seen } = await page.evaluate(() => {
    const element = document.activeElement
    if (!element || element === document.body) return { name: "", seen: true }
    const shown = document.querySelector(".rows:focus-visible .row.focused") ?? element
    const style = getComputedStyle(shown)
    const circle = element.querySelector?.("circle")
    const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
    return {
      name: element.getAttribute("aria-label") ?? (element.labels?.[0]?.textContent || element.textContent.trim()),
      seen: (ringed || (circle && parseFloat(getComputedStyle(circle).strokeWidth) > 4)) && element.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
    }
  })
  assert.ok(seen, `one sees that "${name}" has the focus`)
  return name
}

async function tabTo(name, key = "Tab") {
  for (let i = 0; i < 150; i++) {
    if ((await focused()).startsWith(name)) return
    await press(key)
  }
  throw new Error(`${key} does not lead to ${name}`)
}

async function choose(label) {
  await tabTo("More")
  await press("Enter")
  await page.locator("dialog .menu-list").waitFor()
  await tabTo(label)
  await press("Enter")
}

test("forks from the header, and one goes on writing in the branch", async () => {
  const { root } = await scene()
  await tabTo("Fork")
  await press("Enter")
  await left(root)
  await atComposer()
})

test("forks from the sidebar", async () => {
  const { root, side } = await scene()
  await tabTo("Sessions and their branches")
  await press("ArrowDown")
  assert.equal(await page.locator(".row.focused").getAttribute("data-id"), side)
  await press("f")
  await left(root)
  await atComposer()
  assert.match(await page.locator(".bar .path").innerText(), /Side/)
})

test("branches after a message", async () => {
  const { root } = await scene()
  await tabTo("Branch after this")
  await press("Enter")
  await left(root)
  await atComposer()
})

test("edits a message in a branch", async () => {
  const { root } = await scene()
  await tabTo("Edit and branch")
  await press("Enter")
  await left(root)
  await page.waitForFunction(() => document.querySelector(".composer textarea")?.value === "Question 1 of Trunk")
  await atComposer()
})

test("goes from branch to branch with the picker, and keeps the focus on it", async () => {
  const { root, side } = await scene()
  await tabTo("Next branch")
  await press("Enter")
  await left(root)
  await message("Only aside").waitFor()
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Next branch")
  assert.equal(await openId(), side)
  await tabTo("Branches that leave here")
  assert.deepEqual(await page.locator(".picker option").allInnerTexts(), ["Trunk", "Side"])
  await press("ArrowUp")
  await left(side)
  assert.equal(await openId(), root)
})

test("renames", async () => {
  await scene()
  await choose("Rename")
  await page.locator("#prompt-input").waitFor()
  await press("Control+A")
  await page.keyboard.type("Named by keys")
  await press("Enter")
  await heading("Named by keys")
  assert.equal(await focused(), "More")
})

test("archives, and finds the archived by the toggle", async () => {
  const { root } = await scene()
  await choose("Archive")
  await page.locator(".bar .badge", { hasText: "archived" }).waitFor()
  assert.equal(await focused(), "More")
  await tabTo("Archived")
  await press("Space")
  await page.locator(`.row.archived[data-id="${root}"]`).waitFor()
  assert.match(await focused(), /Archived/)
})

test("deletes after a question, and is at the parent then", async () => {
  const { root, side } = await scene()
  await tabTo("Sessions and their branches")
  await press("ArrowDown", "Enter")
  await left(root)
  await atComposer()
  await tabTo("Delete")
  await press("Enter")
  await page.locator("dialog", { hasText: "Delete this session?" }).waitFor()
  assert.equal(await focused(), "Delete")
  await press("Escape")
  assert.equal(await focused(), "Delete")
  await press("Enter")
  await page.locator("dialog", { hasText: "Delete this session?" }).waitFor()
  await press("Enter")
  await left(side)
  assert.equal(await openId(), root)
  await atComposer()
})

test("deletes the whole tree, and one may start anew", async () => {
  const { root } = await scene()
  await choose("Delete the whole tree")
  await page.locator("dialog .taken", { hasText: "Side" }).waitFor()
  await press("Enter")
  await left(root)
  await page.waitForFunction(() => document.activeElement?.textContent === "New session")
  await press("Enter")
  await atComposer()
})

test("compares, and is back where one was", async () => {
  await scene()
  await choose("Compare with another branch")
  await tabTo("Compare")
  await press("Enter")
  await page.locator("dialog .columns").waitFor()
  await tabTo("Open")
  await press("Escape")
  await page.locator("dialog").waitFor({ state: "detached" })
  assert.equal(await focused(), "More")
})

test("brings forward after a look", async () => {
  await scene()
  await choose("Bring forward from another branch")
  await tabTo("Preview")
  await press("Enter")
  await page.locator(".preview", { hasText: "An answer aside" }).waitFor()
  await tabTo("Its last answer")
  await press("ArrowDown")
  await page.locator(".preview", { hasText: "Only aside" }).waitFor()
  await press("ArrowUp")
  await tabTo("Bring forward")
  await press("Enter")
  await page.locator(".message .badge.brought").waitFor()
  assert.equal(await focused(), "More")
})

test("fans out", async () => {
  await scene()
  await choose("Fan-out")
  await tabTo("Prompt 1")
  await page.keyboard.type("My name is Ada.")
  await press("Tab")
  await tabTo("Prompt 2")
  await page.keyboard.type("My name is Bo.")
  await tabTo("Run")
  await press("Enter")
  await page.locator(".column", { hasText: "Hello, Ada." }).waitFor()
  await page.locator(".column", { hasText: "Hello, Bo." }).waitFor()
  await tabTo("Open")
  await press("Enter")
  await heading("My name is Ada.")
  await atComposer()
})

test("asks in a scratch, and keeps it", async () => {
  const { root } = await scene()
  await choose("Ask in a scratch")
  await tabTo("Question")
  await page.keyboard.type("Who are you?")
  await tabTo("Ask")
  await press("Enter")
  await page.locator(".column", { hasText: "network" }).waitFor()
  await tabTo("Keep it")
  await press("Enter")
  await left(root)
  await atComposer()
})

test("searches, and is at the message that was found", async () => {
  const { root, side } = await scene()
  await tabTo("Search in messages")
  await press("Enter")
  await page.keyboard.type("only aside")
  await page.locator(".results button", { hasText: "User in Side" }).first().waitFor()
  assert.deepEqual(await page.locator(".results button").first().locator("mark").allInnerTexts(), ["Only", "aside"])
  await tabTo("Only aside")
  await press("Enter")
  await left(root)
  await page.locator(".message.found", { hasText: "Only aside" }).waitFor()
  assert.match(await openId(), /side$/)
  await atComposer()
})

test("walks the tree view, unfolds a crowd, finds in it, and goes there", async () => {
  const { root } = await scene()
  for (let i = 0; i < 12; i++) await call("POST", `/v1/conversations/${root}/fork`, { title: `Twig ${i}` })
  await page.locator(".count", { hasText: /\d+/ }).waitFor()
  await page.waitForFunction(() => [...document.querySelectorAll(".row .title")].filter((title) => /^Twig/.test(title.textContent)).length >= 5)
  await page.reload()
  await message("Answer 2").waitFor()
  await tabTo("Show the tree")
  await press("Enter")
  await page.locator(".graph a.crowd", { hasText: "8 more branches at fork@4" }).waitFor()
  assert.equal(await page.locator(".graph a", { hasText: "Twig" }).count(), 4)
  await tabTo("… 8 more branches")
  await press("Enter")
  await page.waitForFunction(() => document.querySelectorAll(".graph a.branch").length === 13)
  assert.equal(await page.locator(".graph a.crowd").count(), 0)
  assert.match(await focused(), /Twig|Graph/)
  await tabTo("Find a branch by its title", "Shift+Tab")
  await page.keyboard.type("Twig 7")
  await page.waitForFunction(() => document.querySelectorAll(".graph a").length === 2)
  await tabTo("Twig 7")
  await press("Enter")
  await heading("Twig 7")
  await atComposer()
})

test("changes the colours and opens a new session", async () => {
  const { root } = await scene()
  await tabTo("Change the colour scheme")
  const before = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await press("Enter")
  await page.waitForFunction((old) => getComputedStyle(document.body).backgroundColor !== old, before)
  await tabTo("New session")
  await press("Enter")
  await left(root)
  await atComposer()
})
