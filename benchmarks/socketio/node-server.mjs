// The reference server with one room: what is published over HTTP goes to all sockets of the room.

import { createServer } from 'node:http'
import { Server } from 'socket.io'

const server = createServer((request, response) => {
  let body = ''
  request.on('data', chunk => body += chunk)
  request.on('end', () => {
    for (const line of body.split('\n')) {
      if (line) io.to('room').emit('event', JSON.parse(line))
    }
    response.end('ok')
  })
})
const io = new Server(server)
io.on('connection', socket => socket.on('subscribe', (_, answer) => {
  socket.join('room')
  answer({ state: 'live' })
}))
server.listen(0, '127.0.0.1', () => console.log(`ready at http://127.0.0.1:${server.address().port}`))
