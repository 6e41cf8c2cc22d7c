// The page for people who use a keyboard alone, or a screen reader: axe-core over every view, and a walk by keys.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import axe from "axe-core"
import { conversation, openPage, rest, say, startBrowser, startServer, withFolder } from "./harness.mjs"

let folderDone, server, browser, call

before(async () => {
  const folder = await new Promise((ready) => withFolder((made) => new Promise((done) => ((folderDone = done), ready(made)))))
  server = await startServer(folder)
  browser = await startBrowser()
  call = rest(server.url)
  const entries = await conversation(call, "seen", 2, "Seen")
  await call("POST", "/v1/conversations/seen/entries", { message: { type: "AI", text: "Looking", toolExecutionRequests: [{ id: "t1", name: "price", arguments: "{\"of\":\"boat\"}" }] } })
  await call("POST", "/v1/conversations/seen/entries", { message: { type: "TOOL_EXECUTION_RESULT", id: "t1", toolName: "price", text: "240 euros" } })
  await call("POST", "/v1/conversations/seen/fork", { id: "other", title: "Another way", after: entries[1].id })
  await call("POST", "/v1/conversations/other/entries", say("USER", "Only here"))
  await call("PATCH", "/v1/conversations/other", { archived: false })
})

after(async () => {
  await browser?.close()
  await server?.stop()
  folderDone?.()
})

async function assertAccessible(page, view) {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }))
  const found = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${view}: ${id} (${help}) at ${node.target.join(" ")}: ${node.failureSummary?.split("\n")[1]?.trim()}`))
  assert.deepEqual(found, [])
}

// In one step each: the header may be drawn anew while a pointer is down on it.
const press = (button) => button.evaluate((element) => element.click())
const inMenu = (action) => async (page) => (await press(page.locator('[data-action="more"]')), press(page.locator(`dialog [data-action="${action}"]`)))
const VIEWS = {
  "the start": null,
  "a conversation": async () => {},
  "a row that is pointed at": (page) => page.locator('.row[data-id="other"]').hover(),
  "a message that is pointed at": (page) => page.locator(".message", { hasText: "Question 2" }).hover(),
  "an open tool call": (page) => page.locator(".tool-call summary").click(),
  "the menu": (page) => page.locator('[data-action="more"]').click(),
  "the tree": (page) => page.locator('[data-action="tree"]').click(),
  "renaming": inMenu("rename"),
  "deleting": (page) => page.locator('[data-action="delete"]').click(),
  "deleting the tree": inMenu("removeTree"),
  "choosing what to compare": inMenu("compare"),
  "a comparison": async (page) => (await inMenu("compare")(page), await page.locator("dialog").getByRole("button", { name: "Compare" }).click(), page.locator(".column").first().waitFor()),
  "bringing forward": async (page) => (await inMenu("bringInto")(page), await page.locator("dialog").getByRole("button", { name: "Preview" }).click(), page.locator(".preview").waitFor()),
  "fan-out": inMenu("fanOut"),
  "a scratch": inMenu("scratch"),
  "search": async (page) => (await page.getByRole("button", { name: "Search in messages" }).click(), await page.locator("dialog input").fill("Question"), page.locator(".results button").first().waitFor()),
}

for (const [view, show] of Object.entries(VIEWS)) {
  test(`axe finds nothing: ${view}`, async () => {
    for (const options of [{ colorScheme: "light" }, { colorScheme: "dark" }, { colorScheme: "light", viewport: { width: 400, height: 800 } }]) {
      if (options.viewport && view.startsWith("a row")) continue
      const narrow = options.viewport && view === "search"
      const page = await openPage(browser, show ? `${server.url}/#/c/seen` : server.url, options)
      if (show) await page.locator(".message", { hasText: "Answer 2" }).waitFor()
      else await page.locator(".empty").waitFor()
      if (narrow) await page.getByRole("button", { name: "Show the sessions" }).click()
      if (show) await show(page)
      await assertAccessible(page, `${view}, ${JSON.stringify(options)}`)
      const { dialogs, outside, errors } = page.seen
      assert.deepEqual({ dialogs, outside, errors }, { dialogs: 0, outside: [], errors: [] })
      await page.context().close()
    }
  })
}

test("everything is done by keys alone, and focus is never lost", async () => {
  const page = await openPage(browser, server.url)
  await page.locator('.row[data-id="seen"]').waitFor()
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const focused = () => page.evaluate(() => document.activeElement === document.body ? "" : document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent)
  /** Tabs on until the focus is on what has this name, as people do. */
  const tabTo = async (name) => {
    for (let i = 0; i < 120; i++) {
      if ((await focused()).includes(name)) return
      await press("Tab")
    }
    throw new Error(`Tab does not lead to ${name}`)
  }

  await tabTo("Sessions and their branches")
  await press("Home")
  const first = await page.locator(".row.focused").getAttribute("data-id")
  await press("Enter")
  await page.waitForFunction((id) => location.hash === `#/c/${id}`, first)
  await page.goto(`${server.url}/#/c/seen`)
  await page.locator(".message", { hasText: "Answer 2" }).waitFor()
  await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA")

  await page.keyboard.type("Written by keys")
  await press("Enter")
  await page.locator('.message[data-role="USER"]', { hasText: "Written by keys" }).waitFor()
  await page.getByRole("button", { name: "Send" }).waitFor()

  await tabTo("Fork")
  await press("Enter")
  await page.waitForFunction(() => location.hash !== "#/c/seen")
  const branch = await page.evaluate(() => decodeURIComponent(location.hash.slice(4)))
  await page.locator(".boundary").waitFor()

  await tabTo("Show the tree")
  await press("Enter")
  await page.locator(".graph a.current").waitFor()
  await press("Escape")
  assert.match(await focused(), /Show the tree/)

  await press("Tab")
  assert.match(await focused(), /More/)
  await press("Enter")
  await page.locator("dialog").waitFor()
  assert.match(await focused(), /Rename/)
  await press("Enter")
  await page.locator("#prompt-input").waitFor()
  await press("Control+A")
  await page.keyboard.type("Named by keys")
  await press("Enter")
  await page.locator(".bar h2", { hasText: "Named by keys" }).waitFor()

  await tabTo("Branch after this")
  await press("Enter")
  await page.waitForFunction((id) => location.hash !== `#/c/${id}`, branch)
  await page.locator(".boundary").waitFor()
  const twig = await page.evaluate(() => decodeURIComponent(location.hash.slice(4)))

  await tabTo("Sessions and their branches")
  await press("Delete")
  await page.waitForFunction((id) => location.hash !== `#/c/${id}`, twig)
  await page.locator(`.row[data-id="${twig}"]`).waitFor({ state: "detached" })
  assert.deepEqual(page.seen.errors, [])
  await page.context().close()
})
