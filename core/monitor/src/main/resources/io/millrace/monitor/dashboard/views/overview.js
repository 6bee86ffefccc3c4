import { html, render, card, count, bytes, note, page, Chart } from '../ui.js';
import { live } from './view.js';

/** How many looks at the traffic there are for one at what moves slowly. */
const LOOKS = 3;

/** What the server does at the moment, and how that has gone since this page is open. */
export function overview(root, session) {
  let before = null;
  let charts = null;
  let looks = 0;
  let js = null;
  let health = null;

  const frame = (varz) => html`
    <h1>${varz.server_name} <span class="quiet">${varz.version}, up ${varz.uptime}</span></h1>
    ${health.status === 'ok' ? '' : note('bad', `Health: ${health.error || health.status}`)}
    <div class="cards">
      ${card('Connections', count(varz.connections))}
      ${card('Subscriptions', count(varz.subscriptions))}
      ${card('Memory', bytes(varz.mem))}
      ${card('CPU', `${varz.cpu} %`)}
      ${card('Slow consumers', count(varz.slow_consumers))}
      ${js && !js.disabled ? html`
        ${card('Streams', count(js.streams))}
        ${card('Stored messages', count(js.messages))}
        ${card('On disk', bytes(js.storage))}` : ''}
    </div>
    <div class="charts">
      <div class="chart"><h2>Messages a second</h2><div id="messages"></div></div>
      <div class="chart"><h2>Bytes a second</h2><div id="bytes"></div></div>
      <div class="chart"><h2>Connections</h2><div id="connections"></div></div>
    </div>`;

  const view = live(root, 2, async () => {
    const asked = [page('varz')];
    if (looks % LOOKS === 0) asked.push(page('jsz'), page('healthz'));
    const [varz, ...slow] = await Promise.all(asked);
    if (slow.length > 0) [js, health] = slow;
    looks += 1;
    session.varz = varz;
    render(frame(varz), root);
    if (!charts) {
      charts = [
        new Chart(root.querySelector('#messages'), ['in', 'out'], count),
        new Chart(root.querySelector('#bytes'), ['in', 'out'], bytes),
        new Chart(root.querySelector('#connections'), ['open'], count),
      ];
    }
    const now = Date.parse(varz.now) / 1000;
    if (before && now > before.now) {
      const rate = (name) => Math.max(0, Math.round((varz[name] - before.varz[name]) / (now - before.now)));
      charts[0].add(now, [rate('in_msgs'), rate('out_msgs')]);
      charts[1].add(now, [rate('in_bytes'), rate('out_bytes')]);
      charts[2].add(now, [varz.connections]);
    }
    before = { now, varz };
  });
  return {
    close() {
      view.close();
      if (charts) charts.forEach((chart) => chart.destroy());
    },
  };
}
