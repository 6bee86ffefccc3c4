// A NATS client over WebSocket, as small as a page needs it: connect, publish, subscribe, request.

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const CR = 13;
const LF = 10;

/** What the server or the network refused, in its own words. */
export class NatsError extends Error {
  /** @param {string} text @param {number} [code] */
  constructor(text, code) {
    super(text);
    this.code = code ?? 0;
  }
}

/** Subjects come from people: what would break the protocol is refused before it is sent. */
export function isSubject(subject) {
  return typeof subject === 'string' && subject.length > 0 && !/[\s\u0000]/.test(subject);
}

function parsedHeaders(bytes) {
  const lines = decoder.decode(bytes).split('\r\n');
  const first = lines[0].match(/^NATS\/1\.0(?:\s+(\d+))?(?:\s+(.*))?$/);
  const values = [];
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0) values.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
  return {
    status: first && first[1] ? Number(first[1]) : 0,
    description: (first && first[2]) || '',
    values,
    get(name) {
      const found = values.find(([key]) => key.toLowerCase() === name.toLowerCase());
      return found ? found[1] : '';
    },
  };
}

/** A message as it came: text() reads its payload. */
class Message {
  constructor(subject, reply, headers, payload) {
    this.subject = subject;
    this.reply = reply;
    this.headers = headers;
    this.payload = payload;
  }

  text() {
    return decoder.decode(this.payload);
  }

  json() {
    return JSON.parse(this.text());
  }
}

export class NatsClient {
  #socket;
  #subscriptions = new Map();
  #requests = new Map();
  #lastSid = 0;
  #inbox;
  #buffer = new Uint8Array(0);
  #waiting = null;
  #pongs = [];
  #closed = false;
  info = {};
  /** Told once, with a sentence, when the connection has ended. */
  onclose = () => {};
  /** Told of what the server refuses later on, for example a permission. */
  onerror = () => {};

  /**
   * @param {string} url of the WebSocket listener
   * @param {{user?: string, pass?: string, auth_token?: string}} credentials
   */
  static connect(url, credentials) {
    const client = new NatsClient();
    return new Promise((resolve, reject) => {
      client.#open(url, credentials, resolve, reject);
    });
  }

  #open(url, credentials, resolve, reject) {
    let settled = false;
    let socket;
    try {
      socket = new WebSocket(url);
    } catch (wrong) {
      reject(new NatsError(`${url}: ${wrong.message}`));
      return;
    }
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#inbox = `_INBOX.${crypto.getRandomValues(new Uint32Array(4)).join('')}`;
    const fail = (text) => {
      this.#closed = true;
      if (settled) {
        this.onclose(text);
      } else {
        settled = true;
        reject(new NatsError(text));
      }
      for (const { reject: refuse, timer } of this.#requests.values()) {
        clearTimeout(timer);
        refuse(new NatsError('the connection has ended'));
      }
      this.#requests.clear();
    };
    this.#waiting = { credentials, ready: () => { settled = true; resolve(this); }, fail };
    socket.onmessage = (event) => this.#received(new Uint8Array(event.data));
    socket.onclose = () => fail(this.lastError || `no connection to ${url}`);
    socket.onerror = () => {};
  }

  #received(bytes) {
    if (this.#buffer.length === 0) {
      this.#buffer = bytes;
    } else {
      const joined = new Uint8Array(this.#buffer.length + bytes.length);
      joined.set(this.#buffer);
      joined.set(bytes, this.#buffer.length);
      this.#buffer = joined;
    }
    let at = 0;
    for (;;) {
      const next = this.#operation(at);
      if (next < 0) break;
      at = next;
    }
    this.#buffer = this.#buffer.slice(at);
  }

  /** Handles one whole operation; where the next begins, or -1 when it is not all there. */
  #operation(at) {
    const b = this.#buffer;
    let end = at;
    while (end + 1 < b.length && !(b[end] === CR && b[end + 1] === LF)) end++;
    if (end + 1 >= b.length) return -1;
    const line = decoder.decode(b.subarray(at, end));
    const after = end + 2;
    if (line.startsWith('MSG ')) {
      const words = line.split(' ');
      const size = Number(words[words.length - 1]);
      if (b.length < after + size + 2) return -1;
      const reply = words.length === 5 ? words[3] : '';
      this.#deliver(words[2], new Message(words[1], reply, null, b.slice(after, after + size)));
      return after + size + 2;
    }
    if (line.startsWith('HMSG ')) {
      const words = line.split(' ');
      const total = Number(words[words.length - 1]);
      const head = Number(words[words.length - 2]);
      if (b.length < after + total + 2) return -1;
      const reply = words.length === 6 ? words[3] : '';
      const headers = parsedHeaders(b.subarray(after, after + head));
      this.#deliver(words[2], new Message(words[1], reply, headers, b.slice(after + head, after + total)));
      return after + total + 2;
    }
    this.#control(line);
    return after;
  }

  #control(line) {
    if (line === 'PING') {
      this.#send('PONG\r\n');
    } else if (line === 'PONG') {
      const waiting = this.#pongs.shift();
      if (waiting) waiting();
    } else if (line.startsWith('INFO ')) {
      this.info = JSON.parse(line.slice(5));
      const waiting = this.#waiting;
      if (waiting) {
        this.#waiting = null;
        this.#login(waiting);
      }
    } else if (line.startsWith('-ERR')) {
      this.lastError = line.slice(5).replace(/^'|'$/g, '');
      this.onerror(this.lastError);
    }
  }

  #login({ credentials, ready }) {
    const connect = {
      verbose: false, pedantic: false, protocol: 1, headers: true, no_responders: true,
      lang: 'javascript', version: '1', name: 'dashboard', ...credentials,
    };
    this.#send(`CONNECT ${JSON.stringify(connect)}\r\nSUB ${this.#inbox}.* 0\r\nPING\r\n`);
    this.#pongs.push(ready);
  }

  #deliver(sid, message) {
    if (sid === '0') {
      const request = this.#requests.get(message.subject);
      if (request) {
        this.#requests.delete(message.subject);
        clearTimeout(request.timer);
        if (message.headers && message.headers.status === 503) {
          request.reject(new NatsError('nobody answers this request', 503));
        } else {
          request.resolve(message);
        }
      }
      return;
    }
    const subscription = this.#subscriptions.get(sid);
    if (subscription) subscription(message);
  }

  #send(data) {
    if (this.#closed) throw new NatsError('the connection has ended');
    this.#socket.send(typeof data === 'string' ? encoder.encode(data) : data);
  }

  /**
   * @param {string} subject
   * @param {string|Uint8Array} payload
   * @param {{reply?: string, headers?: [string, string][]}} [more]
   */
  publish(subject, payload, more = {}) {
    if (!isSubject(subject)) throw new NatsError(`"${subject}" is no subject`);
    const body = typeof payload === 'string' ? encoder.encode(payload) : payload;
    const reply = more.reply ? `${more.reply} ` : '';
    let head = new Uint8Array(0);
    if (more.headers && more.headers.length > 0) {
      const lines = more.headers.map(([k, v]) => `${k}: ${v}`);
      if (lines.some((line) => /[\r\n]/.test(line))) throw new NatsError('a header has one line');
      head = encoder.encode(`NATS/1.0\r\n${lines.join('\r\n')}\r\n\r\n`);
    }
    const start = encoder.encode(
      head.length > 0
        ? `HPUB ${subject} ${reply}${head.length} ${head.length + body.length}\r\n`
        : `PUB ${subject} ${reply}${body.length}\r\n`);
    const whole = new Uint8Array(start.length + head.length + body.length + 2);
    whole.set(start);
    whole.set(head, start.length);
    whole.set(body, start.length + head.length);
    whole.set([CR, LF], whole.length - 2);
    this.#send(whole);
  }

  /** Returns what ends it again. */
  subscribe(subject, heard) {
    if (!isSubject(subject)) throw new NatsError(`"${subject}" is no subject`);
    const sid = String(++this.#lastSid);
    this.#subscriptions.set(sid, heard);
    this.#send(`SUB ${subject} ${sid}\r\n`);
    return () => {
      if (this.#subscriptions.delete(sid) && !this.#closed) this.#send(`UNSUB ${sid}\r\n`);
    };
  }

  /** @returns {Promise<Message>} */
  request(subject, payload = '', more = {}) {
    return new Promise((resolve, reject) => {
      const reply = `${this.#inbox}.${++this.#lastSid}`;
      const timer = setTimeout(() => {
        this.#requests.delete(reply);
        reject(new NatsError(this.lastError || `no answer on ${subject}`, 408));
      }, more.timeout ?? 5000);
      this.#requests.set(reply, { resolve, reject, timer });
      try {
        this.lastError = '';
        this.publish(subject, payload, { ...more, reply });
      } catch (wrong) {
        clearTimeout(timer);
        this.#requests.delete(reply);
        reject(wrong);
      }
    });
  }

  close() {
    this.onclose = () => {};
    this.#closed = true;
    this.#socket.close();
  }
}
