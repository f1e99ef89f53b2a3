// The baseline: sockjs on Node.js that sends each line of a POST to everybody.

const { createServer } = require('node:http')
const sockjs = require('sockjs')

const connections = new Set()
const service = sockjs.createServer({ log() {} })
service.on('connection', connection => {
  connections.add(connection)
  connection.on('close', () => connections.delete(connection))
  connection.on('data', message => connection.write(message))
})

const server = createServer((request, answer) => {
  if (request.method !== 'POST' || request.url !== '/publish') return
  let rest = ''
  request.setEncoding('utf8')
  request.on('data', text => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()
    for (const line of lines) for (const connection of connections) connection.write(line)
  })
  request.on('end', () => answer.end())
})
service.installHandlers(server, { prefix: '/sockjs' })
server.listen(0, '127.0.0.1', () => console.log(`ready at http://127.0.0.1:${server.address().port}`))
process.on('SIGTERM', () => process.exit())
