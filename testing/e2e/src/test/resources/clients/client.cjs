// The official JavaScript client (@nats-io/transport-node) against a server: one scenario a run.
//
//     client.cjs SCENARIO URL [key=value...]
//
// Prints "step NAME" where the test has to do something first (it answers with a line on
// standard input), "ok" at the end, or "failed: REASON" and exit code 1.
"use strict";

const fs = require("node:fs");
const readline = require("node:readline");
const { connect, credsAuthenticator, errors, headers, nkeyAuthenticator } = require("@nats-io/transport-node");
const { wsconnect } = require("@nats-io/nats-core");

const PATIENCE = 20000;
const [, , NAME, URL, ...PAIRS] = process.argv;
const OPTIONS = Object.fromEntries(PAIRS.map((p) => [p.slice(0, p.indexOf("=")), p.slice(p.indexOf("=") + 1)]));
const answers = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function step(name) {
  console.log("step " + name);
  if ((await answers.next()).done) throw new Error("nobody answered step " + name);
}

function dial(more = {}) {
  const options = {
    servers: URL, name: "e2e-node", timeout: PATIENCE, maxReconnectAttempts: -1,
    reconnectTimeWait: 50, reconnectJitter: 0, reconnectJitterTLS: 0,
  };
  if (OPTIONS.seedfile) options.authenticator = nkeyAuthenticator(Buffer.from(fs.readFileSync(OPTIONS.seedfile, "utf8").trim()));
  if (OPTIONS.creds) options.authenticator = credsAuthenticator(fs.readFileSync(OPTIONS.creds));
  if (OPTIONS.user) Object.assign(options, { user: OPTIONS.user, pass: OPTIONS.pass });
  if (OPTIONS.token) options.token = OPTIONS.token;
  if (OPTIONS.ca) {
    options.tls = { caFile: OPTIONS.ca, certFile: OPTIONS.cert, keyFile: OPTIONS.key };
    if (OPTIONS.first === "true") options.tls.handshakeFirst = true;
  }
  if (URL.startsWith("ws")) {
    globalThis.WebSocket = require("ws").WebSocket; // what a browser has, and Node 20 has not
    return wsconnect({ ...options, ...more });
  }
  return connect({ ...options, ...more });
}

function equal(what, got, want) {
  if (JSON.stringify(got) !== JSON.stringify(want)) {
    throw new Error(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
  }
}

function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("too late: " + what)), PATIENCE); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// Messages of a subscription, one at a time.
function reader(sub) {
  const it = sub[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await within(it.next(), "message on " + sub.getSubject());
    if (done) throw new Error("subscription ended: " + sub.getSubject());
    return value;
  };
}

// Resolves with the first status of one of these types.
function status(nc, ...types) {
  return within((async () => {
    for await (const s of nc.status()) if (types.includes(s.type)) return s;
    throw new Error("connection ended while waiting for " + types);
  })(), "status " + types);
}

async function noResponders(nc, subject) {
  try {
    await nc.request(subject, "", { timeout: PATIENCE });
  } catch (e) {
    if (e instanceof errors.NoRespondersError || e.cause instanceof errors.NoRespondersError) return;
    throw e;
  }
  throw new Error("no responders expected");
}

const scenarios = {
  ...require("./jetstream.cjs")({ dial, equal, within, PATIENCE }),

  async pubsub() {
    const nc = await dial();
    const subjects = ["pubsub.js.one", "pubsub.js.*", "pubsub.js.>"];
    const readers = subjects.map((s) => reader(nc.subscribe(s)));
    const n = 500;
    for (let i = 0; i < n; i++) nc.publish("pubsub.js.one", String(i));
    nc.publish("pubsub.js", "matches none");
    nc.publish("pubsub.js.two.three", "tail only");
    const big = "0123456789abcdef".repeat(16384);
    nc.publish("pubsub.js.one", big);
    nc.publish("pubsub.js.one");
    await nc.flush();
    for (let k = 0; k < subjects.length; k++) {
      for (let i = 0; i < n; i++) equal(subjects[k], (await readers[k]()).string(), String(i));
      if (k === 2) equal("subject", (await readers[k]()).subject, "pubsub.js.two.three");
      if ((await readers[k]()).string() !== big) throw new Error("large payload changed");
      equal("empty payload", (await readers[k]()).data.length, 0);
    }
    await nc.close();
  },

  async queue() {
    const n = 300;
    const seen = new Set();
    const counts = [0, 0, 0];
    let plain = 0;
    let finish;
    const done = new Promise((resolve) => { finish = resolve; });
    const check = () => { if (counts[0] + counts[1] + counts[2] + plain >= 2 * n) finish(); };
    const connections = [];
    for (let i = 0; i < 3; i++) {
      const nc = await dial();
      connections.push(nc);
      nc.subscribe("queue.js.*", { queue: "workers", callback: (_e, m) => { counts[i]++; seen.add(m.string()); check(); } });
      if (i === 0) nc.subscribe("queue.js.a", { callback: () => { plain++; check(); } });
      await nc.flush();
    }
    for (let i = 0; i < n; i++) connections[0].publish("queue.js.a", String(i));
    await within(done, "all deliveries");
    equal("messages seen by the group", seen.size, n);
    equal("plain", plain, n);
    if (counts.includes(0)) throw new Error("a member got nothing: " + counts);
    for (const nc of connections) await nc.close();
  },

  async request() {
    const nc = await dial();
    const service = await dial();
    service.subscribe("request.js.upper", { callback: (_e, m) => m.respond(m.string().toUpperCase()) });
    await service.flush();
    for (let i = 0; i < 100; i++) {
      equal("answer", (await nc.request("request.js.upper", "word" + i, { timeout: PATIENCE })).string(), "WORD" + i);
    }
    await noResponders(nc, "request.js.nobody");
    await nc.close();
    await service.close();
  },

  async headers() {
    const nc = await dial();
    const next = reader(nc.subscribe("headers.js"));
    const h = headers();
    h.set("One", "1");
    h.append("Many", "a");
    h.append("Many", "b c");
    nc.publish("headers.js", "body", { headers: h });
    nc.publish("headers.js", "", { headers: h, reply: "headers.js.reply" });
    for (const body of ["body", ""]) {
      const m = await next();
      equal("body", m.string(), body);
      equal("One", m.headers.values("One"), ["1"]);
      equal("Many", m.headers.values("Many"), ["a", "b c"]);
    }
    await nc.close();
  },

  async unsubscribe() {
    const nc = await dial();
    const sub = nc.subscribe("unsubscribe.js", { max: 5 });
    for (let i = 0; i < 10; i++) nc.publish("unsubscribe.js");
    await nc.flush();
    let got = 0;
    await within((async () => { for await (const _ of sub) got++; })(), "end of the subscription");
    equal("messages", got, 5);
    await nc.close();
  },

  async noecho() {
    const quiet = await dial({ noEcho: true });
    const other = await dial();
    const next = reader(quiet.subscribe("noecho.js"));
    quiet.publish("noecho.js", "own");
    await quiet.flush();
    other.publish("noecho.js", "other");
    equal("message", (await next()).string(), "other");
    await quiet.close();
    await other.close();
  },

  async reconnect() {
    const nc = await dial();
    const next = reader(nc.subscribe("reconnect.js"));
    nc.publish("reconnect.js", "before");
    equal("message", (await next()).string(), "before");
    const back = status(nc, "reconnect");
    await step("restart");
    await back;
    nc.publish("reconnect.js", "after");
    equal("message", (await next()).string(), "after");
    await nc.close();
  },

  async drain() {
    const n = 200;
    const nc = await dial();
    const sender = await dial();
    let got = 0;
    const sub = nc.subscribe("drain.js");
    let open;
    const gate = new Promise((resolve) => { open = resolve; });
    const work = (async () => { await gate; for await (const m of sub) { got++; m.respond(); } })();
    await nc.flush();
    const next = reader(sender.subscribe("drain.js.answer"));
    for (let i = 0; i < n; i++) sender.publish("drain.js", "", { reply: "drain.js.answer" });
    await sender.flush();
    await nc.flush();
    const drained = nc.drain();
    open();
    await within(work, "the drained subscription");
    await within(drained, "drain");
    await within(nc.closed(), "close after drain");
    for (let i = 0; i < n; i++) await next();
    await noResponders(sender, "drain.js");
    equal("messages", got, n);
    await sender.close();
  },

  async lameduck() {
    const nc = await dial({ reconnect: false });
    const next = reader(nc.subscribe("lameduck.js"));
    await nc.flush();
    const duck = status(nc, "ldm");
    await step("lameduck");
    await duck;
    nc.publish("lameduck.js", "still served");
    await next();
    await nc.close();
  },

  async login() {
    const nc = await dial();
    if (OPTIONS.tls === "true" && !nc.protocol.transport.isEncrypted()) throw new Error("no TLS");
    const next = reader(nc.subscribe("login.js"));
    nc.publish("login.js", "in");
    equal("message", (await next()).string(), "in");
    await nc.close();
  },

  async refused() {
    let nc;
    try {
      nc = await dial({ reconnect: false });
    } catch (e) {
      const text = [e, e.cause].map((x) => `${x?.name} ${x?.message} ${x?.code}`).join(" ").toLowerCase();
      if (!text.includes(OPTIONS.reason)) throw new Error("refused with " + text);
      return;
    }
    await nc.close();
    throw new Error("the login was accepted");
  },

  async violation() {
    const nc = await dial();
    for (const [want, act] of [
      ['publish to "denied.js"', () => nc.publish("denied.js")],
      ['subscription to "denied.sub.js"', () => nc.subscribe("denied.sub.js", { callback: () => {} })],
    ]) {
      const error = status(nc, "error");
      act();
      await nc.flush();
      const text = String((await error).error.message).toLowerCase();
      if (!text.includes(want)) throw new Error(`got ${text}, want ${want}`);
    }
    const next = reader(nc.subscribe("allowed.js"));
    nc.publish("allowed.js");
    await next();
    await nc.close();
  },
};

scenarios[NAME]().then(
  () => { console.log("ok"); process.exit(0); },
  (e) => { console.log("failed: " + (e.stack || e)); process.exit(1); },
);
