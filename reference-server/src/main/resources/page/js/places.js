// A browser opens six connections to one server over HTTP/1.1, for all tabs together, and a live stream keeps one of them.
// So few streams are live at once, and the others ask from time to time: there is always a connection left for a click.

const PLACES = 4
const names = Array.from({ length: PLACES }, (_, i) => `anabranch-live-${i}`)
const taken = new Set()

/** Runs `work` in a place of its own. Says whether there was one. */
export async function inPlace(work) {
  for (const name of names) {
    if (await attempt(name, work)) return true
  }
  return false
}

/** Locks are shared by all tabs; without a secure context there are none, and each tab counts for itself. */
function attempt(name, work) {
  if (navigator.locks) {
    return navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock) await work()
      return lock !== null
    })
  }
  return attemptAlone(name, work)
}

async function attemptAlone(name, work) {
  if (taken.has(name)) return false
  taken.add(name)
  try {
    await work()
    return true
  } finally {
    taken.delete(name)
  }
}
