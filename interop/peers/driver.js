// A client's part of a conversation, for Node and for browsers alike.
'use strict';

const PROTOCOL = 'interop.example';
const LIMIT = 1000;
const PING = 'are you there?';

function content(kind, size, id, n) {
  let x = (id * 4096 + n) >>> 0;
  const next = () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x >>> 24;
  };
  const out = new Uint8Array(size);
  if (kind !== 'utf8') {
    for (let i = 0; i < size; i++) out[i] = kind === 'binary' ? next() : 97 + (next() % 26);
    return out;
  }
  const characters = ['e', 'é', '€', '🌍'].map((c) => new TextEncoder().encode(c));
  let at = 0;
  while (size - at >= 4) {
    const c = characters[next() % 4];
    out.set(c, at);
    at += c.length;
  }
  return out.fill(120, at);
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

function crc32(bytes, sum) {
  sum = ~sum;
  for (const b of bytes) sum = crcTable[(sum ^ b) & 0xff] ^ (sum >>> 8);
  return ~sum >>> 0;
}

class Tally {
  constructor() {
    this.count = 0;
    this.sum = 0;
  }
  add(isText, payload) {
    this.count++;
    this.sum = crc32(new TextEncoder().encode(`${isText ? 't' : 'b'}${payload.length}\n`), this.sum);
    this.sum = crc32(payload, this.sum);
  }
}

// pieces cuts a payload into n, also in the middle of a character.
function pieces(payload, n) {
  const cut = (k) => Math.floor((k * payload.length) / n);
  return Array.from({ length: n }, (_, k) => payload.subarray(cut(k), cut(k + 1)));
}

function newReport(id) {
  return { id, sent: new Tally(), received: new Tally(), protocol: '', code: 1006, reason: '', problem: '' };
}

// drive needs a socket with send(isText, bytes), fragments(isText, pieces, ping),
// close(code, reason), drop(), protocol; and calls back its onmessage(isText, bytes) and
// onend(code, reason).
async function drive(socket, conversation, id) {
  const report = newReport(id);
  report.protocol = socket.protocol;
  let over = false;
  let wake = () => {};
  socket.onmessage = (isText, payload) => {
    report.received.add(isText, payload);
    wake();
  };
  socket.onend = (code, reason) => {
    report.code = code;
    report.reason = reason;
    over = true;
    wake();
  };
  const until = async (done) => {
    while (!done()) await new Promise((resolve) => (wake = resolve));
  };
  for (const act of conversation.acts) {
    switch (act.do) {
      case 'send':
        for (let i = 0; i < act.count; i++) {
          const isText = act.kind !== 'binary';
          const payload = content(act.kind, act.size, id, report.sent.count);
          report.sent.add(isText, payload);
          if (act.pieces === 0) {
            socket.send(isText, payload);
            continue;
          }
          socket.fragments(isText, pieces(payload, act.pieces), act.ping);
        }
        break;
      case 'receive':
        await until(() => over || report.received.count >= act.count);
        if (report.received.count < act.count) {
          report.problem += `it was over after ${report.received.count} of ${act.count} messages; `;
        }
        break;
      case 'close':
        if (act.code === 1005) socket.close();
        else socket.close(act.code, act.reason);
        break;
      case 'drop':
        socket.drop();
        break;
    }
  }
  await until(() => over);
  return report;
}

if (typeof module !== 'undefined') module.exports = { PROTOCOL, LIMIT, PING, pieces, newReport, drive };
