// The page for people who use a keyboard alone, or a screen reader: axe-core over every view, and a walk by keys.

import assert from "node:assert/strict"
import axe from "axe-core"
import { conversation, say, stage, startServer, test } from "./harness.mjs"
import { atFocus, left, locators, opened } from "./sight.mjs"

const place = stage(startServer, async ({ call }) => {
  const entries = await conversation(call, "seen", 2, "Seen")
  await call("POST", "/v1/conversations/seen/entries", { message: { type: "AI", text: "Looking", toolExecutionRequests: [{ id: "t1", name: "price", arguments: "{\"of\":\"boat\"}" }] } })
  await call("POST", "/v1/conversations/seen/entries", { message: { type: "TOOL_EXECUTION_RESULT", id: "t1", toolName: "price", text: "240 euros" } })
  await call("POST", "/v1/conversations/seen/fork", { id: "other", title: "Another way", after: entries[1].id })
  await call("POST", "/v1/conversations/other/entries", say("USER", "Only here"))
  await call("PATCH", "/v1/conversations/other", { archived: false })
})

async function assertAccessible(page, view) {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }))
  const found = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${view}: ${id} (${help}) at ${node.target.join(" ")}: ${node.failureSummary?.split("\n")[1]?.trim()}`))
  assert.deepEqual(found, [])
  page.seen.csp.length = 0 // axe's own styles
}

const inMenu = (action) => async (page) => {
  await locators(() => page).menu(action)
  await page.locator("dialog:not(:has(.menu-list))").waitFor()
}
/** What shows the view, and what is there when it is shown. */
const VIEWS = {
  "the start": [null, ".empty"],
  "a conversation": [async () => {}, ".message"],
  "a row that is pointed at": [(page) => page.locator('.row[data-id="other"]').hover(), ".row:hover"],
  "a message that is pointed at": [(page) => page.locator(".message", { hasText: "Question 2" }).hover(), ".message:hover"],
  "an open tool call": [(page) => page.locator(".tool-call summary").click(), ".tool-call[open]"],
  "the menu": [(page) => page.locator('[data-action="more"]').click(), "dialog .menu-list"],
  "the tree": [(page) => page.locator('[data-action="tree"]').click(), "dialog .graph a.branch"],
  "renaming": [inMenu("rename"), "#prompt-input"],
  "deleting": [(page) => page.locator('[data-action="delete"]').click(), "dialog .danger"],
  "deleting the tree": [inMenu("removeTree"), "dialog .taken"],
  "choosing what to compare": [inMenu("compare"), "dialog select"],
  "a comparison": [async (page) => (await inMenu("compare")(page), page.locator("dialog").getByRole("button", { name: "Compare" }).click()), ".column"],
  "bringing forward": [async (page) => (await inMenu("bringInto")(page), page.locator("dialog").getByRole("button", { name: "Preview" }).click()), ".preview"],
  "fan-out": [inMenu("fanOut"), "dialog .prompt"],
  "a scratch": [inMenu("scratch"), "dialog textarea"],
  "search": [async (page) => (await page.getByRole("button", { name: "Search in messages" }).click(), page.locator("dialog input").fill("Question")), ".results button"],
}

for (const [view, [show, shown]] of Object.entries(VIEWS)) {
  for (const options of [{ colorScheme: "light" }, { colorScheme: "dark" }, { colorScheme: "light", viewport: { width: 400, height: 800 } }]) {
    if (options.viewport && view.startsWith("a row")) continue
    test(`axe finds nothing: ${view}, ${options.viewport ? "narrow" : options.colorScheme}`, async () => {
      const page = await place.page(show ? "#/c/seen" : "", options)
      if (show) await opened(page, "seen")
      if (options.viewport && view === "search") await page.getByRole("button", { name: "Show the sessions" }).click()
      if (show) await show(page)
      await page.locator(shown).first().waitFor()
      await assertAccessible(page, view)
    })
  }
}

test("everything is done by keys alone, and focus is never lost", async () => {
  const page = await place.page()
  await page.locator('.row[data-id="seen"]').waitFor()
  const goneOn = async (from) => {
    const id = await left(page, from)
    await atFocus(page, ".composer textarea")
    return id
  }
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
  await opened(page, first)
  await page.goto(`${place.server.url}/#/c/seen`)
  await opened(page, "seen")
  await atFocus(page, ".composer textarea")

  await page.keyboard.type("Written by keys")
  await press("Enter")
  await page.locator('.message[data-role="USER"]', { hasText: "Written by keys" }).waitFor()
  await page.locator('.message[data-role="AI"]:not(.answering)', { hasText: "Noted: Written by keys" }).waitFor()
  await page.getByRole("button", { name: "Send" }).waitFor()

  await tabTo("Fork")
  await press("Enter")
  const branch = await goneOn("seen")

  await tabTo("Show the tree")
  await press("Enter")
  await page.locator(".graph a.current").waitFor()
  await press("Escape")
  await atFocus(page, '[data-action="tree"]')

  await press("Tab")
  assert.match(await focused(), /More/)
  await press("Enter")
  await atFocus(page, 'dialog [data-action="rename"]')
  await press("Enter")
  await atFocus(page, "#prompt-input")
  await press("Control+A")
  await page.keyboard.type("Named by keys")
  await press("Enter")
  await page.locator(".bar h2", { hasText: "Named by keys" }).waitFor()

  await tabTo("Branch after this")
  await press("Enter")
  const twig = await goneOn(branch)

  await tabTo("Sessions and their branches")
  await press("Delete")
  await goneOn(twig)
  await page.locator(`.row[data-id="${twig}"]`).waitFor({ state: "detached" })
})
