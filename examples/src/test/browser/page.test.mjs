// The page in a real browser: talking, naming, finding, and how it looks.

import assert from "node:assert/strict"
import { conversation, say, stage, test } from "./harness.mjs"
import { left, locators, opened } from "./sight.mjs"

const place = stage()
let page
const { answers, button, composer, heading, menu, message, row } = locators(() => page)
const id = () => `s-${Math.random().toString(36).slice(2, 10)}`
const call = (...request) => place.call(...request)

async function show(session, options) {
  page = await place.page(`#/c/${session}`, options)
  await opened(page, session)
}

async function ask(text) {
  await composer().fill(text)
  await button("Send").click()
}

test("an answer arrives word by word and is there once", async () => {
  const root = id()
  await call("POST", "/v1/conversations", { id: root })
  await show(root)
  await ask("I like long walks along the river. Please summarise what I like so far in all the detail you have.")
  await answers().waitFor()
  await page.locator(".answering").waitFor({ state: "hidden" })
  assert.equal(await answers().count(), 1)
})

test("a tool call and its result are folded, and open by key", async () => {
  const root = id()
  await call("POST", "/v1/conversations", { id: root })
  await show(root)
  await ask("What is the price of the boat to Passau?")
  await page.locator(".tool-result").waitFor()
  assert.equal(await page.locator(".tool-call").getAttribute("open"), null)
  await page.locator(".tool-call summary").focus()
  await page.keyboard.press("Enter")
  await page.locator(".tool-call[open]").waitFor()
  await answers().filter({ hasText: "240 euros" }).waitFor()
})

test("a failed answer shows, and a retry is answered without asking twice", async () => {
  const root = id()
  await call("POST", "/v1/conversations", { id: root })
  await show(root)
  await ask("/fail")
  await page.locator(".turn-failed", { hasText: "fail once" }).waitFor()
  await page.locator('[data-action="retry"]').click()
  await answers().waitFor()
  await page.locator(".turn-failed").waitFor({ state: "hidden" })
  const { data } = await call("GET", `/v1/conversations/${root}/entries`)
  assert.equal(data.filter((entry) => entry.role === "USER" && entry.inWindow).length, 1)
})

test("renames, archives, and shows the archived behind the toggle", async () => {
  const root = id()
  await conversation(call, root, 1)
  await show(root)
  await menu("rename")
  await page.locator("#prompt-input").fill("A better name")
  await page.keyboard.press("Enter")
  await heading("A better name").waitFor()
  await menu("archive")
  await row(root).waitFor({ state: "detached" })
  await page.getByLabel("Archived").check()
  await row(root).waitFor()
})

test("searches in messages", async () => {
  const root = id()
  await call("POST", "/v1/conversations", { id: root })
  await call("POST", `/v1/conversations/${root}/entries`, say("USER", "Something about a heronry"))
  page = await place.page()
  await button("Search in messages").click()
  await page.getByLabel("Search for").fill("heronry")
  await page.locator(".results button", { hasText: "heronry" }).click()
  await opened(page, root)
})

test("evicted messages are dimmed and stay readable", async () => {
  const root = id()
  const entries = await conversation(call, root, 2)
  await show(root)
  await call("POST", `/v1/conversations/${root}/rewind`, { after: entries[1].id })
  await page.locator(".message.evicted", { hasText: "Question 2" }).waitFor()
  assert.equal(await message("Question 1").evaluate((element) => element.classList.contains("evicted")), false)
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
  const parts = [null, "text", 5, {}, { type: "USER", contents: [null] }, { type: "AI", toolExecutionRequests: [null, {}] }, { type: "AI", toolExecutionRequests: "x" }]
  await call("POST", `/v1/stream/sessions/${root}`, parts.map((value, i) => ({ type: "message", key: `odd-${i}`, value, headers: { operation: "insert" } })))
  await call("POST", `/v1/conversations/${root}/fork`, { title: hostile[1], openToolCalls: "answer" })
  await show(root)
  await page.locator(".tool-call", { hasText: hostile[0] }).waitFor()
  await call("POST", `/v1/stream/sessions/${root}`, parts.map((value, i) => ({ type: "message", key: `live-${i}`, value, headers: { operation: "insert" } })))
  await page.locator('[data-id="live-6"]').waitFor()
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
    const said = { "My name is Ada. My budget is 500 euros.": "Hello, Ada", "What is the price of the boat to Passau?": "240 euros", "How much of my budget is left?": "are left" }
    for (const [question, answer] of Object.entries(said)) {
      await ask(question)
      await answers().filter({ hasText: answer }).waitFor()
      await button("Send").waitFor()
    }
    await message("boat to Passau").first().hover()
    await message("boat to Passau").first().getByRole("button", { name: "Edit and branch" }).click()
    await left(page, root)
    await ask("What is the price of the train?")
    await answers().filter({ hasText: "80 euros" }).waitFor()
    await page.locator(".answering").waitFor({ state: "hidden" })
    await button("Send").waitFor()
    await page.locator(".bar .path", { hasText: "6 messages" }).waitFor()
    await place.picture(page, `conversation-${colorScheme}`)
    await page.setViewportSize({ width: 400, height: 800 })
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.equal(overflow, 0)
    await place.picture(page, `narrow-${colorScheme}`)
    await button("Show the sessions").click()
    await row(root).waitFor()
    await row(root).click()
    await page.locator("#app:not(.show-sidebar)").waitFor()
  })
}
