// Full-text search over one's own sessions.

import { api } from "./api.js"
import { dialog } from "./dialogs.js"
import { h } from "./dom.js"
import { names } from "./messages.js"

const WAIT_MILLISECONDS = 200

export function showSearch(sessions, open) {
  return dialog("Search in messages", (settle) => {
    const results = h("div.results", { "aria-live": "polite" })
    let latest = 0
    let timer = 0
    const run = async (text) => {
      const mine = ++latest
      if (!text.trim()) return results.replaceChildren()
      try {
        const { data } = await api.search(text, sessions.options.archived)
        if (mine !== latest) return
        results.replaceChildren(...(data.length ? data.map((found) => hit(found, text)) : [h("p.hint", {}, "Nothing found.")]))
      } catch (problem) {
        results.replaceChildren(h("p.hint", { role: "alert" }, problem.message))
      }
    }
    const hit = ({ conversationId, entryId, highlight, entry }, text) =>
      h("button", { type: "button", onclick: () => (settle(null), open(conversationId, entryId)) },
        h("span.what", {}, ...marked(highlight, text)),
        h("span.where", {}, `${names[entry.role] ?? entry.role} in ${sessions.get(conversationId)?.title || conversationId}`))
    const input = h("input", { type: "search", "aria-label": "Search for", placeholder: "Search for", autofocus: true,
      oninput: () => (clearTimeout(timer), (timer = setTimeout(() => run(input.value), WAIT_MILLISECONDS))) })
    return [h("div.dialog-body", {}, input), results]
  })
}

/** The text with the words that were looked for marked in it. */
function marked(text, query) {
  const words = query.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  if (!words.length) return [text]
  return text.split(new RegExp(`(${words.join("|")})`, "giu")).map((part, i) => (i % 2 ? h("mark", {}, part) : part))
}
