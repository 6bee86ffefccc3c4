import { html, table, bytes, count, nanos, note, since, confirmed } from '../ui.js';
import { textOf } from '../jetstream.js';
import { live } from './view.js';

const PAGE = 25;

/** The streams of the account; behind each its messages and its consumers. */
export function streams(root, session, [name, consumer]) {
  if (consumer) return oneConsumer(root, session, name, consumer);
  return name ? oneStream(root, session, name) : list(root, session);
}

function list(root, session) {
  return live(root, 3, async () => {
    const all = await session.jetstream.streams();
    return html`<h1>Streams</h1>
      ${table(
    [{ name: 'stream' }, { name: 'subjects', mono: true }, { name: 'kept on' }, { name: 'messages', number: true },
      { name: 'bytes', number: true }, { name: 'consumers', number: true }, { name: 'last' }, { name: 'lost', number: true }],
    all.map(({ config, state }) => [
      html`<a href="#/streams/${encodeURIComponent(config.name)}">${config.name}</a>`,
      (config.subjects || []).join(', '), config.storage, count(state.messages), bytes(state.bytes),
      count(state.consumer_count), since(state.last_ts),
      state.lost ? html`<span class="bad">${count((state.lost.msgs || []).length)}</span>` : '0']),
    'This account has no stream yet.')}`;
  });
}

/** A form's answer stays on the page until the next one. */
function oneStream(root, session, name) {
  const js = session.jetstream;
  const asked = { seq: 0, subject: '', time: '' };
  let said = '';
  const act = async (what) => {
    try {
      said = note('good', await what());
    } catch (failed) {
      said = note('bad', failed.message);
    }
    view.refresh();
  };
  const browse = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    Object.assign(asked, { seq: Number(form.get('seq') || 0), subject: String(form.get('subject') || ''), time: String(form.get('time') || '') });
    view.refresh();
  };
  const publish = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    act(async () => {
      const ack = await js.publish(String(form.get('to')), String(form.get('payload')));
      return `On disk as sequence ${ack.seq} of ${ack.stream}.`;
    });
  };
  const purge = (event) => {
    event.preventDefault();
    const filter = String(new FormData(event.target).get('filter') || '');
    const which = filter ? `all messages of ${filter}` : 'all messages';
    if (confirmed(`Purge ${which} from ${name}? This cannot be undone.`)) {
      act(async () => {
        const done = await js.ask(`STREAM.PURGE.${name}`, filter ? { filter } : undefined);
        return `${count(done.purged)} messages were purged.`;
      });
    }
  };
  const remove = (seq) => {
    if (confirmed(`Delete message ${seq} of ${name}? This cannot be undone.`)) {
      act(async () => {
        await js.ask(`STREAM.MSG.DELETE.${name}`, { seq });
        return `Message ${seq} was deleted.`;
      });
    }
  };

  const view = live(root, 0, async () => {
    const [info, consumers] = await Promise.all([js.stream(name), js.consumers(name)]);
    const { config, state } = info;
    const messages = await found(js, name, asked, state);
    return html`<h1><a href="#/streams">Streams</a> / ${name}</h1>
      <div aria-live="polite">${said}</div>
      <p>${config.description || ''} <span class="quiet">${(config.subjects || []).join(', ')} · ${config.storage} ·
        ${config.retention} · ${count(state.messages)} messages, ${bytes(state.bytes)}, sequences ${count(state.first_seq)}
        to ${count(state.last_seq)}</span></p>
      ${state.lost ? note('bad', `${(state.lost.msgs || []).length} messages were lost to damage: ${(state.lost.msgs || []).slice(0, 20).join(', ')}`) : ''}
      <h2>Consumers</h2>
      ${table(
    [{ name: 'consumer' }, { name: 'kind' }, { name: 'behind', number: true }, { name: 'unacknowledged', number: true },
      { name: 'redelivered', number: true }, { name: 'requests', number: true }, { name: 'last delivery' }, { name: '' }],
    consumers.map((c) => [
      html`<a href="#/streams/${encodeURIComponent(name)}/${encodeURIComponent(c.name)}">${c.name}</a>`,
      c.config.deliver_subject ? 'push' : 'pull', count(c.num_pending),
      `${count(c.num_ack_pending)}${c.config.max_ack_pending > 0 ? ` of ${count(c.config.max_ack_pending)}` : ''}`,
      count(c.num_redelivered), count(c.num_waiting),
      since(c.delivered.last_active), c.paused ? html`<span class="warn">paused</span>` : '']),
    'No consumer.')}
      <h2>Messages</h2>
      <form class="row" id="browse" @submit=${browse}>
        <label>From sequence <input name="seq" type="number" min="0" .value=${asked.seq || ''}></label>
        <label>or from time <input name="time" type="datetime-local" step="1" .value=${asked.time}></label>
        <label>Subject <input name="subject" placeholder=">" .value=${asked.subject}></label>
        <button type="submit">Show</button>
      </form>
      ${table(
    [{ name: 'seq', number: true }, { name: 'subject', mono: true }, { name: 'time' }, { name: 'payload', mono: true }, { name: '' }],
    messages.map((m) => [
      m.seq, m.subject, m.time.replace(/\.\d+Z$/, 'Z'),
      html`${m.headers ? html`<pre>${m.headers.trim()}</pre>` : ''}${shortened(m.data)}`,
      config.deny_delete ? '' : html`<button class="plain" @click=${() => remove(m.seq)}>Delete</button>`]),
    'No message there.')}
      <h2>Publish</h2>
      <form class="row" id="publish" @submit=${publish}>
        <label>Subject <input name="to" required .value=${literal(config.subjects)}></label>
        <label>Payload <input name="payload"></label>
        <button type="submit">Publish</button>
      </form>
      <h2>Purge</h2>
      <form class="row" id="purge" @submit=${purge}>
        <label>Only subject <input name="filter" placeholder="everything"></label>
        <button type="submit" class="danger">Purge …</button>
      </form>`;
  });
  return view;
}

function literal(subjects) {
  const first = (subjects || [])[0] || '';
  return /[*>]/.test(first) ? first.replace(/[*>]/g, '') : first;
}

function shortened(data) {
  const text = textOf(data.subarray(0, 2000));
  return data.length > 2000 ? `${text} … (${bytes(data.length)})` : text;
}

/** From a sequence, from a time, or the newest; none of it needs a consumer. */
async function found(js, name, { seq, subject, time }, state) {
  if (time) {
    const first = await js.message(name, { start_time: new Date(time).toISOString(), next_by_subj: subject || '>' })
      .catch((failed) => {
        if (failed.code === 400) return null;
        throw failed;
      });
    return first ? js.messages(name, first.seq, subject, PAGE) : [];
  }
  const from = seq || Math.max(state.first_seq, state.last_seq - PAGE + 1, 1);
  return (await js.messages(name, from, subject, PAGE)).reverse();
}

function oneConsumer(root, session, stream, name) {
  const js = session.jetstream;
  let said = '';
  const pause = async (until) => {
    try {
      await js.ask(`CONSUMER.PAUSE.${stream}.${name}`, until ? { pause_until: until } : {});
      said = '';
    } catch (failed) {
      said = note('bad', failed.message);
    }
    view.refresh();
  };
  const view = live(root, 2, async () => {
    const [c, why] = await Promise.all([
      js.ask(`CONSUMER.INFO.${stream}.${name}`),
      session.client.request(`$MR.EXPLAIN.CONSUMER.${stream}.${name}`).then((m) => m.json()).catch((failed) => ({ error: { description: failed.message } })),
    ]);
    const hour = () => new Date(Date.now() + 3_600_000).toISOString();
    return html`<h1><a href="#/streams">Streams</a> / <a href="#/streams/${encodeURIComponent(stream)}">${stream}</a> / ${name}</h1>
      ${said}
      <h2>Why does it stand still?</h2>
      ${why.error ? note('warn', why.error.description) : html`
        ${note(why.moves ? 'good' : 'warn', why.summary)}
        ${table([{ name: 'condition' }, { name: 'value', mono: true }, { name: '' }],
    why.conditions.map((x) => [html`<span class=${x.blocks ? 'bad' : 'good'}>${x.blocks ? '✗' : '✓'} ${x.name}</span>`, x.value, x.text]))}`}
      <h2>Figures</h2>
      ${table([{ name: '' }, { name: '', number: true }], [
    ['behind (messages not delivered yet)', count(c.num_pending)],
    ['waiting for their ack', count(c.num_ack_pending)],
    ['delivered more than once', count(c.num_redelivered)],
    ['requests that wait', count(c.num_waiting)],
    ['delivered up to stream sequence', count(c.delivered.stream_seq)],
    ['acknowledged up to stream sequence', count(c.ack_floor.stream_seq)],
    ['last delivery', since(c.delivered.last_active)],
    ['last ack', since(c.ack_floor.last_active)]])}
      <p>${c.paused
    ? html`<span class="warn">Paused for ${nanos(c.pause_remaining)} more.</span> <button @click=${() => pause(null)}>Resume</button>`
    : html`<button class="plain" @click=${() => confirmed(`Pause ${name} for an hour?`) && pause(hour())}>Pause for an hour …</button>`}</p>
      <h2>Configuration</h2><pre>${JSON.stringify(c.config, null, 2)}</pre>`;
  });
  return view;
}
