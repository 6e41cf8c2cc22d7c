// The page for users with tokens: who gets in, and what a reader is offered.

import assert from "node:assert/strict"
import { conversation, rest, stage, startTokenServer, test, tokenLine } from "./harness.mjs"
import { left } from "./sight.mjs"

const LINES = [
  tokenLine("alice-token", "alice"),
  tokenLine("bob-token", "bob"),
  tokenLine("old-token", "alice", "read", "2020-01-01T00:00:00Z"),
  tokenLine("looking-token", "alice", "read"),
]
let alice
const place = stage((folder) => startTokenServer(folder, LINES), async ({ server }) => {
  alice = rest(server.url, "alice-token")
  await conversation(alice, "plan", 2, "A plan of alice")
})

const enter = async (page, token) => {
  await page.getByRole("textbox", { name: "Token" }).fill(token)
  await page.keyboard.press("Enter")
}

/** A page whose console says nothing of tokens, and whose address never has one. */
async function open(token, hash = "#/c/plan") {
  const page = await place.page(hash)
  const asked = []
  page.on("request", (request) => asked.push(request.url()))
  if (token) await enter(page, token)
  page.done = () => assert.deepEqual(asked.filter((url) => url.includes("-token")), [])
  return page
}

test("a wrong and an expired token are named as such, a good one lets in and is kept for the tab alone", async () => {
  const page = await open("wrong-token")
  await page.locator(".problem", { hasText: "the token is not valid" }).waitFor()
  await enter(page, "old-token")
  await page.locator(".problem", { hasText: "the token has expired" }).waitFor()
  await enter(page, "alice-token")
  await page.locator(".message", { hasText: "Answer 2" }).waitFor()
  await page.locator('.row[data-id="plan"]').waitFor()
  assert.equal(await page.locator("dialog").count(), 0)
  await page.reload()
  await page.locator(".message", { hasText: "Answer 2" }).waitFor()
  assert.equal(await page.locator("dialog").count(), 0)
  assert.equal(await page.evaluate(() => JSON.stringify(localStorage).includes("token-") || document.cookie !== ""), false)
  page.done()
  const other = await open(null)
  await other.getByRole("textbox", { name: "Token" }).waitFor()
  other.done()
})

test("who dismisses the question sees why there is nothing", async () => {
  const page = await open(null)
  await page.getByRole("button", { name: "Cancel" }).click()
  await page.locator(".notice.error", { hasText: "no token" }).first().waitFor()
  page.done()
})

test("another user sees nothing of it", async () => {
  const page = await open("bob-token")
  await page.locator(".notice.error", { hasText: "no such session" }).waitFor()
  assert.equal(await page.locator(".row").count(), 0)
  assert.doesNotMatch(await page.locator("body").innerText(), /alice/)
  page.done()
})

test("a reader is offered to read and to fork, and goes on in a session of their own", async () => {
  await alice("POST", "/v1/conversations/plan/memberships", { userId: "bob", accessLevel: "reader" })
  const page = await open("bob-token")
  await page.locator(".message", { hasText: "Answer 2" }).waitFor()
  await page.locator(".composer-note", { hasText: "not write" }).waitFor()
  assert.equal(await page.getByLabel("Message", { exact: true }).isDisabled(), true)
  assert.equal(await page.locator('[data-action="delete"]').count(), 0)
  await page.locator('[data-action="more"]').click()
  await page.locator("dialog .menu-list").waitFor()
  assert.deepEqual(await page.locator("dialog [data-action]").evaluateAll((items) => items.map((item) => item.dataset.action)), ["compare", "fanOut", "scratch"])
  await page.keyboard.press("Escape")
  await page.locator("dialog").waitFor({ state: "detached" })
  await page.locator('.row[aria-selected="true"]').waitFor()
  await page.locator(".rows").focus()
  await page.keyboard.press("Delete")
  await page.locator(".notice", { hasText: "Only managers and owners" }).waitFor()
  await page.getByRole("button", { name: "Fork", exact: true }).click()
  await left(page, "plan")
  await page.getByLabel("Message", { exact: true }).fill("Mine to write")
  await page.keyboard.press("Enter")
  await page.locator(".message", { hasText: "Mine to write" }).waitFor()
  await page.locator('[data-action="delete"]').waitFor()
  page.done()
})

test("a token that may only read is refused with a reason, and the page goes on", async () => {
  const page = await open("looking-token")
  await page.locator(".message", { hasText: "Answer 2" }).waitFor()
  await page.getByRole("button", { name: "Fork", exact: true }).click()
  await page.locator(".notice.error", { hasText: "lacks the scope 'fork'" }).waitFor()
  await page.getByLabel("Message", { exact: true }).fill("No")
  await page.keyboard.press("Enter")
  await page.locator(".notice.error", { hasText: "lacks the scope 'append'" }).waitFor()
  assert.equal(await page.getByLabel("Message", { exact: true }).inputValue(), "No")
  page.done()
})

test("two users of one conversation see each other's messages, and its end, live", async () => {
  await conversation(alice, "shared", 1, "Shared")
  await alice("POST", "/v1/conversations/shared/memberships", { userId: "bob", accessLevel: "writer" })
  const page = await open("bob-token", "#/c/shared")
  await page.locator(".message", { hasText: "Answer 1" }).waitFor()
  await alice("POST", "/v1/conversations/shared/entries", { content: [{ role: "USER", text: "From alice, live" }] })
  await page.locator(".message", { hasText: "From alice, live" }).waitFor()
  await alice("DELETE", "/v1/conversations/shared")
  await page.locator(".notice", { hasText: "was deleted" }).waitFor()
  await page.locator('.row[data-id="shared"]').waitFor({ state: "detached" })
  page.done()
})
