// Full-text search over one's own sessions.

import { api } from "./api.js"
import { dialog } from "./dialogs.js"
import { h } from "./dom.js"

const WAIT_MILLISECONDS = 200

export function showSearch(open) {
  return dialog("Search in messages", (settle) => {
    const results = h("div.results", { "aria-live": "polite" })
    let latest = 0
    let timer = 0
    const run = async (text) => {
      const mine = ++latest
      if (!text.trim()) return results.replaceChildren()
      try {
        const { data } = await api.search(text)
        if (mine !== latest) return
        results.replaceChildren(...(data.length ? data.map(hit) : [h("p.hint", {}, "Nothing found.")]))
      } catch (problem) {
        results.replaceChildren(h("p.hint", { role: "alert" }, problem.message))
      }
    }
    const hit = ({ conversationId, highlight, entry }) =>
      h("button", { type: "button", onclick: () => (settle(null), open(conversationId)) },
        h("span", {}, ...marked(highlight ?? entry?.text ?? "")), h("span.where", {}, conversationId))
    const input = h("input", { type: "search", "aria-label": "Search for", placeholder: "Search for", autofocus: true,
      oninput: () => (clearTimeout(timer), (timer = setTimeout(() => run(input.value), WAIT_MILLISECONDS))) })
    return [h("div.dialog-body", {}, input), results]
  })
}

/** The server marks hits with <em>; all else is text, whatever it looks like. */
function marked(highlight) {
  return highlight.split(/<em>(.*?)<\/em>/s).map((part, i) => (i % 2 ? h("mark", {}, part) : part))
}
