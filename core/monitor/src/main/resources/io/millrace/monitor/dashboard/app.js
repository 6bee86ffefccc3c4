// The frame: who is logged in, which view is shown. Views are made of two calls, open and close.
import { html, render, note, page } from './ui.js';
import { NatsClient } from './nats.js';
import { JetStream } from './jetstream.js';
import { overview } from './views/overview.js';
import { connections } from './views/connections.js';
import { accounts } from './views/accounts.js';
import { streams } from './views/streams.js';
import { buckets } from './views/buckets.js';
import { objects } from './views/objects.js';
import { subjects } from './views/subjects.js';
import { store } from './views/store.js';
import { configuration } from './views/configuration.js';
import { explain } from './views/explain.js';

const VIEWS = [
  ['overview', 'Overview', overview, false],
  ['connections', 'Connections', connections, false],
  ['accounts', 'Accounts', accounts, false],
  ['streams', 'Streams', streams, true],
  ['kv', 'Key-value', buckets, true],
  ['objects', 'Objects', objects, true],
  ['subjects', 'Subjects', subjects, true],
  ['explain', 'Explain', explain, true],
  ['store', 'Store', store, false],
  ['configuration', 'Configuration', configuration, false],
];

const top = document.getElementById('top');
const main = document.getElementById('main');
/** What the views share. The credentials live in this page alone, and end with it. */
const session = { client: null, jetstream: null, user: '', varz: null, ended: '' };
let shown = null;
let generation = 0;

function route() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  return { view: VIEWS.find(([id]) => id === name) || VIEWS[0], rest };
}

function header(current) {
  render(html`
    <strong>Millrace</strong>
    <nav aria-label="Views">${VIEWS.map(([id, title]) => html`
      <a href="#/${id}" aria-current=${id === current ? 'page' : null ?? ''}
        ?data-current=${id === current}>${title}</a>`)}
    </nav>
    <span class="who">${session.client
    ? html`${session.user || 'without login'} <button class="plain" id="logout" @click=${logout}>Log out</button>`
    : html`<a href="#/login">Log in</a>`}</span>`, top);
  for (const link of top.querySelectorAll('nav a')) {
    if (!link.hasAttribute('data-current')) link.removeAttribute('aria-current');
  }
}

function logout() {
  if (session.client) session.client.close();
  session.client = null;
  session.jetstream = null;
  session.user = '';
  show();
}

/** Where the WebSocket listener is: beside this page, or behind the same proxy. */
function listener() {
  const { websocket, http_port: http, https_port: https } = session.varz || {};
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const direct = location.port && [http, https].includes(Number(location.port));
  if (direct && websocket && websocket.port) {
    return `${websocket.no_tls ? 'ws' : 'wss'}://${location.hostname}:${websocket.port}/`;
  }
  const folder = location.pathname.replace(/[^/]*$/, '');
  return `${scheme}://${location.host}${folder}ws`;
}

async function login(event, asks) {
  event.preventDefault();
  const form = new FormData(event.target);
  const user = String(form.get('user') || '');
  const secret = String(form.get('secret') || '');
  const credentials = user ? { user, pass: secret } : secret ? { auth_token: secret } : {};
  try {
    const client = await NatsClient.connect(String(form.get('url')), credentials);
    client.onclose = (why) => {
      session.client = null;
      session.jetstream = null;
      session.ended = why;
      show();
    };
    session.client = client;
    session.jetstream = new JetStream(client);
    session.user = user || (secret ? 'token' : '');
    session.ended = '';
    if (asks === 'login') location.hash = '#/streams';
    else show();
  } catch (refused) {
    session.ended = refused.message;
    show();
  }
}

function loginForm(asks) {
  const lacking = session.varz && !(session.varz.websocket && session.varz.websocket.port)
    && location.port === String(session.varz.http_port);
  render(html`<form class="login" id="login" @submit=${(e) => login(e, asks)}>
    <h1>Log in</h1>
    <p class="quiet">With what you use for NATS: you may do here what your account and user may.</p>
    ${lacking ? note('warn', 'This server has no WebSocket listener: add a "websocket" block to its configuration.') : ''}
    ${session.ended ? note('bad', session.ended) : ''}
    <label>User <input name="user" autocomplete="username" autofocus></label>
    <label>Password or token <input name="secret" type="password" autocomplete="current-password"></label>
    <label>WebSocket address <input name="url" .value=${listener()} required></label>
    <button type="submit">Log in</button>
  </form>`, main);
}

async function show() {
  const mine = ++generation;
  if (shown) shown.close();
  shown = null;
  if (!session.varz) {
    try {
      session.varz = await page('varz');
    } catch (unreachable) {
      session.varz = {};
    }
    if (mine !== generation) return;
  }
  const wantsLogin = location.hash.startsWith('#/login');
  const { view: [id, title, make, needsLogin], rest } = route();
  header(wantsLogin ? 'login' : id);
  document.title = `${title} – ${session.varz.server_name || 'Millrace'}`;
  render(html``, main);
  if (wantsLogin || (needsLogin && !session.client)) {
    loginForm(wantsLogin ? 'login' : id);
    return;
  }
  shown = make(main, session, rest);
}

addEventListener('hashchange', () => show().then(() => main.focus()));
show();
