// The whole conversation as a graph: a line per session, an arc where a branch leaves. Where many branches without
// branches of their own leave at one place, most of them are one line until they are asked for.

import { dialog } from "./dialogs.js"
import { announce, h, s } from "./dom.js"

const WIDTH = 30
const HEIGHT = 46
const PADDING = 24
const TEXT = 420
const CROWD = 8
const SHOWN_OF_CROWD = 4
/** So many lines are drawn at once, and as many in each frame after that: a page with a thousand stays quick. */
const LINES_A_FRAME = 80

export async function showTree(sessions, id, open) {
  await sessions.know(id)
  const root = sessions.path(id)[0]
  return dialog("Tree of the conversation", (settle, element) => {
    const graph = new Graph(sessions, root, id, (target) => (settle(null), open(target)))
    const follow = () => graph.follow()
    sessions.addEventListener("change", follow)
    element.addEventListener("close", () => sessions.removeEventListener("change", follow))
    return graph.elements
  }, { wide: true })
}

class Graph {
  #sessions
  #root
  #current
  #open
  #unfolded = new Set()
  #drawn = ""
  #drawing = 0
  #isPressed = false

  constructor(sessions, root, current, open) {
    this.#sessions = sessions
    this.#root = root
    this.#current = current
    this.#open = open
    this.filter = h("input", { type: "search", placeholder: "Find a branch", "aria-label": "Find a branch by its title", oninput: () => this.#draw(true) })
    this.count = h("span.count", {})
    this.place = h("div.graph", { tabIndex: 0, role: "region", "aria-label": "Graph of the sessions, scrollable" })
    this.elements = [h("div.graph-tools", {}, this.filter, this.count), this.place]
    this.place.addEventListener("pointerdown", (event) => (this.#isPressed = event.button === 0))
    this.place.addEventListener("click", () => (this.#isPressed = false))
    this.place.addEventListener("pointerleave", () => (this.#isPressed = false))
    const nodes = this.#draw()
    requestAnimationFrame(() => this.#center(nodes.find((node) => node.session?.id === current)))
  }

  #center(node) {
    if (node) this.place.scrollTop = y(node) - this.place.clientHeight / 2
  }

  /** Shows what has changed, but not while a pointer is down on what is shown. */
  follow() {
    cancelAnimationFrame(this.pending)
    this.pending = requestAnimationFrame(() => (this.#isPressed ? this.follow() : this.#draw()))
  }

  #draw(announced = false) {
    this.#root = this.#sessions.path(this.#current)[0] ?? this.#root
    const wanted = this.filter.value.trim().toLowerCase()
    const nodes = wanted ? this.#matches(wanted) : this.#layout()
    const place = new Map(nodes.filter((node) => node.session).map((node) => [node.session.id, node]))
    const depth = Math.max(0, ...nodes.map((node) => node.column))
    const width = PADDING * 2 + depth * WIDTH + TEXT
    const height = PADDING * 2 + Math.max(0, nodes.length - 1) * HEIGHT
    const total = this.#size()
    this.count.textContent = wanted ? `${nodes.filter((node) => node.matches).length} of ${total}` : `${total} sessions`
    if (announced) announce(`${this.count.textContent} found`)
    const key = JSON.stringify(nodes.map(({ session, ...line }) => [line, session && [session.id, session.title, session.forkPoint, session.messageCount, session.archived]]))
    if (key === this.#drawn) return nodes
    this.#drawn = key
    const edges = s("g")
    const points = s("g")
    const focused = this.place.contains(document.activeElement) ? document.activeElement.dataset.id : null
    this.place.replaceChildren(s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": `${total} sessions` }, edges, points))
    cancelAnimationFrame(this.#drawing)
    const drawFrom = (first) => {
      const some = nodes.slice(first, first + LINES_A_FRAME)
      edges.append(...some.map((node) => edge(node, place.get(node.parent))).filter(Boolean))
      points.append(...some.map((node) => (node.session ? this.#point(node) : this.#crowd(node))))
      if (focused) points.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true })
      if (first + LINES_A_FRAME < nodes.length) this.#drawing = requestAnimationFrame(() => drawFrom(first + LINES_A_FRAME))
    }
    drawFrom(0)
    return nodes
  }

  #branches(session) {
    return [...this.#sessions.children(session.id)].sort((a, b) => (b.forkPoint ?? 0) - (a.forkPoint ?? 0) || (b.createdAt ?? "").localeCompare(a.createdAt ?? ""))
  }

  #size() {
    let size = 0
    const pending = [this.#root]
    while (pending.length) {
      size++
      pending.push(...this.#sessions.children(pending.pop().id))
    }
    return size
  }

  /** Depth first, in the order in which branches leave. */
  #layout() {
    const path = new Set(this.#sessions.path(this.#current).map((session) => session.id))
    const nodes = []
    const pending = [{ session: this.#root, column: 0, parent: null }]
    while (pending.length) {
      const next = pending.pop()
      nodes.push({ ...next, row: nodes.length })
      if (!next.session) continue
      const column = next.column + 1
      const parent = next.session.id
      for (const [point, group] of groups(this.#branches(next.session))) {
        const key = `${parent}@${point}`
        const leaves = group.filter((one) => !this.#sessions.children(one.id).length && !path.has(one.id))
        const folded = leaves.length > CROWD && !this.#unfolded.has(key) ? new Set(leaves.slice(0, leaves.length - SHOWN_OF_CROWD)) : new Set()
        if (folded.size) pending.push({ crowd: key, count: folded.size, point, column, parent })
        pending.push(...group.filter((one) => !folded.has(one)).map((session) => ({ session, column, parent })))
      }
    }
    return nodes
  }

  /** The sessions whose title has the words, and those that lead to them. */
  #matches(wanted) {
    const matching = new Set()
    const leading = new Set()
    const pending = [this.#root]
    while (pending.length) {
      const session = pending.pop()
      if (`${session.title ?? ""} ${session.id}`.toLowerCase().includes(wanted)) {
        matching.add(session.id)
        this.#sessions.path(session.id).forEach((one) => leading.add(one.id))
      }
      pending.push(...this.#sessions.children(session.id))
    }
    const nodes = []
    const open = leading.has(this.#root.id) ? [{ session: this.#root, column: 0, parent: null }] : []
    while (open.length) {
      const next = open.pop()
      nodes.push({ ...next, row: nodes.length, matches: matching.has(next.session.id) })
      open.push(...this.#branches(next.session).filter((one) => leading.has(one.id)).map((session) => ({ session, column: next.column + 1, parent: next.session.id })))
    }
    return nodes
  }

  #point(node) {
    const { session } = node
    const isBranch = node.parent !== null
    const name = session.title || session.id
    const label = name.length > 48 ? `${name.slice(0, 47)}…` : name
    const meta = `${isBranch ? `fork@${session.forkPoint} · ` : ""}${session.messageCount} messages${session.archived ? " · archived" : ""}`
    return s("a", {
      href: `#/c/${encodeURIComponent(session.id)}`,
      "data-id": session.id,
      class: [isBranch ? "branch" : "", session.id === this.#current ? "current" : "", node.matches === false ? "aside" : ""].join(" "),
      "aria-current": session.id === this.#current ? "true" : null,
      onclick: (event) => (event.preventDefault(), this.#open(session.id)),
    },
      s("circle", { cx: x(node), cy: y(node), r: 7 }),
      s("text", { x: x(node) + 18, y: y(node) - 2 }, `${label} `),
      s("text", { class: "meta", x: x(node) + 18, y: y(node) + 13 }, meta))
  }

  #crowd(node) {
    const label = `${node.count} more branches at fork@${node.point}`
    const show = (event) => (event.preventDefault(), this.#unfolded.add(node.crowd), this.#draw(), this.place.focus())
    return s("a", { href: "#", class: "crowd", role: "button", onclick: show },
      s("circle", { cx: x(node), cy: y(node), r: 4 }),
      s("text", { x: x(node) + 18, y: y(node) + 5 }, `… ${label}`))
  }
}

function groups(branches) {
  const byPoint = new Map()
  for (const branch of branches) {
    if (!byPoint.has(branch.forkPoint)) byPoint.set(branch.forkPoint, [])
    byPoint.get(branch.forkPoint).push(branch)
  }
  return byPoint
}

const x = (node) => PADDING + node.column * WIDTH
const y = (node) => PADDING + node.row * HEIGHT

function edge(node, parent) {
  if (!parent) return null
  const middle = y(node) - 18
  return s("path", { class: "edge", d: `M${x(parent)} ${y(parent)} V${middle} Q${x(parent)} ${y(node)} ${x(node)} ${y(node)}` })
}
