// Cuts the power of a server under load, and looks for what it had acknowledged.
//
// The data folder is on a file system of its own in a file, which writes out nothing that nobody asks for. The server is
// stopped in the middle, the file is copied as it then is, and a server is started on the copy: whatever was not synced
// is not there. Needs root, for the file system. usage: node power-cut.mjs SERVER.jar ROUNDS [java option …]
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const [jar, rounds, ...environment] = process.argv.slice(2)
const WRITERS = 16
const WRITEBACK = '/proc/sys/vm/dirty_writeback_centisecs'
const work = mkdtempSync(join(tmpdir(), 'power-cut-'))
const disk = join(work, 'disk')
const mount = join(work, 'mount')
mkdirSync(mount)

const run = (...command) => execFileSync(command[0], command.slice(1), { encoding: 'utf8' }).trim()

// What is left to undo, the last first.
const started = []

const undo = () => started.pop()()

function attach(image) {
  const device = run('losetup', '--show', '--find', image)
  started.push(() => run('losetup', '--detach', device))
  run('mount', '-o', 'commit=600', device, mount)
  started.push(() => run('umount', mount))
}

function detach() {
  undo()
  undo()
}

let running

async function start() {
  const server = spawn('env', [...environment, 'java', '-Xmx512m', '-jar', jar, '--port', '0', '--data-dir', join(mount, 'data')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise(resolve => server.on('exit', resolve))
  running = server
  for await (const line of createInterface(server.stdout)) {
    if (line.startsWith('listening on ')) {
      server.stdout.resume()
      return { url: line.slice('listening on '.length) + '/v1/stream/', signal: name => server.kill(name), ended }
    }
  }
  throw new Error('the server did not start')
}

const json = { 'Content-Type': 'application/json' }

async function send(url, method, body, headers = {}) {
  const answer = await fetch(url, { method, headers: { ...json, ...headers }, body })
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status}`)
}

// Appends, forks and deletes until the server no longer answers.
async function write(url, name, log) {
  for (let number = 0; ; number++) {
    try {
      await send(url + name, 'POST', JSON.stringify({ number, text: 'x'.repeat(Math.random() * 2000) }))
      log.acknowledged = number + 1
      if (Math.random() < 0.05) {
        const fork = `${name}-${number}`
        await send(url + fork, 'PUT', undefined, { 'Stream-Forked-From': `/v1/stream/${name}` })
        log.forks.set(fork, { holds: number + 1, state: 'there' })
        if (Math.random() < 0.5) {
          log.forks.set(fork, { holds: number + 1, state: 'unknown' })
          await send(url + fork, 'DELETE')
          log.forks.set(fork, { holds: number + 1, state: 'deleted' })
        }
      }
    } catch {
      return
    }
  }
}

async function read(url) {
  const messages = []
  for (let offset = '-1'; ; ) {
    const page = await fetch(`${url}?offset=${offset}`)
    if (page.status === 404) return undefined
    if (!page.ok) throw new Error(`${url}: ${page.status} ${await page.text()}`)
    messages.push(...(await page.json()))
    offset = page.headers.get('Stream-Next-Offset')
    if (page.headers.get('Stream-Up-To-Date')) return messages.map(message => message.number)
  }
}

const isCountedFromZero = numbers => numbers.every((number, index) => number === index)

function problem(name, wanted, numbers) {
  if (numbers === undefined) return `${name} is gone, of ${wanted} messages`
  if (!isCountedFromZero(numbers)) return `${name} has a gap, a repeat or another order`
  return numbers.length < wanted ? `${name} has ${numbers.length} of ${wanted} messages` : undefined
}

async function round(total) {
  run('truncate', '--size', '700M', disk)
  run('mkfs.ext4', '-q', '-F', disk)
  attach(disk)
  const server = await start()
  const logs = Array.from({ length: WRITERS }, (_, i) => ({ name: `stream${i}`, acknowledged: 0, forks: new Map() }))
  await Promise.all(logs.map(log => send(server.url + log.name, 'PUT')))
  const writing = logs.map(log => write(server.url, log.name, log))
  await new Promise(resolve => setTimeout(resolve, 1000 + Math.random() * 6000))
  server.signal('SIGSTOP')
  const known = logs.map(log => ({ ...log, forks: new Map(log.forks) }))
  run('cp', '--sparse=always', disk, disk + '.cut')
  server.signal('SIGKILL')
  await server.ended
  await Promise.all(writing)
  detach()

  attach(disk + '.cut')
  const after = await start()
  for (const log of known) {
    total.acknowledged += log.acknowledged
    total.problems.push(problem(log.name, log.acknowledged, await read(after.url + log.name)))
    for (const [fork, { holds, state }] of log.forks) {
      total.forks++
      const numbers = await read(after.url + fork)
      if (state === 'there') total.problems.push(problem(fork, holds, numbers))
      if (state === 'deleted' && numbers) total.problems.push(`${fork} is back, and was deleted`)
    }
  }
  after.signal('SIGTERM')
  await after.ended
  detach()
}

const writeback = readFileSync(WRITEBACK, 'utf8')
const total = { acknowledged: 0, forks: 0, problems: [] }
try {
  writeFileSync(WRITEBACK, '0')
  for (let i = 0; i < Number(rounds); i++) {
    await round(total)
    const wrong = total.problems.filter(Boolean)
    console.log(`${i + 1} cuts: ${total.acknowledged} appends and ${total.forks} forks acknowledged, ${wrong.length} wrong`)
    wrong.slice(0, 20).forEach(line => console.log('  ' + line))
    if (wrong.length) process.exitCode = 1
    total.problems = wrong
  }
} finally {
  writeFileSync(WRITEBACK, writeback)
  if (running.exitCode === null && running.signalCode === null) {
    running.kill('SIGKILL')
    await new Promise(resolve => running.on('exit', resolve))
  }
  while (started.length) undo()
  rmSync(work, { recursive: true })
}
