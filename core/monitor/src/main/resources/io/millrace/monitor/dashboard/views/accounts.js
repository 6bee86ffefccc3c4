import { html, table, bytes, count, page, note } from '../ui.js';
import { live } from './view.js';

/** The accounts of the server, and what the own user may. */
export function accounts(root, session) {
  return live(root, 5, async () => {
    const stats = await page('accstatz?unused=1');
    const rights = session.client ? await mine(session.client) : null;
    return html`<h1>Accounts</h1>
      ${table(
    [{ name: 'account' }, { name: 'connections', number: true }, { name: 'subscriptions', number: true },
      { name: 'messages in', number: true }, { name: 'out', number: true }, { name: 'bytes in', number: true },
      { name: 'out', number: true }, { name: 'slow consumers', number: true }],
    (stats.account_statz || []).map((a) => [
      a.acc, count(a.conns), count(a.num_subscriptions), count(a.received.msgs), count(a.sent.msgs),
      bytes(a.received.bytes), bytes(a.sent.bytes), count(a.slow_consumers)]))}
      <h2>What you may</h2>
      ${rights === null ? html`<p class="quiet">Log in to see it.</p>` : permissions(rights)}`;
  });
}

async function mine(client) {
  const answer = (await client.request('$SYS.REQ.USER.INFO')).json();
  return answer.data || {};
}

function permissions(rights) {
  const { permissions: lists } = rights;
  const shown = (side) => {
    const { allow, deny } = (lists && lists[side]) || {};
    return [
      side,
      allow && allow.length ? allow.join(', ') : 'everything',
      deny && deny.length ? deny.join(', ') : 'nothing'];
  };
  return html`<p>User <b>${rights.user || 'without a name'}</b> of account <b>${rights.account}</b></p>
    ${lists ? table([{ name: '' }, { name: 'allowed', mono: true }, { name: 'denied', mono: true }],
    [shown('publish'), shown('subscribe')]) : note('', 'There are no lists: everything is allowed.')}`;
}
