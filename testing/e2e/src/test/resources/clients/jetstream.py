"""The scenarios of JetStream, key-value and object stores for client.py."""

import asyncio
import base64
import hashlib
import time

from nats.errors import TimeoutError as ClientTimeout
from nats.js import api
from nats.js.errors import (
    APIError,
    KeyNotFoundError,
    KeyWrongLastSequenceError,
    NoStreamResponseError,
    NotFoundError,
)

PATIENCE = 20
ACK_WAIT = 0.7


def equal(what, got, want):
    if got != want:
        raise AssertionError(f"{what}: got {got!r}, want {want!r}")


async def refused(what, awaitable, code):
    try:
        await awaitable
    except APIError as e:
        equal(what, e.err_code, code)
        return
    raise AssertionError(f"{what}: not refused")


async def fails(what, awaitable, kind):
    try:
        await awaitable
    except kind:
        return
    raise AssertionError(f"{what}: did not fail")


async def streams(nc):
    js = nc.jetstream(timeout=PATIENCE)
    info = await js.add_stream(name="py-streams", subjects=["streams.py.>"], duplicate_window=60)
    equal("window", info.config.duplicate_window, 60)
    await refused("same name", js.add_stream(name="py-streams", subjects=["streams.py.b"]), 10058)
    await refused("same subjects", js.add_stream(name="py-overlap", subjects=["streams.py.b"]), 10065)
    await publishing(js)

    info = await js.stream_info("py-streams", subjects_filter=">")
    state = info.state
    equal("state", (state.messages, state.first_seq, state.last_seq), (5, 1, 5))
    equal("subjects", state.subjects["streams.py.many"], 3)
    equal("second", (await js.get_msg("py-streams", 2)).data, b"b")
    equal("last", (await js.get_last_msg("py-streams", "streams.py.*")).data, b"2")
    await js.delete_msg("py-streams", 2)
    await fails("a deleted message", js.get_msg("py-streams", 2), NotFoundError)
    info = await js.update_stream(info.config.evolve(max_msgs=3, description="less"))
    equal("after the update", info.state.messages, 3)
    await js.purge_stream("py-streams", subject="streams.py.many", keep=1)
    state = (await js.stream_info("py-streams")).state
    equal("after the purge", (state.messages, state.first_seq), (1, 5))

    names = [s.config.name for s in await js.streams_info()]
    equal("listed", "py-streams" in names, True)
    equal("found", await js.find_stream_name_by_subject("streams.py.a"), "py-streams")
    equal("account", (await js.account_info()).streams >= 1, True)
    await js.delete_stream("py-streams")
    await fails("a deleted stream", js.stream_info("py-streams"), NotFoundError)


async def publishing(js):
    ack = await js.publish("streams.py.a", b"a", headers={"Nats-Msg-Id": "one"})
    equal("ack", (ack.stream, ack.seq, bool(ack.duplicate)), ("py-streams", 1, False))
    ack = await js.publish("streams.py.a", b"a", headers={"Nats-Msg-Id": "one"})
    equal("duplicate", (ack.seq, ack.duplicate), (1, True))
    for name, code in (
        ("Nats-Expected-Last-Sequence", 10071),
        ("Nats-Expected-Last-Subject-Sequence", 10071),
        ("Nats-Expected-Last-Msg-Id", 10070),
        ("Nats-Expected-Stream", 10060),
    ):
        await refused(name, js.publish("streams.py.a", headers={name: "7"}), code)
    await js.publish("streams.py.b", b"b", headers={"Nats-Expected-Last-Sequence": "1"})
    acks = [await js.publish_async("streams.py.many", str(i).encode()) for i in range(3)]
    equal("acks", [(await a).seq for a in acks], [3, 4, 5])
    await fails("no stream", js.publish("nobody.py"), NoStreamResponseError)


async def consumers(nc):
    js = nc.jetstream(timeout=PATIENCE)
    await js.add_stream(name="py-consumers", subjects=["consumers.py.>"])
    for i in range(20):
        await js.publish(f"consumers.py.{i % 2}", str(i).encode())
    for kind in ("nak", "delay", "term", "progress"):
        await js.publish(f"consumers.py.kind.{kind}", kind.encode())
    await fetching(js)
    for part in (nak, delay, term, progress):
        config = api.ConsumerConfig(ack_wait=ACK_WAIT, max_deliver=3)
        kind = part.__name__
        sub = await js.pull_subscribe(f"consumers.py.kind.{kind}", kind, "py-consumers", config)
        await part(sub)
    await consuming(js)
    await lifetime(js)
    await js.delete_stream("py-consumers")


async def fetching(js):
    sub = await js.pull_subscribe("consumers.py.1", "fetch", "py-consumers")
    got = []
    # Six are left for the second batch, fewer than asked for: it ends with its time.
    for size, timeout in ((4, 5), (50, 1)):
        for m in await sub.fetch(size, timeout=timeout):
            got.append(int(m.data))
            await m.ack_sync(PATIENCE)
    equal("fetched", got, list(range(1, 20, 2)))
    await fails("one more", sub.fetch(1, timeout=0.2), ClientTimeout)
    info = await sub.consumer_info()
    equal("ack floor", (info.ack_floor.stream_seq, info.delivered.consumer_seq), (20, 10))
    equal("pending", (info.num_pending, info.num_ack_pending), (0, 0))


async def following(sub, body, deliveries):
    m = (await sub.fetch(1, timeout=5))[0]
    equal("next", (m.data.decode(), m.metadata.num_delivered), (body, deliveries))
    return m


async def nak(sub):
    await (await following(sub, "nak", 1)).nak()
    await (await following(sub, "nak", 2)).ack_sync(PATIENCE)


async def delay(sub):
    m = await following(sub, "delay", 1)
    started = time.monotonic()
    await m.nak(0.3)
    m = await following(sub, "delay", 2)
    equal("waited", time.monotonic() - started > 0.29, True)
    await m.ack_sync(PATIENCE)


async def term(sub):
    await (await following(sub, "term", 1)).term()
    while (await sub.consumer_info()).num_ack_pending:
        pass
    await fails("after term", sub.fetch(1, timeout=0.2), ClientTimeout)


async def progress(sub):
    m = await following(sub, "progress", 1)
    for _ in range(4):
        await m.in_progress()
        await fails("in progress", sub.fetch(1, timeout=ACK_WAIT / 2), ClientTimeout)
    await following(sub, "progress", 2)
    await (await following(sub, "progress", 3)).ack_sync(PATIENCE)


async def consuming(js):
    got = asyncio.Queue()

    async def take(m):
        await got.put(m.data)  # the client acknowledges

    sub = await js.subscribe("consumers.py.*", durable="push", stream="py-consumers", cb=take)
    for i in range(20):
        equal("pushed", await asyncio.wait_for(got.get(), PATIENCE), str(i).encode())
    while (await sub.consumer_info()).num_ack_pending:
        await asyncio.sleep(0.02)
    await sub.unsubscribe()


async def lifetime(js):
    config = api.ConsumerConfig(name="changed", durable_name="changed", ack_policy=api.AckPolicy.EXPLICIT)
    await js.add_consumer("py-consumers", config.evolve(max_ack_pending=10))
    info = await js.add_consumer("py-consumers", config.evolve(max_ack_pending=20))
    equal("max ack pending", info.config.max_ack_pending, 20)
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))
    equal("paused", (await js.pause_consumer("py-consumers", "changed", until)).paused, True)
    sub = await js.pull_subscribe_bind("changed", "py-consumers")
    await fails("paused", sub.fetch(1, timeout=0.2), ClientTimeout)
    await js.resume_consumer("py-consumers", "changed")
    await following(sub, "0", 1)
    names = sorted(c.name for c in await js.consumers_info("py-consumers"))
    equal("names", [n for n in names if n in ("changed", "fetch", "nak")], ["changed", "fetch", "nak"])
    await js.delete_consumer("py-consumers", "changed")
    await fails("deleted", js.consumer_info("py-consumers", "changed"), NotFoundError)


async def ordered(nc):
    n = 5000
    js = nc.jetstream(timeout=PATIENCE, publish_async_max_pending=n)
    await js.add_stream(name="py-ordered", subjects=["ordered.py"])
    for i in range(n):
        await js.publish_async("ordered.py", str(i).encode())
    await asyncio.wait_for(js.publish_async_completed(), PATIENCE)
    none = api.ConsumerConfig(ack_policy=api.AckPolicy.NONE)
    for how in ({"ordered_consumer": True}, {"config": none, "idle_heartbeat": 1, "flow_control": True}):
        sub = await js.subscribe("ordered.py", **how)
        for i in range(n):
            equal("pushed", (await sub.next_msg(PATIENCE)).data, str(i).encode())
        await sub.unsubscribe()
    await js.delete_stream("py-ordered")


async def keyvalue(nc):
    js = nc.jetstream(timeout=PATIENCE)
    kv = await js.create_key_value(bucket="py-kv", history=5, limit_marker_ttl=1)
    watcher = await kv.watchall()
    equal("empty", await watcher.updates(PATIENCE), None)
    await values(kv)

    await kv.delete("a")
    await kv.purge("b.c")
    await fails("a deleted key", kv.get("a"), KeyNotFoundError)
    await kv.create("a", b"third")
    entries = [(e.operation, e.value) for e in await kv.history("a")]
    equal("history", entries, [(None, b"first"), (None, b"second"), ("DEL", b""), (None, b"third")])
    equal("history of a purge", [e.operation for e in await kv.history("b.c")], ["PURGE"])
    await kv.create("short", b"lived", msg_ttl=1)
    for want in (
        ("a", None, b"first"),
        ("a", None, b"second"),
        ("b.c", None, b"created"),
        ("a", "DEL", b""),
        ("b.c", "PURGE", b""),
        ("a", None, b"third"),
        ("short", None, b"lived"),
        ("short", "PURGE", b""),
    ):
        e = await watcher.updates(PATIENCE)
        equal("watched", (e.key, e.operation, e.value), want)
    await watcher.stop()
    equal("history of the bucket", (await kv.status()).history, 5)
    await js.delete_key_value("py-kv")


async def values(kv):
    first = await kv.put("a", b"first")
    await fails("another revision", kv.update("a", b"wrong", first + 7), KeyWrongLastSequenceError)
    second = await kv.update("a", b"second", first)
    await fails("create of what exists", kv.create("a", b"again"), KeyWrongLastSequenceError)
    await kv.create("b.c", b"created")
    entry = await kv.get("a")
    equal("value", (entry.value, entry.revision), (b"second", second))
    equal("older value", (await kv.get("a", first)).value, b"first")
    equal("keys", sorted(await kv.keys()), ["a", "b.c"])


async def objects(nc):
    js = nc.jetstream(timeout=PATIENCE)
    store = await js.create_object_store("py-objects")
    watcher = await store.watch()
    equal("empty", await watcher.updates(PATIENCE), None)
    big = b"0123456789abcdef" * 65536
    await store.put("big", big)
    await store.put("small", b"tiny")
    equal("object", (await store.get("big")).data == big, True)
    info = await store.get_info("big")
    digest = base64.urlsafe_b64encode(hashlib.sha256(big).digest()).decode()
    equal("info", (info.size, info.chunks, info.digest), (len(big), 8, "SHA-256=" + digest))
    equal("list", sorted(o.name for o in await store.list()), ["big", "small"])
    await store.delete("big")
    await fails("a deleted object", store.get("big"), NotFoundError)
    for want in (("big", False), ("small", False), ("big", True)):
        o = await watcher.updates(PATIENCE)
        equal("watched", (o.name, bool(o.deleted)), want)
    await watcher.stop()
    equal("bytes left", (await store.status()).size < 4096, True)
    await js.delete_object_store("py-objects")


SCENARIOS = {f.__name__: f for f in (streams, consumers, ordered, keyvalue, objects)}
