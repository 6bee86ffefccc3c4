import { html, render, count, note, table } from '../ui.js';

const NODES_MAX = 2000;
const KEPT = 100;

/** What is said at the moment: a tree of subjects with counts, and the newest messages. */
export function subjects(root, session) {
  let end = null;
  let filter = '>';
  let refused = '';
  let tree = node();
  let nodes = 0;
  let newest = [];
  let dirty = true;

  function node() {
    return { count: 0, children: new Map() };
  }

  function heard(message) {
    let at = tree;
    at.count++;
    for (const token of message.subject.split('.')) {
      let next = at.children.get(token);
      if (!next) {
        if (nodes >= NODES_MAX) break;
        next = node();
        nodes++;
        at.children.set(token, next);
      }
      next.count++;
      at = next;
    }
    newest.unshift({
      time: new Date().toISOString().slice(11, 23), subject: message.subject, size: message.payload.length,
      text: message.text().slice(0, 300),
    });
    newest.length = Math.min(newest.length, KEPT);
    dirty = true;
  }

  function start(subject) {
    if (end) end();
    filter = subject;
    tree = node();
    nodes = 0;
    newest = [];
    refused = '';
    try {
      end = session.client.subscribe(subject, heard);
    } catch (wrong) {
      end = null;
      refused = wrong.message;
    }
    dirty = true;
  }

  const branch = (of) => html`<ul>${[...of.children].sort(([, a], [, b]) => b.count - a.count).slice(0, 100).map(([token, child]) => html`
    <li>${child.children.size === 0
    ? html`<span class="mono">${token}</span> <span class="quiet">${count(child.count)}</span>`
    : html`<details open><summary><span class="mono">${token}</span> <span class="quiet">${count(child.count)}</span></summary>${branch(child)}</details>`}</li>`)}</ul>`;

  const draw = () => {
    if (!dirty) return;
    dirty = false;
    render(html`<h1>Subjects</h1>
      <form class="row" @submit=${(e) => {
    e.preventDefault();
    start(String(new FormData(e.target).get('filter')) || '>');
    draw();
  }}>
        <label>Listen to <input name="filter" .value=${filter}></label><button type="submit">Listen</button>
        <span class="quiet">${count(tree.count)} messages heard since</span>
      </form>
      ${refused ? note('bad', refused) : ''}
      ${nodes >= NODES_MAX ? note('warn', `More than ${count(NODES_MAX)} names: the tree shows the first ones.`) : ''}
      <div class="tree">${branch(tree)}</div>
      <h2>Newest</h2>
      ${table([{ name: 'time', mono: true }, { name: 'subject', mono: true }, { name: 'bytes', number: true }, { name: 'payload', mono: true }],
    newest.map((m) => [m.time, m.subject, count(m.size), m.text]), 'Nothing was said yet.')}`, root);
  };

  session.client.onerror = (text) => {
    refused = text;
    dirty = true;
  };
  start('>');
  draw();
  const timer = setInterval(draw, 500);
  return {
    close() {
      clearInterval(timer);
      session.client && (session.client.onerror = () => {});
      if (end) end();
    },
  };
}
