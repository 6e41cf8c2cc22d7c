// The public REST face, and the token. Nothing else talks to the server but stream.js.

const TOKEN = "anabranch-token"
let askForToken = async () => null

/** What the server said when it refused: a problem (RFC 9457). */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || `The server answered ${status}.`)
    this.status = status
    this.code = body.code
  }
}

export function onTokenNeeded(ask) {
  askForToken = ask
}

let asking = null

/** Whether to try again. Many requests may fail with the same token: it is asked for once, and told what was wrong. */
async function renewToken(refused, response) {
  if (sessionStorage.getItem(TOKEN) !== refused) return true
  asking ??= response
    .json()
    .catch(() => ({}))
    .then((problem) => askForToken(refused === null ? null : problem.detail))
    .then((token) => (token?.trim() ? (sessionStorage.setItem(TOKEN, token.trim()), true) : false))
    .finally(() => (asking = null))
  return asking
}

/** fetch with the token; asks for one when the server wants one. */
export async function request(path, options = {}) {
  for (;;) {
    let response
    const token = sessionStorage.getItem(TOKEN)
    const authorization = token === null ? {} : { Authorization: `Bearer ${token}` }
    try {
      response = await fetch(path, { ...options, headers: { ...options.headers, ...authorization } })
    } catch (failure) {
      if (failure.name === "AbortError") throw failure
      throw new Problem(0, { detail: "The server cannot be reached." })
    }
    if (response.status !== 401 || !(await renewToken(token, response.clone()))) return response
  }
}

async function call(method, path, body, headers = {}) {
  const response = await request(path, {
    method,
    headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await response.text()
  const json = text ? JSON.parse(text) : null
  if (!response.ok) throw new Problem(response.status, json ?? {})
  return json
}

/** crypto.randomUUID is for secure contexts only, which a server in one's own network may not be. */
function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16).padStart(8, "0")).join("")
}

const query = (parameters) => {
  const present = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null)
  return present.length ? `?${new URLSearchParams(present)}` : ""
}
const conversation = (id) => `/v1/conversations/${encodeURIComponent(id)}`

export const api = {
  list: (parameters) => call("GET", `/v1/conversations${query(parameters)}`),
  get: (id) => call("GET", conversation(id)),
  create: (body) => call("POST", "/v1/conversations", body),
  patch: (id, body) => call("PATCH", conversation(id), body),
  remove: (id) => call("DELETE", `${conversation(id)}?scope=session`),
  removeTree: (id) => call("DELETE", conversation(id)),
  wouldRemove: (id, scope) => call("DELETE", `${conversation(id)}${query({ dryRun: true, scope })}`),
  entries: (id, parameters) => call("GET", `${conversation(id)}/entries${query(parameters)}`),
  append: (id, role, text) => call("POST", `${conversation(id)}/entries`, { content: [{ role, text }] }),
  send: (id, text) => call("POST", `${conversation(id)}/messages`, { text }),
  /** The last turn of the agent, or null. */
  turn: async (id) => (await call("GET", `${conversation(id)}/messages`)).turn,
  /** Whether an agent would answer. */
  agentAttached: async () => (await call("GET", "/v1/agent")).attached,
  retry: (id) => call("POST", `${conversation(id)}/messages`, { retry: true }),
  stop: (id) => call("POST", `${conversation(id)}/messages/stop`),
  fork: (id, body) =>
    call("POST", `${conversation(id)}/fork`, body, { "Idempotency-Key": randomKey() }),
  forks: (id) => call("GET", `${conversation(id)}/forks`),
  compare: (left, right) => call("GET", `${conversation(left)}/compare/${encodeURIComponent(right)}`),
  bringForward: (id, from, mode) => call("POST", `${conversation(id)}/bring-forward`, { from, mode }),
  search: (text, archived) => call("POST", "/v1/conversations/search", { query: text, limit: 20, archived }),
}
