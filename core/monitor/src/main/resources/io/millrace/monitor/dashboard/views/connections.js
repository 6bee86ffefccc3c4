import { html, table, bytes, count, page, since } from '../ui.js';
import { live } from './view.js';

const LIMIT = 200;

/** Who is connected, who was, and who reads too slowly. */
export function connections(root) {
  let state = 'open';
  let sort = 'cid';
  const choose = (event) => {
    state = event.target.form.elements.state.value;
    sort = event.target.form.elements.sort.value;
    view.refresh();
  };
  const view = live(root, 3, async () => {
    const order = state === 'closed' && sort === 'pending' ? 'stop' : sort;
    const query = state === 'slow'
      ? `connz?sort=pending&limit=${LIMIT}`
      : `connz?state=${state}&sort=${order}&limit=${LIMIT}&auth=1`;
    const list = await page(query);
    const slow = state === 'slow' ? await page(`connz?state=closed&sort=stop&limit=${LIMIT}`) : null;
    const rows = state === 'slow'
      ? [
        ...list.connections.filter((c) => c.pending_bytes > 0),
        ...slow.connections.filter((c) => (c.reason || '').startsWith('Slow Consumer')),
      ]
      : list.connections;
    return html`<h1>Connections</h1>
      <form class="row" @change=${choose}>
        <label>Which <select name="state">
          <option value="open">open</option><option value="closed">closed</option>
          <option value="slow">slow consumers</option></select></label>
        <label>By <select name="sort"><option value="cid">number</option><option value="pending">waiting bytes</option>
          <option value="msgs_to">messages to</option><option value="msgs_from">messages from</option>
          <option value="subs">subscriptions</option></select></label>
        <span class="quiet">${count(rows.length)} of ${count(list.total)} shown</span>
      </form>
      ${table(
    [{ name: 'cid', number: true }, { name: 'name' }, { name: 'user' }, { name: 'account' }, { name: 'address', mono: true },
      { name: 'client' }, { name: 'subs', number: true }, { name: 'in', number: true }, { name: 'out', number: true },
      { name: 'waiting', number: true }, { name: state === 'open' ? 'active' : 'ended' }],
    rows.map((c) => [
      html`<a href="#/explain/connection/${c.cid}">${c.cid}</a>`, c.name || '', c.authorized_user || '', c.account || '',
      `${c.ip}:${c.port}`, `${c.lang || ''} ${c.version || ''}`, count(c.subscriptions), count(c.in_msgs),
      count(c.out_msgs), bytes(c.pending_bytes), c.reason ? html`${c.reason}, ${since(c.stop)}` : since(c.last_activity)]),
    state === 'slow' ? 'Nobody reads too slowly.' : undefined)}`;
  });
  return view;
}
