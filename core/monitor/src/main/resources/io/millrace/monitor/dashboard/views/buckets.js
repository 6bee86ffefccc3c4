import { html, table, bytes, count, note, confirmed } from '../ui.js';
import { textOf } from '../jetstream.js';
import { live } from './view.js';

const KEYS = 500;

/** Key-value buckets: the streams that clients call KV_name. */
export function buckets(root, session, [bucket, ...key]) {
  return bucket ? oneBucket(root, session, bucket, key.join('/')) : list(root, session);
}

function list(root, session) {
  return live(root, 5, async () => {
    const all = (await session.jetstream.streams()).filter((s) => s.config.name.startsWith('KV_'));
    return html`<h1>Key-value buckets</h1>
      ${table(
    [{ name: 'bucket' }, { name: 'keys and history', number: true }, { name: 'bytes', number: true }, { name: 'history', number: true }],
    all.map(({ config, state }) => [
      html`<a href="#/kv/${encodeURIComponent(config.name.slice(3))}">${config.name.slice(3)}</a>`,
      count(state.messages), bytes(state.bytes), count(config.max_msgs_per_subject)]),
    'This account has no bucket.')}`;
  });
}

function isGone(headers) {
  return /KV-Operation:\s*(DEL|PURGE)/i.test(headers) || /Nats-Marker-Reason/i.test(headers);
}

function oneBucket(root, session, bucket, chosen) {
  const js = session.jetstream;
  const stream = `KV_${bucket}`;
  const prefix = `$KV.${bucket}.`;
  let filter = '>';
  let said = '';
  const act = async (what) => {
    try {
      said = note('good', await what());
    } catch (failed) {
      said = note('bad', failed.message);
    }
    view.refresh();
  };
  const put = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const key = String(form.get('key'));
    const revision = form.get('revision');
    const headers = revision ? [['Nats-Expected-Last-Subject-Sequence', String(revision)]] : [];
    act(async () => {
      const ack = await js.publish(prefix + key, String(form.get('value')), headers);
      return `${key} has revision ${ack.seq}.`;
    });
  };
  const remove = (key) => {
    if (confirmed(`Delete key ${key} of ${bucket}?`)) {
      act(async () => {
        await js.publish(prefix + key, '', [['KV-Operation', 'DEL']]);
        return `${key} was deleted; its history stays.`;
      });
    }
  };
  const view = live(root, 0, async () => {
    const subjects = Object.keys(await js.subjects(stream, prefix + filter)).sort();
    const entry = chosen ? await js.message(stream, { last_by_subj: prefix + chosen }) : null;
    return html`<h1><a href="#/kv">Key-value buckets</a> / ${bucket}</h1>
      <div aria-live="polite">${said}</div>
      ${chosen ? editor(chosen, entry, put, remove) : ''}
      <form class="row" @submit=${(e) => {
    e.preventDefault();
    filter = String(new FormData(e.target).get('filter')) || '>';
    view.refresh();
  }}>
        <label>Keys <input name="filter" .value=${filter}></label><button type="submit">Show</button>
        <span class="quiet">${count(Math.min(KEYS, subjects.length))} of ${count(subjects.length)} shown</span>
      </form>
      ${table([{ name: 'key', mono: true }],
    subjects.slice(0, KEYS).map((s) => s.slice(prefix.length)).map((key) => [
      html`<a href="#/kv/${encodeURIComponent(bucket)}/${encodeURIComponent(key)}">${key}</a>`]),
    'No key there.')}
      <h2>New key</h2>
      <form class="row" id="new" @submit=${put}>
        <label>Key <input name="key" required></label><label>Value <input name="value"></label>
        <button type="submit">Put</button>
      </form>`;
  });
  return view;
}

function editor(key, entry, put, remove) {
  if (!entry) return note('warn', `There is no key ${key}.`);
  const gone = isGone(entry.headers);
  return html`<h2>${key} <span class="quiet">revision ${entry.seq}, ${entry.time}</span></h2>
    ${gone ? note('warn', 'This key was deleted.') : ''}
    <form id="edit" @submit=${put}>
      <input type="hidden" name="key" .value=${key}><input type="hidden" name="revision" .value=${String(entry.seq)}>
      <textarea name="value" aria-label="Value" .value=${textOf(entry.data)}></textarea>
      <button type="submit">Save if nobody changed it</button>
      <button type="button" class="danger" @click=${() => remove(key)}>Delete …</button>
    </form>`;
}
