// The scenarios of JetStream, key-value and object stores for client.cjs.
"use strict";

const { createHash } = require("node:crypto");
const { nanos } = require("@nats-io/transport-node");
const { AckPolicy, DeliverPolicy, jetstream, JetStreamApiError, jetstreamManager } = require("@nats-io/jetstream");
const { Kvm } = require("@nats-io/kv");
const { Objm } = require("@nats-io/obj");

const ACK_WAIT = 700;

module.exports = ({ dial, equal, within, PATIENCE }) => {
  const options = { timeout: PATIENCE };

  async function open() {
    const nc = await dial();
    return { nc, js: jetstream(nc, options), jsm: await jetstreamManager(nc, options) };
  }

  async function refused(what, promise, code) {
    let got = "no error";
    await promise.catch((e) => { got = e instanceof JetStreamApiError ? e.code : e.stack; });
    equal(what, got, code);
  }

  // The values of an iterator, one at a time; "end" when it has ended.
  function reader(iterable, what) {
    const it = iterable[Symbol.asyncIterator]();
    return async () => {
      const { value, done } = await within(it.next(), what);
      return done ? "end" : value;
    };
  }

  async function all(iterable, what) {
    const values = [];
    await within((async () => { for await (const v of iterable) values.push(v); })(), what);
    return values;
  }

  async function publishing(js) {
    let ack = await js.publish("streams.js.a", "a", { msgID: "one" });
    equal("ack", [ack.stream, ack.seq, ack.duplicate], ["js-streams", 1, false]);
    ack = await js.publish("streams.js.a", "a", { msgID: "one" });
    equal("duplicate", [ack.seq, ack.duplicate], [1, true]);
    for (const [expect, code] of [
      [{ lastSequence: 7 }, 10071], [{ lastSubjectSequence: 7 }, 10071],
      [{ lastMsgID: "two" }, 10070], [{ streamName: "other" }, 10060],
    ]) await refused(JSON.stringify(expect), js.publish("streams.js.a", "", { expect }), code);
    await js.publish("streams.js.b", "b", { expect: { lastSequence: 1 } });
    const acks = await Promise.all([0, 1, 2].map((i) => js.publish("streams.js.many", String(i))));
    equal("acks", acks.map((a) => a.seq), [3, 4, 5]);
    let none = "";
    await js.publish("nobody.js").catch((e) => { none = e.name + e.cause?.name; });
    if (!none.includes("NoResponders") && !none.includes("JetStreamNotEnabled")) throw new Error("no stream: " + none);
  }

  async function streams() {
    const { nc, js, jsm } = await open();
    const config = { name: "js-streams", subjects: ["streams.js.>"], duplicate_window: nanos(60000) };
    await jsm.streams.add(config);
    await refused("same name", jsm.streams.add({ ...config, subjects: ["streams.js.b"] }), 10058);
    await refused("same subjects", jsm.streams.add({ ...config, name: "js-overlap" }), 10065);
    await publishing(js);
    let info = await jsm.streams.info("js-streams", { subjects_filter: ">" });
    equal("state", [info.state.messages, info.state.first_seq, info.state.last_seq], [5, 1, 5]);
    equal("subjects", info.state.subjects["streams.js.many"], 3);
    equal("second", (await jsm.streams.getMessage("js-streams", { seq: 2 })).string(), "b");
    equal("last", (await jsm.streams.getMessage("js-streams", { last_by_subj: "streams.js.*" })).string(), "2");
    await jsm.streams.deleteMessage("js-streams", 2);
    equal("deleted", await jsm.streams.getMessage("js-streams", { seq: 2 }), null);
    info = await jsm.streams.update("js-streams", { max_msgs: 3, description: "less" });
    equal("after the update", info.state.messages, 3);
    await jsm.streams.purge("js-streams", { filter: "streams.js.many", keep: 1 });
    info = await jsm.streams.info("js-streams");
    equal("after the purge", [info.state.messages, info.state.first_seq], [1, 5]);
    equal("listed", (await all(jsm.streams.names(), "names")).includes("js-streams"), true);
    equal("found", await jsm.streams.find("streams.js.a"), "js-streams");
    equal("account", (await jsm.getAccountInfo()).streams >= 1, true);
    await jsm.streams.delete("js-streams");
    await refused("a deleted stream", jsm.streams.info("js-streams"), 10059);
    await nc.close();
  }

  async function fetching(js, jsm) {
    await jsm.consumers.add("js-consumers", {
      durable_name: "fetch", ack_policy: AckPolicy.Explicit, filter_subject: "consumers.js.1",
    });
    const c = await js.consumers.get("js-consumers", "fetch");
    const got = [];
    // Six are left for the second batch, fewer than asked for: it ends with its time.
    for (const [max_messages, expires] of [[4, 5000], [50, 1000]]) {
      for (const m of await all(await c.fetch({ max_messages, expires }), "batch")) {
        got.push(Number(m.string()));
        equal("confirmed", await m.ackAck(options), true);
      }
    }
    equal("fetched", got, [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    const info = await c.info();
    equal("ack floor", [info.ack_floor.stream_seq, info.delivered.consumer_seq], [20, 10]);
    equal("pending", [info.num_pending, info.num_ack_pending], [0, 0]);
  }

  async function next(c, body, deliveries) {
    const m = await c.next({ expires: 5000 });
    if (m === null) throw new Error("nothing instead of " + body);
    equal("next", [m.string(), m.info.deliveryCount], [body, deliveries]);
    return m;
  }

  const acks = {
    async nak(c) {
      (await next(c, "nak", 1)).nak();
      await (await next(c, "nak", 2)).ackAck(options);
    },

    async delay(c) {
      const m = await next(c, "delay", 1);
      const started = Date.now();
      m.nak(300);
      const again = await next(c, "delay", 2);
      equal("waited", Date.now() - started >= 290, true);
      await again.ackAck(options);
    },

    async term(c) {
      (await next(c, "term", 1)).term("no use");
      while ((await c.info()).num_ack_pending > 0);
      equal("after term", await c.next({ expires: 1000 }), null);
    },

    async progress(c) {
      const m = await next(c, "progress", 1);
      const quiet = c.next({ expires: 2 * ACK_WAIT });
      const beat = setInterval(() => m.working(), ACK_WAIT / 3);
      equal("in progress", await quiet, null);
      clearInterval(beat);
      await next(c, "progress", 2);
      await (await next(c, "progress", 3)).ackAck(options);
    },
  };

  async function consuming(js, jsm) {
    await jsm.consumers.add("js-consumers", {
      durable_name: "consume", ack_policy: AckPolicy.Explicit, filter_subject: "consumers.js.*",
    });
    const c = await js.consumers.get("js-consumers", "consume");
    const messages = await c.consume({ max_messages: 7 });
    const read = reader(messages, "consumed");
    for (let i = 0; i < 20; i++) {
      const m = await read();
      equal("consumed", m.string(), String(i));
      m.ack();
    }
    messages.stop();
  }

  async function lifetime(js, jsm) {
    await jsm.consumers.add("js-consumers", { durable_name: "changed", ack_policy: AckPolicy.Explicit });
    const info = await jsm.consumers.update("js-consumers", "changed", { max_ack_pending: 20 });
    equal("max ack pending", info.config.max_ack_pending, 20);
    equal("paused", (await jsm.consumers.pause("js-consumers", "changed", new Date(Date.now() + 60000))).paused, true);
    const c = await js.consumers.get("js-consumers", "changed");
    equal("paused", await c.next({ expires: 1000 }), null);
    await jsm.consumers.resume("js-consumers", "changed");
    await next(c, "0", 1);
    const names = (await all(jsm.consumers.list("js-consumers"), "consumers")).map((i) => i.name).sort();
    equal("names", names, ["changed", "consume", "delay", "fetch", "nak", "progress", "term"]);
    await jsm.consumers.delete("js-consumers", "changed");
    await refused("deleted", jsm.consumers.info("js-consumers", "changed"), 10014);
  }

  async function consumers() {
    const { nc, js, jsm } = await open();
    await jsm.streams.add({ name: "js-consumers", subjects: ["consumers.js.>"] });
    for (let i = 0; i < 20; i++) await js.publish(`consumers.js.${i % 2}`, String(i));
    for (const kind of Object.keys(acks)) await js.publish(`consumers.js.kind.${kind}`, kind);
    await fetching(js, jsm);
    await Promise.all(Object.entries(acks).map(async ([kind, play]) => {
      await jsm.consumers.add("js-consumers", {
        durable_name: kind, ack_policy: AckPolicy.Explicit, filter_subject: "consumers.js.kind." + kind,
        ack_wait: nanos(ACK_WAIT), max_deliver: 3,
      });
      await play(await js.consumers.get("js-consumers", kind));
    }));
    await consuming(js, jsm);
    await lifetime(js, jsm);
    await jsm.streams.delete("js-consumers");
    await nc.close();
  }

  async function ordered() {
    const n = 5000;
    const { nc, js, jsm } = await open();
    await jsm.streams.add({ name: "js-ordered", subjects: ["ordered.js"] });
    await Promise.all(Array.from({ length: n }, (_, i) => js.publish("ordered.js", String(i))));
    await jsm.consumers.add("js-ordered", {
      name: "push", deliver_subject: "ordered.js-deliver", ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.All, flow_control: true, idle_heartbeat: nanos(1000),
    });
    for (const c of [
      await js.consumers.get("js-ordered"),
      await js.consumers.getPushConsumer("js-ordered"),
      await js.consumers.getPushConsumer("js-ordered", "push"),
    ]) {
      const messages = await c.consume();
      const read = reader(messages, "ordered");
      for (let i = 0; i < n; i++) equal("ordered", (await read()).string(), String(i));
      messages.stop();
    }
    await jsm.streams.delete("js-ordered");
    await nc.close();
  }

  async function values(kv) {
    const first = await kv.put("a", "first");
    await refused("another revision", kv.update("a", "wrong", first + 7), 10071);
    const second = await kv.update("a", "second", first);
    await refused("create of what exists", kv.create("a", "again"), 10071);
    await kv.create("b.c", "created");
    const entry = await kv.get("a");
    equal("value", [entry.string(), entry.revision], ["second", second]);
    equal("older value", (await kv.get("a", { revision: first })).string(), "first");
    equal("keys", (await all(await kv.keys(), "keys")).sort(), ["a", "b.c"]);
  }

  async function keyvalue() {
    const { nc, js } = await open();
    const kv = await new Kvm(js).create("js-kv", { history: 5, markerTTL: 1000 });
    const watcher = await kv.watch();
    const watched = reader(watcher, "watched");
    await values(kv);
    await kv.delete("a");
    await kv.purge("b.c");
    equal("a deleted key", (await kv.get("a")).operation, "DEL");
    await kv.create("a", "third");
    const line = (e) => `${e.key} ${e.operation} ${e.string()}`;
    equal("history", (await all(await kv.history({ key: "a" }), "history")).map(line),
      ["a PUT first", "a PUT second", "a DEL ", "a PUT third"]);
    equal("history of a purge", (await all(await kv.history({ key: "b.c" }), "history")).map(line), ["b.c PURGE "]);
    await kv.create("short", "lived", "1s");
    for (const want of [
      "a PUT first", "a PUT second", "b.c PUT created", "a DEL ", "b.c PURGE ", "a PUT third",
      "short PUT lived", "short PURGE ",
    ]) equal("watched", line(await watched()), want);
    const expired = await kv.get("short");
    equal("an expired key", expired === null || expired.operation, "PURGE");
    watcher.stop();
    equal("history of the bucket", (await kv.status()).history, 5);
    await kv.destroy();
    await nc.close();
  }

  async function objects() {
    const { nc, js } = await open();
    const store = await new Objm(js).create("js-objects");
    const watcher = await store.watch();
    const watched = reader(watcher, "watched");
    const big = Buffer.from("0123456789abcdef".repeat(65536));
    await store.putBlob({ name: "big" }, big);
    await store.putBlob({ name: "small" }, Buffer.from("tiny"));
    equal("object", Buffer.compare(Buffer.from(await store.getBlob("big")), big), 0);
    const info = await store.info("big");
    const digest = createHash("sha256").update(big).digest("base64").replaceAll("+", "-").replaceAll("/", "_");
    equal("info", [info.size, info.chunks, info.digest], [big.length, 8, "SHA-256=" + digest]);
    equal("list", (await store.list()).map((o) => o.name).sort(), ["big", "small"]);
    await store.delete("big");
    equal("a deleted object", await store.getBlob("big"), null);
    for (const want of ["big false", "small false", "big true"]) {
      const o = await watched();
      equal("watched", `${o.name} ${o.deleted === true}`, want);
    }
    watcher.stop();
    equal("bytes left", (await store.status()).size < 4096, true);
    await store.destroy();
    await nc.close();
  }

  return { streams, consumers, ordered, keyvalue, objects };
};
