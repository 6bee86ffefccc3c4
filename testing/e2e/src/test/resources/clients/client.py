"""The official Python client (nats-py) against a server: one scenario a run.

    client.py SCENARIO URL [key=value...]

Prints "step NAME" where the test has to do something first (it answers with a line on
standard input), "ok" at the end, or "failed: REASON" and exit code 1.
"""

import asyncio
import ssl
import sys

import jetstream
import nats
from nats.errors import NoRespondersError

PATIENCE = 20
URL = sys.argv[2]
OPTIONS = dict(pair.split("=", 1) for pair in sys.argv[3:])


async def step(name):
    print("step", name, flush=True)
    if not await asyncio.to_thread(sys.stdin.readline):
        raise RuntimeError(f"nobody answered step {name}")


async def dial(**more):
    options = {
        "name": "e2e-python",
        "connect_timeout": PATIENCE,
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": 0.05,
        "error_cb": ignore,
    }
    if "seedfile" in OPTIONS:
        options["nkeys_seed"] = OPTIONS["seedfile"]
    if "user" in OPTIONS:
        options["user"], options["password"] = OPTIONS["user"], OPTIONS["pass"]
    if "token" in OPTIONS:
        options["token"] = OPTIONS["token"]
    if "creds" in OPTIONS:
        options["user_credentials"] = OPTIONS["creds"]
    if "ca" in OPTIONS:
        context = ssl.create_default_context(cafile=OPTIONS["ca"])
        if "cert" in OPTIONS:
            context.load_cert_chain(OPTIONS["cert"], OPTIONS["key"])
        options["tls"] = context
        options["tls_hostname"] = "localhost"
        options["tls_handshake_first"] = OPTIONS.get("first") == "true"
    options.update(more)
    return await nats.connect(URL, **options)


async def ignore(_):
    pass


def equal(what, got, want):
    if got != want:
        raise AssertionError(f"{what}: got {got!r}, want {want!r}")


async def within(waitable):
    return await asyncio.wait_for(waitable, PATIENCE)


async def pubsub():
    nc = await dial()
    exact = await nc.subscribe("pubsub.py.one")
    star = await nc.subscribe("pubsub.py.*")
    tail = await nc.subscribe("pubsub.py.>")
    n = 500
    for i in range(n):
        await nc.publish("pubsub.py.one", str(i).encode())
    await nc.publish("pubsub.py", b"matches none")
    await nc.publish("pubsub.py.two.three", b"tail only")
    big = b"0123456789abcdef" * 16384
    await nc.publish("pubsub.py.one", big)
    await nc.publish("pubsub.py.one", b"")
    await nc.flush()
    for sub in (exact, star, tail):
        for i in range(n):
            equal(sub.subject, (await sub.next_msg(PATIENCE)).data, str(i).encode())
        if sub is tail:
            equal("subject", (await sub.next_msg(PATIENCE)).subject, "pubsub.py.two.three")
        if (await sub.next_msg(PATIENCE)).data != big:
            raise AssertionError("large payload changed")
        equal("empty payload", (await sub.next_msg(PATIENCE)).data, b"")
    await nc.close()


async def queue():
    n = 300
    seen, counts, plain = set(), [0, 0, 0], [0]
    done = asyncio.Event()

    def check():
        if sum(counts) + plain[0] >= 2 * n:
            done.set()

    def member(i):
        async def receive(m):
            counts[i] += 1
            seen.add(m.data)
            check()

        return receive

    async def receive_plain(_):
        plain[0] += 1
        check()

    connections = []
    for i in range(3):
        nc = await dial()
        connections.append(nc)
        await nc.subscribe("queue.py.*", "workers", cb=member(i))
        if i == 0:
            await nc.subscribe("queue.py.a", cb=receive_plain)
        await nc.flush()
    for i in range(n):
        await connections[0].publish("queue.py.a", str(i).encode())
    await connections[0].flush()
    await within(done.wait())
    equal("messages seen by the group", len(seen), n)
    equal("plain", plain[0], n)
    if 0 in counts:
        raise AssertionError(f"a member got nothing: {counts}")
    for nc in connections:
        await nc.close()


async def request():
    nc, service = await dial(), await dial()

    async def upper(m):
        await m.respond(m.data.upper())

    await service.subscribe("request.py.upper", cb=upper)
    await service.flush()
    for i in range(100):
        m = await nc.request("request.py.upper", b"word%d" % i, timeout=PATIENCE)
        equal("answer", m.data, b"WORD%d" % i)
    try:
        await nc.request("request.py.nobody", b"", timeout=PATIENCE)
        raise AssertionError("no responders expected")
    except NoRespondersError:
        pass
    await nc.close()
    await service.close()


async def headers():
    nc = await dial()
    sub = await nc.subscribe("headers.py")
    sent = {"One": "1", "Many": "a; b c"}
    await nc.publish("headers.py", b"body", headers=sent)
    await nc.publish("headers.py", b"", reply="headers.py.reply", headers=sent)
    for body in (b"body", b""):
        m = await sub.next_msg(PATIENCE)
        equal("body", m.data, body)
        equal("headers", dict(m.headers), sent)
    await nc.close()


async def unsubscribe():
    nc = await dial()
    sub = await nc.subscribe("unsubscribe.py")
    await sub.unsubscribe(5)
    for _ in range(10):
        await nc.publish("unsubscribe.py", b"")
    await nc.flush()
    got = 0
    async for _ in sub.messages:
        got += 1
    equal("messages", got, 5)
    await nc.close()


async def noecho():
    quiet, other = await dial(no_echo=True), await dial()
    sub = await quiet.subscribe("noecho.py")
    await quiet.publish("noecho.py", b"own")
    await quiet.flush()
    await other.publish("noecho.py", b"other")
    await other.flush()
    equal("message", (await sub.next_msg(PATIENCE)).data, b"other")
    await quiet.close()
    await other.close()


async def reconnect():
    back = asyncio.Event()

    async def reconnected():
        back.set()

    nc = await dial(reconnected_cb=reconnected)
    sub = await nc.subscribe("reconnect.py")
    for word in (b"before", b"after"):
        await nc.publish("reconnect.py", word)
        equal("message", (await sub.next_msg(PATIENCE)).data, word)
        if word == b"before":
            await step("restart")
            await within(back.wait())
    await nc.close()


async def drain():
    n = 200
    got = [0]
    gate, closed = asyncio.Event(), asyncio.Event()

    async def on_closed():
        closed.set()

    async def receive(m):
        await gate.wait()
        got[0] += 1
        await m.respond(b"")

    nc, sender = await dial(closed_cb=on_closed), await dial()
    await nc.subscribe("drain.py", cb=receive)
    await nc.flush()
    answers = await sender.subscribe("drain.py.answer")
    for _ in range(n):
        await sender.publish("drain.py", b"", reply="drain.py.answer")
    await sender.flush()
    await nc.flush()
    draining = asyncio.create_task(nc.drain())
    gate.set()
    await within(draining)
    await within(closed.wait())
    for _ in range(n):
        await answers.next_msg(PATIENCE)
    try:
        await sender.request("drain.py", b"", timeout=PATIENCE)
        raise AssertionError("no responders expected after drain")
    except NoRespondersError:
        pass
    equal("messages", got[0], n)
    await sender.close()


async def lameduck():
    duck = asyncio.Event()

    async def notice():
        duck.set()

    nc = await dial(lame_duck_mode_cb=notice, allow_reconnect=False)
    sub = await nc.subscribe("lameduck.py")
    await nc.flush()
    await step("lameduck")
    await within(duck.wait())
    await nc.publish("lameduck.py", b"still served")
    await sub.next_msg(PATIENCE)
    await nc.close()


async def login():
    nc = await dial()
    if OPTIONS.get("tls") == "true" and "TLS" not in str(nc._transport._io_writer.get_extra_info("cipher")):
        raise AssertionError("no TLS")
    sub = await nc.subscribe("login.py")
    await nc.publish("login.py", b"in")
    equal("message", (await sub.next_msg(PATIENCE)).data, b"in")
    await nc.close()


async def refused():
    seen = []

    async def note(error):
        seen.append(str(error))

    try:
        nc = await dial(error_cb=note, allow_reconnect=False)
    except Exception as e:  # the client wraps the cause in several classes
        text = " ".join([str(e), repr(e), *seen]).lower()
        if OPTIONS["reason"] not in text:
            raise AssertionError(f"refused with {text!r}") from e
        return
    await nc.close()
    raise AssertionError("the login was accepted")


async def violation():
    seen = asyncio.Queue()

    async def note(error):
        await seen.put(str(error))

    nc = await dial(error_cb=note)
    await nc.publish("denied.py", b"")
    await nc.flush()
    await nc.subscribe("denied.sub.py")
    await nc.flush()
    for want in ('publish to "denied.py"', 'subscription to "denied.sub.py"'):
        text = (await within(seen.get())).lower()
        if want not in text:
            raise AssertionError(f"got {text!r}, want {want}")
    sub = await nc.subscribe("allowed.py")
    await nc.publish("allowed.py", b"")
    await sub.next_msg(PATIENCE)
    await nc.close()


SCENARIOS = {
    f.__name__: f
    for f in (
        pubsub, queue, request, headers, unsubscribe, noecho,
        reconnect, drain, lameduck, login, refused, violation,
    )
}


def persistent(play):
    async def scenario():
        nc = await dial()
        await play(nc)
        await nc.close()

    return scenario


SCENARIOS.update((name, persistent(play)) for name, play in jetstream.SCENARIOS.items())

try:
    asyncio.run(asyncio.wait_for(SCENARIOS[sys.argv[1]](), 3 * PATIENCE))
except Exception as e:
    print("failed:", repr(e), flush=True)
    sys.exit(1)
print("ok", flush=True)
