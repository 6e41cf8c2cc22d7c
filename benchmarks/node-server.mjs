// The public Node server with its file store, on a free port of loopback.
import { DurableStreamTestServer } from "@durable-streams/server"

const server = new DurableStreamTestServer({ port: 0, host: "127.0.0.1", dataDir: process.argv[2] })
console.log(`listening on ${await server.start()}`)
process.on("SIGTERM", () => server.stop().then(() => process.exit(0)))
