// Node's ws as a peer, in the same lines of JSON as peer.py.
'use strict';

const readline = require('node:readline');
const { once } = require('node:events');
const { WebSocket, WebSocketServer } = require('ws');
const { PROTOCOL, LIMIT, PING, pieces, newReport, drive } = require('./driver.js');

const say = (what) => process.stdout.write(JSON.stringify(what) + '\n');

async function listen(maxPayload) {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    maxPayload,
    handleProtocols: (offered) => offered.has(PROTOCOL) && PROTOCOL,
  });
  server.on('connection', attend);
  await once(server, 'listening');
  return `ws://127.0.0.1:${server.address().port}`;
}

function attend(ws, request) {
  const [, way, id] = request.url.split('/');
  const report = newReport(Number(id));
  report.protocol = ws.protocol;
  ws.on('message', (data, isBinary) => {
    report.received.add(!isBinary, data);
    switch (way) {
      case 'echo':
      case 'limited':
        ws.send(data, { binary: isBinary });
        report.sent.add(!isBinary, data);
        break;
      case 'pieces':
      case 'pings':
        fragments(ws, !isBinary, pieces(data, 5), way === 'pings');
        report.sent.add(!isBinary, data);
        break;
      case 'close':
        ws.close(4002, 'the server is done: fertig, 完了');
        break;
      case 'leave':
        ws.close();
        break;
      case 'drop':
        ws.terminate();
        break;
    }
  });
  ws.on('error', () => {}); // close follows
  ws.on('close', (code, reason) => {
    report.code = code;
    report.reason = reason.toString();
    say({ server: report });
  });
}

function fragments(ws, isText, list, ping) {
  list.forEach((piece, i) => {
    ws.send(piece, { binary: !isText, fin: i === list.length - 1 });
    if (ping && i === 0) ws.ping(PING);
  });
}

async function connect(url, protocols) {
  const ws = new WebSocket(url, protocols, { maxPayload: 2 << 20 });
  const socket = {
    send: (isText, payload) => ws.send(payload, { binary: !isText }),
    fragments: (isText, list, ping) => fragments(ws, isText, list, ping),
    close: (code, reason) => ws.close(code, reason),
    drop: () => ws.terminate(),
  };
  ws.on('message', (data, isBinary) => socket.onmessage(!isBinary, data));
  ws.on('error', () => {}); // close follows
  ws.on('close', (code, reason) => socket.onend?.(code, reason.toString()));
  await new Promise((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
  });
  socket.protocol = ws.protocol;
  return socket;
}

async function run({ conversation, links }) {
  const sockets = await Promise.all(links.map((link) => connect(link.url, conversation.protocols ?? [])));
  return Promise.all(sockets.map((socket, i) => drive(socket, conversation, links[i].id)));
}

async function main() {
  say({ url: await listen(2 << 20), limited: await listen(LIMIT) });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    say({ client: await run(JSON.parse(line)) });
  }
  process.exit(0);
}

main();
