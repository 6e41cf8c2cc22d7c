// What the user may do with a session, by the level that the server names with it. The server checks; this only spares
// people what it would refuse.

const LEVELS = ["reader", "writer", "manager", "owner"]

export function may(session, level) {
  return LEVELS.indexOf(session?.accessLevel ?? "owner") >= LEVELS.indexOf(level)
}
