// What a page shows, in words: for tests to wait for, and to tell what was there when one failed.

const TEXT_MAX = 1200

/** The page as text: where it is, what has the focus, what is said, what is asked. */
export async function sight(page) {
  const parts = await within(5000, page.evaluate(() => {
    const text = (selector) => [...document.querySelectorAll(selector)].map((element) => element.innerText?.replace(/\s+/g, " ").trim()).filter(Boolean).join(" | ")
    const active = document.activeElement
    return {
      address: location.hash,
      session: `${document.getElementById("main").dataset.session} ${document.getElementById("main").getAttribute("aria-busy") === "true" ? "(loading)" : ""}`,
      focus: active && `${active.tagName} ${active.getAttribute("aria-label") ?? active.textContent.slice(0, 60)}`,
      bar: text(".bar"),
      dialog: text("dialog"),
      notices: text(".notice"),
      rows: text(".row"),
      messages: text(".messages").slice(-600),
      composer: document.querySelector(".composer textarea")?.value,
    }
  })).catch((failure) => ({ unseen: failure.message }))
  const lines = Object.entries({ ...parts, ...page.seen }).map(([name, value]) => `    ${name}: ${String(JSON.stringify(value)).slice(0, TEXT_MAX)}`)
  return ["  on the page:", ...lines].join("\n")
}

function within(milliseconds, promise) {
  return Promise.race([promise, new Promise((_, failed) => setTimeout(() => failed(new Error("the page does not answer")), milliseconds).unref())])
}

/** Where things are on a page; `current` gives the page. */
export function locators(current) {
  return {
    message: (text) => current().locator(".messages .message", { hasText: text }),
    row: (id) => current().locator(`.row[data-id="${id}"]`),
    button: (name) => current().getByRole("button", { name, exact: true }),
    heading: (text) => current().locator(".bar h2", { hasText: text }),
    composer: () => current().locator(".composer textarea"),
    dialog: (text) => current().locator("dialog", { hasText: text }),
    /** Chooses from the menu of the header. */
    menu: async (action) => {
      await current().locator('[data-action="more"]').click()
      await current().locator(`dialog [data-action="${action}"]`).click()
    },
    answers: () => current().locator('.message[data-role="AI"]:not(.answering)'),
  }
}

/** Waits until the session is open, its messages are there, and the focus is where it stays. */
export function opened(page, id) {
  return page.waitForFunction((wanted) => {
    const main = document.getElementById("main")
    return main.dataset.session === wanted && !main.hasAttribute("aria-busy")
  }, id)
}

/** Waits until another session is open, or none, and gives its id. */
export async function left(page, id) {
  const open = await page.waitForFunction((old) => {
    const main = document.getElementById("main")
    return main.dataset.session !== old && !main.hasAttribute("aria-busy") && { id: main.dataset.session }
  }, id)
  return (await open.jsonValue()).id
}

/** Waits until the focus is on what matches. */
export function atFocus(page, selector) {
  return page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector)
}
