import { html, table, bytes, count, note, page, card } from '../ui.js';
import { live } from './view.js';

/** Whether what is stored is whole, and what a recovery or the scrub has found. */
export function store(root) {
  return live(root, 5, async () => {
    const [health, js] = await Promise.all([page('healthz?details=true'), page('jsz?streams=true&accounts=true')]);
    if (js.disabled) return html`<h1>Store</h1>${note('warn', 'JetStream is switched off.')}`;
    const lost = [];
    for (const account of js.account_details || []) {
      for (const stream of account.stream_detail || []) {
        if (stream.state && stream.state.lost) lost.push([account.name, stream.name, stream.state.lost]);
      }
    }
    return html`<h1>Store</h1>
      ${health.status === 'ok' ? note('good', 'Everything that is stored can be read and written.') : note('bad', health.error || health.status)}
      <div class="cards">
        ${card('On disk', bytes(js.storage))} ${card('In memory', bytes(js.memory))}
        ${card('Streams', count(js.streams))} ${card('Consumers', count(js.consumers))}
        ${card('Messages', count(js.messages))} ${card('API requests', count(js.api && js.api.total))}
        ${card('API errors', count(js.api && js.api.errors))}
      </div>
      <h2>Lost to damage</h2>
      ${table([{ name: 'account' }, { name: 'stream' }, { name: 'messages', number: true }, { name: 'sequences', mono: true }],
    lost.map(([account, stream, what]) => [account, stream, count((what.msgs || []).length), (what.msgs || []).slice(0, 50).join(', ')]),
    'Nothing was found damaged, neither by a recovery nor by the scrub.')}
      ${(health.errors || []).length === 0 ? '' : html`<h2>Findings</h2>
        ${table([{ name: 'kind' }, { name: 'what' }], health.errors.map((e) => [e.type, e.error]))}`}
      <h2>Limits</h2><pre>${JSON.stringify(js.config, null, 2)}</pre>`;
  });
}
