// What people do while the page changes under their hands: other people and agents write and fork meanwhile, and answers
// of the server come late, or in another order.

import assert from "node:assert/strict"
import { conversation, say, stage, test } from "./harness.mjs"
import { atFocus, left, locators, opened } from "./sight.mjs"

const place = stage()
let page
const { answers, button, composer, dialog, heading, menu, message, row } = locators(() => page)
const call = (...request) => place.call(...request)
let made = 0

/** A conversation of two turns with a branch "Side" after the first. */
async function scene(open = true) {
  const root = `redrawn-${++made}`
  const entries = await conversation(call, root, 2, "Trunk")
  const side = await call("POST", `/v1/conversations/${root}/fork`, { id: `${root}-side`, after: entries[1].id, title: "Side" })
  page = await place.page(open ? `#/c/${root}` : "")
  if (open) await opened(page, root)
  await row(side.id).waitFor()
  return { root, side: side.id, entries }
}

/** Presses, lets something happen while the button is down, and lets go. */
async function clickWhile(target, happens) {
  await target.hover()
  await page.mouse.down()
  await happens()
  await page.mouse.up()
}

/** Holds requests until the returned function is called. */
async function hold(pattern, { method = "GET", times = Infinity } = {}) {
  let letThrough
  const held = new Promise((resolve) => (letThrough = resolve))
  let left = times
  const asked = new Promise((resolve) =>
    page.route(pattern, async (route) => {
      if (route.request().method() !== method || left-- <= 0) return route.fallback()
      const response = await route.fetch()
      resolve()
      await held
      await route.fulfill({ response }).catch(() => {})
    }))
  return { letThrough, asked }
}

test("a row that is pressed while the rows move is the one that opens", async () => {
  const { root } = await scene()
  const other = `redrawn-${++made}`
  await conversation(call, other, 1, "Elsewhere")
  await row(other).waitFor()
  await clickWhile(row(other), async () => {
    await call("PATCH", `/v1/conversations/${root}`, { title: "Moved to the top" })
    await heading("Moved to the top").waitFor()
  })
  await opened(page, other)
  await page.locator(".row .title", { hasText: "Moved to the top" }).waitFor()
})

test("a picker is used while branches come", async () => {
  const { root, side } = await scene()
  await clickWhile(page.getByRole("button", { name: "Next branch" }), async () => {
    await call("POST", `/v1/conversations/${root}/entries`, say("USER", "Said meanwhile"))
    await message("Said meanwhile").waitFor()
  })
  await opened(page, side)
  await page.locator(".picker select").focus()
  await call("POST", `/v1/conversations/${root}/fork`, { title: "Elsewhere in the tree" })
  await page.locator(".row .title", { hasText: "Elsewhere in the tree" }).waitFor()
  await atFocus(page, ".picker select")
})

test("the way up in the header is pressed while messages come", async () => {
  const { root, side } = await scene()
  await row(side).click()
  await opened(page, side)
  await clickWhile(page.locator(".bar .path button"), async () => {
    await call("POST", `/v1/conversations/${side}/entries`, say("USER", "Said meanwhile"))
    await page.locator(".bar .size", { hasText: "3 messages" }).waitFor()
  })
  await opened(page, root)
})

test("a message is branched from while others leave the window, and what was unfolded stays so", async () => {
  const { root, entries } = await scene()
  await call("POST", `/v1/conversations/${root}/entries`, { message: { type: "AI", text: "Looking", toolExecutionRequests: [{ id: "t1", name: "price", arguments: "{}" }] } })
  await page.locator(".tool-call summary").click()
  await message("Answer 1").hover()
  await clickWhile(message("Answer 1").getByRole("button", { name: "Branch after this" }), async () => {
    await call("POST", `/v1/conversations/${root}/rewind`, { after: entries[1].id })
    await page.locator(".message.evicted", { hasText: "Question 2" }).waitFor()
    await page.locator(".tool-call[open]").waitFor()
  })
  await left(page, root)
})

test("what is typed while a message is on its way stays", async () => {
  await scene()
  const sent = await hold("**/messages", { method: "POST" })
  await composer().fill("My name is Ada.")
  await page.keyboard.press("Enter")
  await answers().filter({ hasText: "Hello, Ada." }).waitFor()
  await composer().fill("And the next")
  const arrived = page.waitForResponse((response) => response.url().endsWith("/messages") && response.request().method() === "POST")
  sent.letThrough()
  await arrived
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
  assert.equal(await composer().inputValue(), "And the next")
})

test("a look at a session that comes late does not undo what is known since", async () => {
  const { root } = await scene()
  const look = await hold(`**/v1/conversations/${root}`, { times: 1 })
  await call("POST", `/v1/conversations/${root}/entries`, say("USER", "Counted in a moment"))
  await look.asked
  await menu("rename")
  await page.locator("#prompt-input").fill("Second")
  await page.keyboard.press("Enter")
  await heading("Second").waitFor()
  const again = page.waitForResponse((response) => response.url().endsWith(`/v1/conversations/${root}`) && response.request().method() === "GET")
  look.letThrough()
  await again
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
  assert.equal(await page.locator(".bar h2").innerText(), "Second")
})

test("before the list of sessions is there: the tree, what to compare with, what a delete takes, and where one is then", async () => {
  const { root, side } = await scene(false)
  await page.goto("about:blank")
  const list = await hold("**/v1/conversations?mode=all*")
  await page.goto(`${place.server.url}/#/c/${side}`)
  await opened(page, side)
  await menu("compare")
  list.letThrough()
  await page.locator("dialog select").waitFor()
  assert.match(await page.locator("dialog option").innerText(), /^Trunk/)
  await page.keyboard.press("Escape")
  await page.locator("dialog").waitFor({ state: "detached" })
  await button("Delete").click()
  await opened(page, root)
})

test("a session that could not be opened is opened by another click", async () => {
  const { root, side } = await scene()
  await page.route(`**/v1/conversations/${side}/entries*`, (route) => route.abort(), { times: 1 })
  await row(side).click()
  await page.locator(".notice.error", { hasText: "cannot be reached" }).waitFor()
  await row(side).click()
  await opened(page, side)
  await row(root).click()
  await opened(page, root)
})

test("six tabs of one browser are all live", async () => {
  const { root } = await scene()
  const tabs = [page]
  for (let i = 1; i < 6; i++) tabs.push(await place.page(`#/c/${root}`, { context: page.context() }))
  for (const tab of tabs) await opened(tab, root)
  await call("POST", `/v1/conversations/${root}/entries`, say("USER", "Seen in all of them"))
  for (const tab of tabs) await tab.locator(".message", { hasText: "Seen in all of them" }).waitFor()
  await page.bringToFront()
  await button("Delete").click()
  await dialog("Delete this session?").getByRole("button", { name: "Delete", exact: true }).click()
  await left(page, root)
  for (const tab of tabs.slice(1)) await opened(tab, "")
})

test("a message that was found far back is shown while the page before it is loading, and the page goes on if it fails", async () => {
  const id = `redrawn-${++made}`
  await call("POST", "/v1/conversations", { id })
  const words = Array.from({ length: 250 }, (_, i) => (i === 3 ? "A needle" : `Hay ${i}`))
  const events = words.map((text, i) => ({ type: "message", key: `m${i}`, value: { type: "USER", contents: [{ type: "TEXT", text }] }, headers: { operation: "insert" } }))
  await call("POST", `/v1/stream/sessions/${id}`, events)
  page = await place.page(`#/c/${id}`)
  await opened(page, id)
  const find = async () => {
    await button("Search in messages").click()
    await page.getByLabel("Search for").fill("needle")
    await page.locator(".results button", { hasText: "needle" }).click()
  }
  await page.route("**/entries*beforeCursor*", (route) => route.abort(), { times: 1 })
  await find()
  await page.locator(".notice.error", { hasText: "cannot be reached" }).getByRole("button", { name: "Dismiss" }).click()
  const earlier = await hold("**/entries*beforeCursor*", { times: 1 })
  await page.locator(".scroller").evaluate((element) => (element.scrollTop = 0))
  await earlier.asked
  await find()
  earlier.letThrough()
  await page.locator(".message.found", { hasText: "A needle" }).waitFor()
})
