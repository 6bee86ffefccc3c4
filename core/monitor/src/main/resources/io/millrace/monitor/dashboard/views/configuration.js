import { html, note, page, table } from '../ui.js';
import { live } from './view.js';

const FIGURES = /^(mem|cores|cpu|connections|total_connections|in_|out_|slow_|subscriptions|start|now|uptime|http_req_stats|jetstream|routes|remotes|leafnodes$|stale_|stalled)/;

/** The configuration in force; for the system account, what a reload would change. */
export function configuration(root, session) {
  return live(root, 0, async () => {
    const varz = await page('varz');
    const preview = session.client
      ? await session.client.request('$MR.EXPLAIN.RELOAD').then((m) => m.json()).catch(() => null)
      : null;
    const rows = Object.entries(varz).filter(([key]) => !FIGURES.test(key))
      .map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : String(value)]);
    return html`<h1>Configuration in force</h1>
      <p class="quiet">Read ${varz.config_load_time}${varz.config_digest ? html`, digest <span class="mono">${varz.config_digest}</span>` : ''}</p>
      ${preview && !preview.error ? html`${note(preview.accepted ? 'good' : 'bad', preview.summary)}
        ${table([{ name: 'what a reload would do', mono: true }], preview.changes.map((c) => [c.text]))}` : ''}
      ${table([{ name: 'key', mono: true }, { name: 'value', mono: true }], rows)}`;
  });
}
