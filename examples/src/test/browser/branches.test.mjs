// Branches on the page: how one makes them, sees them, goes between them, compares them and is rid of them.

import assert from "node:assert/strict"
import { conversation, say, stage, test } from "./harness.mjs"
import { left, locators, opened } from "./sight.mjs"

const place = stage()
let page
const { answers, button, composer, dialog, heading, menu, message, row } = locators(() => page)
const id = () => `s-${Math.random().toString(36).slice(2, 10)}`
const call = (...request) => place.call(...request)

async function show(session) {
  page = await place.page(`#/c/${session}`)
  await opened(page, session)
}

test("forks from the header and shows the branch under its parent", async () => {
  const root = id()
  await conversation(call, root, 2, "Trip to Passau")
  await show(root)
  await button("Fork").click()
  const branch = await left(page, root)
  await page.locator(".boundary", { hasText: "fork@4" }).waitFor()
  await page.locator(`.row[data-id="${branch}"][aria-level="2"]`, { hasText: "fork@4" }).waitFor()
  await message("Question 1").waitFor()
})

test("forks from the sidebar's hover action", async () => {
  const root = id()
  await conversation(call, root, 1)
  await show(root)
  await row(root).hover()
  await row(root).locator('[data-action="fork-row"]').click()
  await row(await left(page, root)).waitFor()
})

test("branches after a message, and says so at the message where branches leave", async () => {
  const root = id()
  await conversation(call, root, 3)
  await show(root)
  await message("Answer 1").hover()
  await message("Answer 1").getByRole("button", { name: "Branch after this" }).click()
  await left(page, root)
  await page.locator(".boundary", { hasText: "fork@2" }).waitFor()
  assert.equal(await page.locator(".message:not(.answering)").count(), 2)
  const picker = page.locator(".picker", { hasText: "2/2" })
  await picker.getByRole("button", { name: "Previous branch" }).click()
  await opened(page, root)
  await message("Answer 3").waitFor()
  await page.locator(".picker", { hasText: "1/2" }).waitFor()
})

test("edits a question in a branch, with the composer filled, and the agent answers", async () => {
  const root = id()
  await call("POST", "/v1/conversations", { id: root, title: "Names" })
  await show(root)
  await composer().fill("My name is Ada.")
  await page.keyboard.press("Enter")
  await answers().filter({ hasText: "Hello, Ada." }).waitFor()
  await message("My name is Ada.").hover()
  await message("My name is Ada.").getByRole("button", { name: "Edit and branch" }).click()
  await left(page, root)
  assert.equal(await composer().inputValue(), "My name is Ada.")
  await composer().fill("My name is Bo.")
  await page.keyboard.press("Enter")
  await answers().filter({ hasText: "Hello, Bo." }).waitFor()
  assert.equal(await message("Ada").count(), 0)
  await page.goBack()
  await opened(page, root)
})

test("deletes: an unmodified branch at once, then one is at the parent; others are asked for", async () => {
  const root = id()
  await conversation(call, root, 1)
  const branch = await call("POST", `/v1/conversations/${root}/fork`, { title: "To go" })
  await show(branch.id)
  await button("Delete").click()
  await opened(page, root)
  await row(branch.id).waitFor({ state: "detached" })
  await button("Delete").click()
  await dialog("Delete this session?").getByRole("button", { name: "Delete", exact: true }).click()
  await left(page, root)
  await call("GET", `/v1/conversations/${root}`, undefined, 404)
})

test("deleting a tree says what it would take", async () => {
  const root = id()
  await conversation(call, root, 1)
  await call("POST", `/v1/conversations/${root}/fork`, { title: "A branch of it" })
  await show(root)
  await menu("removeTree")
  const asked = dialog("Delete the whole tree?")
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
  await menu("compare")
  await page.locator("dialog").getByRole("button", { name: "Compare" }).click()
  const compared = dialog("2 messages in common")
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
  await menu("bringInto")
  await page.locator("dialog").getByRole("button", { name: "Preview" }).click()
  const asked = dialog("Bring forward from")
  await asked.locator(".preview", { hasText: "The finding of the branch" }).waitFor()
  await asked.getByRole("button", { name: "Bring forward", exact: true }).click()
  await page.locator(".message .badge.brought").waitFor()
  await message("The finding of the branch").waitFor()
})

for (const names of [["Ada", "Bo"], ["Ada", "Bo", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hal"]]) {
  test(`fans out: ${names.length} prompts, a column each, filled by the agent at the same time`, async () => {
    const root = id()
    await conversation(call, root, 1, "Fan")
    await show(root)
    await menu("fanOut")
    for (const [i, name] of names.entries()) {
      if (i > 1) await button("Add a prompt").click()
      await page.getByLabel(`Prompt ${i + 1}`).fill(`My name is ${name}.`)
    }
    await button("Run").click()
    for (const name of names) await page.locator(".column", { hasText: `Hello, ${name}.` }).waitFor()
    if (names.length === 2) await place.picture(page, "fan-out")
    await page.keyboard.press("Escape")
    const { data } = await call("GET", `/v1/conversations/${root}/children`)
    assert.equal(data.length, names.length)
  })
}

test("asks in a scratch without a trace, and keeps it when asked to", async () => {
  const root = id()
  await conversation(call, root, 1)
  const before = (await call("GET", `/v1/conversations/${root}/entries`)).data.length
  await show(root)
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
  await row(await left(page, root)).waitFor()
})

test("shows the tree of the conversation, and goes where one clicks", async () => {
  const root = id()
  await conversation(call, root, 2, "Planted")
  const branch = await call("POST", `/v1/conversations/${root}/fork`, { title: "Left arm" })
  await call("POST", `/v1/conversations/${branch.id}/fork`, { title: "Left arm's arm" })
  await show(root)
  await page.locator('[data-action="tree"]').click()
  await page.locator(".graph a", { hasText: "Left arm's arm" }).waitFor()
  assert.equal(await page.locator(".graph a").count(), 3)
  await call("POST", `/v1/conversations/${branch.id}/fork`, { title: "Grown meanwhile" })
  await page.locator(".graph a", { hasText: "Grown meanwhile" }).waitFor()
  await page.locator(".graph a", { hasText: "Left arm's arm" }).focus()
  await page.keyboard.press("Enter")
  await heading("Left arm's arm").waitFor()
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
  await page.locator(`#main[data-session="${branch.id}"]`).waitFor()
  await page.locator(".rows").focus()
  await page.keyboard.press("ArrowLeft")
  await page.keyboard.press("ArrowLeft")
  await row(branch.id).waitFor({ state: "detached" })
  letThrough()
  await opened(page, branch.id) // what comes late does not unfold what was folded
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
  assert.equal(await row(root).getAttribute("aria-expanded"), "false")
})

test("two pages see each other's forks and messages live", async () => {
  const root = id()
  await conversation(call, root, 1)
  await show(root)
  const other = await place.page(`#/c/${root}`)
  await opened(other, root)
  await button("Fork").click()
  await other.locator(`.row[data-id="${await left(page, root)}"]`).waitFor()
  await call("POST", `/v1/conversations/${root}/entries`, say("USER", "Said elsewhere"))
  await other.locator(".message", { hasText: "Said elsewhere" }).waitFor()
})
