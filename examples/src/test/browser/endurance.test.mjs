// Long conversations, many branches, and a server that goes away in the middle of an answer.

import assert from "node:assert/strict"
import { onStage, say, startServer, test } from "./harness.mjs"
import { opened } from "./sight.mjs"

/** The agent repeats it word by word: long enough to be still at it when a slow machine has done something else. */
const QUESTION = `I like ${Array.from({ length: 400 }, (_, i) => `river ${i + 1}`).join(", ")}.`
const ask = async (page, text) => {
  await page.locator(".composer textarea").fill(text)
  await page.keyboard.press("Enter")
}
const writing = (page) => page.locator(".answering .plain", { hasText: /\w+ \w+/ })
const answers = (page) => page.locator('.message[data-role="AI"]:not(.answering)')

test("a reload in the middle of an answer goes on with it", () => onStage(async ({ call, page: open }) => {
  await call("POST", "/v1/conversations", { id: "reloaded" })
  const page = await open("#/c/reloaded")
  await ask(page, QUESTION)
  await writing(page).waitFor()
  const before = await writing(page).innerText()
  await page.reload()
  await page.waitForFunction((said) => {
    const now = document.querySelector(".answering .plain")?.innerText ?? ""
    return now.startsWith(said) && now.length > said.length
  }, before)
  await page.getByRole("button", { name: "Stop", exact: true }).click()
  await answers(page).waitFor()
  await page.locator(".answering").waitFor({ state: "hidden" })
  assert.equal(await answers(page).count(), 1)
}, { millisPerWord: 100 }))

test("an answer can be stopped, and what was said is kept", () => onStage(async ({ call, page: open }) => {
  await call("POST", "/v1/conversations", { id: "stopped" })
  const page = await open("#/c/stopped")
  await ask(page, QUESTION)
  await writing(page).waitFor()
  await page.getByRole("button", { name: "Stop", exact: true }).click()
  await page.getByRole("button", { name: "Send" }).waitFor()
  await answers(page).waitFor()
  const { data } = await call("GET", "/v1/conversations/stopped/entries")
  assert.deepEqual(data.map((entry) => entry.role), ["USER", "AI"])
}, { millisPerWord: 100 }))

test("an answer that the server's death cut off is offered again, and is there once", () => onStage(async (place) => {
  await place.call("POST", "/v1/conversations", { id: "killed" })
  let page = await place.page("#/c/killed")
  await ask(page, QUESTION)
  await writing(page).waitFor()
  await place.server.stop("SIGKILL")
  await place.restart((folder) => startServer(folder, { millisPerWord: 1 }))
  page = await place.page("#/c/killed")
  await page.locator(".turn-failed", { hasText: "interrupted" }).waitFor()
  await page.locator('[data-action="retry"]').click()
  await answers(page).waitFor()
  await page.locator(".answering").waitFor({ state: "hidden" })
  const { data } = await place.call("GET", "/v1/conversations/killed/entries")
  assert.deepEqual(data.filter((entry) => entry.inWindow).map((entry) => entry.role), ["USER", "AI"])
}, { millisPerWord: 100 }))

test("5,000 messages: the end is there at once, and the beginning by scrolling", () => onStage(async ({ server, call, page: open }) => {
  await call("POST", "/v1/conversations", { id: "long" })
  const event = (i) => ({ type: "message", key: `m${String(i).padStart(6, "0")}`, value: JSON.parse(`{"type":"USER","contents":[{"type":"TEXT","text":"Message ${i}"}]}`), headers: { operation: "insert", timestamp: new Date(i).toISOString() } })
  for (let i = 0; i < 5000; i += 500) {
    const events = Array.from({ length: 500 }, (_, j) => event(i + j))
    const response = await fetch(`${server.url}/v1/stream/sessions/long`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(events) })
    assert.equal(response.status, 204)
  }
  const page = await open("#/c/long")
  await opened(page, "long")
  await page.locator(".message", { hasText: "Message 4999" }).waitFor()
  assert.ok((await page.locator(".message").count()) < 400)
  for (let i = 0; i < 60 && !(await page.locator(".message", { hasText: /^\D*Message 0\D*$/ }).count()); i++) {
    const before = await page.locator(".message").count()
    await page.locator(".scroller").evaluate((element) => (element.scrollTop = 0))
    await page.waitForFunction((count) => document.querySelectorAll(".message").length > count || !document.querySelector(".earlier"), before)
  }
  await page.locator(".message", { hasText: "Message 0" }).first().waitFor()
  assert.equal(await page.locator(".message:not(.answering)").count(), 5000)
}))

test("1,000 branches: few rows are drawn, and the last is found by its name", () => onStage(async ({ server, call, page: open }) => {
  await call("POST", "/v1/conversations", { id: "wide", title: "Wide" })
  await call("POST", "/v1/conversations/wide/entries", say("USER", "The beginning"))
  for (let i = 0; i < 1000; i += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, j) => call("POST", "/v1/conversations/wide/fork", { title: `Arm ${i + j}` })))
  }
  const page = await open("#/c/wide")
  await page.locator(".count", { hasText: "1001" }).waitFor()
  assert.ok((await page.locator(".row").count()) < 60)
  await opened(page, "wide")
  await page.getByLabel("Filter sessions by title").fill("Arm 777")
  await page.locator(".row", { hasText: "Arm 777" }).click()
  await page.locator(".bar h2", { hasText: "Arm 777" }).waitFor()
}))
