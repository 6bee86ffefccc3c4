import { html, table, bytes, count, since } from '../ui.js';
import { textOf } from '../jetstream.js';
import { live } from './view.js';

const OBJECTS = 200;

/** Object stores: the streams that clients call OBJ_name, with a description of each object. */
export function objects(root, session, [store]) {
  const js = session.jetstream;
  if (!store) {
    return live(root, 5, async () => {
      const all = (await js.streams()).filter((s) => s.config.name.startsWith('OBJ_'));
      return html`<h1>Object stores</h1>
        ${table([{ name: 'store' }, { name: 'bytes', number: true }, { name: 'last change' }],
    all.map(({ config, state }) => [
      html`<a href="#/objects/${encodeURIComponent(config.name.slice(4))}">${config.name.slice(4)}</a>`,
      bytes(state.bytes), since(state.last_ts)]),
    'This account has no object store.')}`;
    });
  }
  return live(root, 0, async () => {
    const stream = `OBJ_${store}`;
    const subjects = Object.keys(await js.subjects(stream, `$O.${store}.M.>`));
    const found = await Promise.all(subjects.slice(0, OBJECTS)
      .map((subject) => js.message(stream, { last_by_subj: subject })));
    const shown = found.filter(Boolean).map((m) => ({ ...JSON.parse(textOf(m.data)), time: m.time }))
      .filter((o) => !o.deleted).sort((a, b) => a.name.localeCompare(b.name));
    return html`<h1><a href="#/objects">Object stores</a> / ${store}</h1>
      <p class="quiet">${count(shown.length)} objects shown</p>
      ${table(
    [{ name: 'object', mono: true }, { name: 'description' }, { name: 'size', number: true }, { name: 'chunks', number: true },
      { name: 'digest', mono: true }, { name: 'changed' }],
    shown.map((o) => [o.name, o.description || '', bytes(o.size), count(o.chunks), o.digest || '', since(o.time)]),
    'No object.')}`;
  });
}
