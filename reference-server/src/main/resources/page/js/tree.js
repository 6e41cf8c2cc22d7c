// The whole conversation as a graph: a line per session, an arc where a branch leaves.

import { dialog } from "./dialogs.js"
import { h, s } from "./dom.js"

const WIDTH = 30
const HEIGHT = 46
const PADDING = 24

export function showTree(sessions, id, open) {
  const root = sessions.path(id)[0]
  if (!root) return
  return dialog("Tree of the conversation", (settle) =>
    h("div.graph", {}, graph(sessions, root, id, (target) => (settle(null), open(target)))), { wide: true })
}

function graph(sessions, root, current, open) {
  const nodes = layout(sessions, root)
  const place = new Map(nodes.map((node) => [node.session.id, node]))
  const depth = Math.max(...nodes.map((node) => node.column))
  const width = PADDING * 2 + depth * WIDTH + 420
  const height = PADDING * 2 + (nodes.length - 1) * HEIGHT
  return s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": `${nodes.length} sessions` },
    ...nodes.map((node) => edge(node, place.get(node.parent))),
    ...nodes.map((node) => point(node, current, open)))
}

/** Depth first, in the order in which branches leave. */
function layout(sessions, root) {
  const nodes = []
  const pending = [[root, 0, null]]
  while (pending.length) {
    const [session, column, parent] = pending.pop()
    nodes.push({ session, column, parent, row: nodes.length })
    const branches = [...sessions.children(session.id)].sort((a, b) => (b.forkPoint ?? 0) - (a.forkPoint ?? 0) || (b.createdAt ?? "").localeCompare(a.createdAt ?? ""))
    pending.push(...branches.map((branch) => [branch, column + 1, session.id]))
  }
  return nodes
}

const x = (node) => PADDING + node.column * WIDTH
const y = (node) => PADDING + node.row * HEIGHT

function edge(node, parent) {
  if (!parent) return null
  const middle = y(node) - 18
  return s("path", { class: "edge", d: `M${x(parent)} ${y(parent)} V${middle} Q${x(parent)} ${y(node)} ${x(node)} ${y(node)}` })
}

function point(node, current, open) {
  const { session } = node
  const isBranch = node.parent !== null
  const name = session.title || session.id
  const label = name.length > 48 ? `${name.slice(0, 47)}…` : name
  const meta = `${isBranch ? `fork@${session.forkPoint} · ` : ""}${session.messageCount} messages${session.archived ? " · archived" : ""}`
  const go = (event) => (event.preventDefault(), open(session.id))
  return s("a", {
    href: `#/c/${encodeURIComponent(session.id)}`,
    class: [isBranch ? "branch" : "", session.id === current ? "current" : ""].join(" "),
    "aria-label": `${name}, ${meta}`,
    "aria-current": session.id === current ? "true" : null,
    onclick: go,
  },
    s("circle", { cx: x(node), cy: y(node), r: 7 }),
    s("text", { x: x(node) + 18, y: y(node) - 2 }, label),
    s("text", { class: "meta", x: x(node) + 18, y: y(node) + 13 }, meta))
}
