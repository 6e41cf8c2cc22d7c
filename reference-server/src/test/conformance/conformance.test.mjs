// The public conformance suite, all of it, against the server at DS_URL. (vitest itself uses the name BASE_URL.)
import { runConformanceTests } from "@durable-streams/server-conformance-tests"

runConformanceTests({ baseUrl: process.env.DS_URL, longPollTimeoutMs: 500, subscriptions: true })
