// Where branches leave: at which message of a conversation, and which ways lead on from there.

import { h, iconButton } from "./dom.js"
import { isCounted } from "./entry.js"

/**
 * The divergences that one passes on the way to session `id`: a map from the number of messages before the divergence
 * to {options: [session…], current: index}.
 */
function divergences(sessions, id) {
  const path = sessions.path(id)
  const found = new Map()
  path.forEach((session, i) => {
    const passed = path[i + 1]?.forkPoint ?? Infinity
    for (const branch of sessions.children(session.id)) {
      if (branch.forkPoint === null || branch.forkPoint > passed) continue
      const options = found.get(branch.forkPoint) ?? [session]
      if (!options.includes(session)) options.push(session)
      options.push(branch)
      found.set(branch.forkPoint, options)
    }
  })
  const result = new Map()
  for (const [point, options] of found) {
    const unique = [...new Set(options)]
    const taken = unique.filter((session) => path.includes(session)).pop()
    const [first, ...rest] = unique
    rest.sort((a, b) => (a.createdAt ?? "").localeCompare(b.createdAt ?? ""))
    const ordered = [first, ...rest]
    result.set(point, { options: ordered, current: ordered.indexOf(taken) })
  }
  return result
}

/** ‹2/3› */
function pickerElement({ options, current }, open) {
  const go = (step) => open(options[(current + step + options.length) % options.length].id, `[data-step="${step}"]`)
  const option = (session, i) => h("option", { value: session.id, selected: i === current }, session.title || session.id)
  const list = h("select", { "aria-label": "Branches that leave here", onchange: (event) => open(event.target.value) }, option(options[Math.max(0, current)], Math.max(0, current)))
  // There may be a thousand, and pickers are drawn often: all are there when somebody is about to choose.
  const fill = () => list.options.length < options.length && list.replaceChildren(...options.map(option))
  list.addEventListener("pointerdown", fill)
  list.addEventListener("focus", fill)
  return h("div.picker", { role: "group", "aria-label": `Branch ${current + 1} of ${options.length}` },
    iconButton("left", "Previous branch", () => go(-1), { "data-step": "-1" }),
    h("span.position", {}, `${current + 1}/${options.length}`),
    iconButton("right", "Next branch", () => go(1), { "data-step": "1" }),
    list)
}

/** The pickers of one conversation. One that has nothing new to show stays as it is: somebody may be about to choose. */
export class Pickers {
  #sessions
  #id
  #open
  /** By place: {element, key}. */
  #placed = new Map()

  constructor(sessions, id, open) {
    this.#sessions = sessions
    this.#id = id
    this.#open = open
  }

  /** Puts one before each message where branches leave, and before `end` where they leave after the last. */
  place(conversation, elementOf, end) {
    const counted = conversation.entries.filter(isCounted)
    const first = counted[0]?.index ?? 0
    const wanted = new Map()
    for (const [point, divergence] of divergences(this.#sessions, this.#id)) {
      const near = counted[point - first]
      const entry = near && near.index !== point ? counted.find(({ index }) => index === point) : near
      const isEnd = point > 0 && counted.length > 0 && point === counted.at(-1).index + 1
      if (entry || isEnd) wanted.set(point, { divergence, next: entry ? elementOf(entry) : end })
    }
    for (const [point, { element }] of this.#placed) {
      if (!wanted.has(point)) element.remove(), this.#placed.delete(point)
    }
    for (const [point, { divergence, next }] of wanted) this.#placeOne(point, divergence, next)
  }

  #placeOne(point, divergence, next) {
    const key = JSON.stringify([divergence.current, divergence.options.map(({ id, title }) => [id, title])])
    const old = this.#placed.get(point)
    if (old?.key === key) {
      if (old.element.nextElementSibling !== next) this.#keepFocus(old.element, () => next.before(old.element))
      return
    }
    const element = pickerElement(divergence, (id, direction) => this.#open(id, direction && { point, direction }))
    this.#placed.set(point, { element, key })
    if (!old) return next.before(element)
    const direction = holding(old.element)
    old.element.remove()
    next.before(element)
    if (direction) this.focus(point, direction)
  }

  #keepFocus(element, move) {
    const direction = holding(element)
    move()
    if (direction) element.querySelector(direction)?.focus()
  }

  /** Puts the focus on the picker at a place; says whether there is one. */
  focus(point, direction) {
    const placed = this.#placed.get(point)
    placed?.element.querySelector(direction)?.focus()
    return placed !== undefined
  }
}

/** What in a picker has the focus, as a selector, or null. */
function holding(element) {
  if (!element.contains(document.activeElement)) return null
  const { step } = document.activeElement.dataset
  return step ? `[data-step="${step}"]` : "select"
}
