import { html, render, note } from '../ui.js';

const QUESTIONS = [
  ['subject', 'Who receives this subject?', 'subject', (v) => [`SUBJECT.${v}`]],
  ['publish', 'May I publish on this subject?', 'subject', (v) => [`PERMISSION.publish.${v}`]],
  ['subscribe', 'May I subscribe to this subject?', 'subject', (v) => ['PERMISSION', { action: 'subscribe', subject: v }]],
  ['connection', 'Why was this connection closed?', 'cid', (v) => [`CONNECTION.${v}`]],
  ['consumer', 'Why does this consumer not move?', 'STREAM.CONSUMER', (v) => [`CONSUMER.${v}`]],
];

/** Questions to the server about itself. */
export function explain(root, session, [first, ...value]) {
  let chosen = QUESTIONS.find(([id]) => id === first) || QUESTIONS[0];
  let asked = value.join('/');
  let answer = null;

  const ask = async () => {
    const [, , , question] = chosen;
    const [what, fields] = question(asked);
    try {
      const reply = await session.client.request(`$MR.EXPLAIN.${what}`, fields ? JSON.stringify(fields) : '');
      answer = reply.json();
    } catch (failed) {
      answer = { error: { description: failed.message } };
    }
    draw();
  };
  const draw = () => render(html`<h1>Explain</h1>
    <form class="row" id="ask" @submit=${(e) => {
    e.preventDefault();
    const form = new FormData(e.target);
    chosen = QUESTIONS.find(([id]) => id === form.get('question'));
    asked = String(form.get('value')).trim();
    ask();
  }}>
      <label>Question <select name="question">${QUESTIONS.map(([id, text]) => html`
        <option value=${id} ?selected=${id === chosen[0]}>${text}</option>`)}</select></label>
      <label>About <input name="value" required .value=${asked} placeholder=${chosen[2]}></label>
      <button type="submit">Ask</button>
    </form>
    <div aria-live="polite">${answer === null ? '' : html`
      ${note(answer.error ? 'bad' : '', answer.error ? answer.error.description : answer.summary)}
      ${answer.error ? '' : html`<pre>${JSON.stringify(answer, null, 2)}</pre>`}`}</div>`, root);
  draw();
  if (asked) ask();
  return { close() {} };
}
