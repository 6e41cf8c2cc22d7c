// Every action of the page by keys alone: each can be reached by Tab, shows where the focus is, and leaves it somewhere
// sensible.

import assert from "node:assert/strict"
import { conversation, say, stage, test } from "./harness.mjs"
import { atFocus, left, locators, opened } from "./sight.mjs"

const place = stage()
let page
const { dialog, heading, message, row } = locators(() => page)
const call = (...request) => place.call(...request)

let made = 0

/** A conversation of two turns with a branch "Side" after the first, open on the page. */
async function scene() {
  const root = `keys-${++made}`
  const entries = await conversation(call, root, 2, "Trunk")
  const side = await call("POST", `/v1/conversations/${root}/fork`, { id: `${root}-side`, after: entries[1].id, title: "Side" })
  await call("POST", `/v1/conversations/${side.id}/entries`, say("USER", "Only aside"))
  await call("POST", `/v1/conversations/${side.id}/entries`, say("AI", "An answer aside"))
  page = await place.page(`#/c/${root}`)
  await opened(page, root)
  await row(side.id).waitFor()
  await atComposer()
  return { root, side: side.id }
}

const atComposer = () => atFocus(page, ".composer textarea")
const atMore = () => atFocus(page, '[data-action="more"]')
/** Another session is open, and one goes on writing in it. */
const goneOn = async (from) => {
  const id = await left(page, from)
  await atComposer()
  return id
}

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
  await goneOn(root)
})

test("forks from the sidebar", async () => {
  const { root, side } = await scene()
  await tabTo("Sessions and their branches")
  await press("ArrowDown")
  assert.equal(await page.locator(".row.focused").getAttribute("data-id"), side)
  await press("f")
  await goneOn(root)
  await page.locator(".bar .path", { hasText: "Side" }).waitFor()
})

test("branches after a message", async () => {
  const { root } = await scene()
  await tabTo("Branch after this")
  await press("Enter")
  await goneOn(root)
})

test("edits a message in a branch", async () => {
  const { root } = await scene()
  await tabTo("Edit and branch")
  await press("Enter")
  await goneOn(root)
  assert.equal(await page.locator(".composer textarea").inputValue(), "Question 1 of Trunk")
})

test("goes from branch to branch with the picker, and keeps the focus on it", async () => {
  const { root, side } = await scene()
  await tabTo("Next branch")
  await press("Enter")
  assert.equal(await left(page, root), side)
  await message("Only aside").waitFor()
  await atFocus(page, '[aria-label="Next branch"]')
  await tabTo("Branches that leave here")
  assert.deepEqual(await page.locator(".picker option").allInnerTexts(), ["Trunk", "Side"])
  await press("ArrowUp")
  assert.equal(await left(page, side), root)
})

test("renames", async () => {
  await scene()
  await choose("Rename")
  await page.locator("#prompt-input").waitFor()
  await press("Control+A")
  await page.keyboard.type("Named by keys")
  await press("Enter")
  await heading("Named by keys").waitFor()
  await atMore()
})

test("archives, and finds the archived by the toggle", async () => {
  const { root } = await scene()
  await choose("Archive")
  await page.locator(".bar .badge", { hasText: "archived" }).waitFor()
  await atMore()
  await tabTo("Archived")
  await press("Space")
  await page.locator(`.row.archived[data-id="${root}"]`).waitFor()
  assert.match(await focused(), /Archived/)
})

test("deletes after a question, and is at the parent then", async () => {
  const { root, side } = await scene()
  await tabTo("Sessions and their branches")
  await press("ArrowDown", "Enter")
  await goneOn(root)
  await tabTo("Delete")
  await press("Enter")
  await atFocus(page, "dialog .danger")
  await press("Escape")
  await dialog("Delete this session?").waitFor({ state: "detached" })
  await atFocus(page, '.bar [data-action="delete"]')
  await press("Enter")
  await atFocus(page, "dialog .danger")
  await press("Enter")
  assert.equal(await goneOn(side), root)
})

test("deletes the whole tree, and one may start anew", async () => {
  const { root } = await scene()
  await choose("Delete the whole tree")
  await page.locator("dialog .taken", { hasText: "Side" }).waitFor()
  await press("Enter")
  assert.equal(await left(page, root), "")
  await atFocus(page, ".empty .primary")
  await press("Enter")
  await atComposer()
})

test("compares, and is back where one was", async () => {
  await scene()
  await choose("Compare with another branch")
  await atFocus(page, "dialog select")
  await tabTo("Compare")
  await press("Enter")
  await page.locator("dialog .columns").waitFor()
  await tabTo("Open")
  await press("Escape")
  await page.locator("dialog").waitFor({ state: "detached" })
  await atMore()
})

test("brings forward after a look", async () => {
  await scene()
  await choose("Bring forward from another branch")
  await atFocus(page, "dialog select")
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
  await page.locator("dialog").waitFor({ state: "detached" })
  await atMore()
})

test("fans out", async () => {
  await scene()
  await choose("Fan-out")
  await dialog("Each prompt").waitFor()
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
  await heading("My name is Ada.").waitFor()
  await atComposer()
})

test("asks in a scratch, and keeps it", async () => {
  const { root } = await scene()
  await choose("Ask in a scratch")
  await atFocus(page, "dialog textarea")
  await tabTo("Question")
  await page.keyboard.type("Who are you?")
  await tabTo("Ask")
  await press("Enter")
  await page.locator(".column", { hasText: "network" }).waitFor()
  await tabTo("Keep it")
  await press("Enter")
  await goneOn(root)
})

test("searches, and is at the message that was found", async () => {
  const { root, side } = await scene()
  await tabTo("Search in messages")
  await press("Enter")
  await atFocus(page, "dialog input")
  await page.keyboard.insertText("only aside") // at once: one search, one list
  await page.locator(".results button", { hasText: "User in Side" }).first().waitFor()
  assert.deepEqual(await page.locator(".results button").first().locator("mark").allInnerTexts(), ["Only", "aside"])
  await tabTo("Only aside")
  await press("Enter")
  assert.equal(await goneOn(root), side)
  await page.locator(".message.found", { hasText: "Only aside" }).waitFor()
})

test("walks the tree view, unfolds a crowd, finds in it, and goes there", async () => {
  const { root } = await scene()
  for (let i = 0; i < 12; i++) await call("POST", `/v1/conversations/${root}/fork`, { title: `Twig ${i}` })
  await page.waitForFunction(() => [...document.querySelectorAll(".row .title")].filter((title) => /^Twig/.test(title.textContent)).length >= 5)
  await page.reload()
  await opened(page, root)
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
  await heading("Twig 7").waitFor()
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
  await goneOn(root)
})
