// Where branches leave: at which message of a conversation, and which ways lead on from there.

import { h, iconButton } from "./dom.js"

/**
 * The divergences that one passes on the way to session `id`: a map from the number of messages before the divergence
 * to {options: [session…], current: index}.
 */
export function divergences(sessions, id) {
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
export function pickerElement({ options, current }, open) {
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
