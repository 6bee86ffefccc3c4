// What the views share: numbers and times as people read them, tables, charts, questions.
import { html, render, nothing } from './vendor/lit-html.js';

const { uPlot } = window; // its only small form is not a module

export { html, render, nothing };

export function count(value) {
  return value === undefined || value === null ? '–' : Number(value).toLocaleString('en');
}

export function bytes(value) {
  let n = Number(value || 0);
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) {
    n /= 1024;
    unit++;
  }
  return `${unit === 0 ? n : n.toFixed(1)} ${units[unit]}`;
}

export function since(time) {
  if (!time || time.startsWith('0001')) return 'never';
  const seconds = Math.max(0, (Date.now() - Date.parse(time)) / 1000);
  if (seconds < 60) return `${Math.round(seconds)} s ago`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} d ago`;
}

export function nanos(value) {
  const seconds = Number(value || 0) / 1e9;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  return seconds < 120 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
}

export function card(label, value) {
  return html`<div class="card"><span>${label}</span><b>${value}</b></div>`;
}

/** @param {{name: string, number?: boolean}[]} columns @param {unknown[][]} rows */
export function table(columns, rows, empty = 'Nothing here.') {
  if (rows.length === 0) return html`<p class="quiet">${empty}</p>`;
  const kind = (i) => (columns[i].number ? 'n' : columns[i].mono ? 'mono' : '');
  return html`<div class="scroll"><table>
    <thead><tr>${columns.map((c, i) => html`<th scope="col" class=${kind(i)}>${c.name}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${row.map((cell, i) => html`<td class=${kind(i)}>${cell}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

export function note(kind, text) {
  return html`<p class="note ${kind}" role=${kind === 'bad' ? 'alert' : 'status'}>${text}</p>`;
}

/** What cannot be undone is asked first. */
export function confirmed(question) {
  return window.confirm(question);
}

export async function page(path) {
  const answer = await fetch(path, { credentials: 'same-origin' });
  if (!answer.ok && answer.status !== 503) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** A line that grows to the right and forgets what is older than its width. */
export class Chart {
  static #WIDTH = 150;
  #plot;
  #times = [];
  #values;

  constructor(element, labels, format) {
    this.#values = labels.map(() => []);
    const style = getComputedStyle(document.documentElement);
    const colours = ['--mark', '--good', '--warn'].map((name) => style.getPropertyValue(name).trim());
    const text = style.getPropertyValue('--quiet').trim();
    const line = style.getPropertyValue('--line').trim();
    const axis = { stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line } };
    this.#plot = new uPlot({
      width: Math.max(200, element.clientWidth - 10),
      height: 150,
      cursor: { show: false },
      legend: { show: labels.length > 1 },
      scales: { y: { range: (u, min, max) => [0, max > 0 ? max * 1.1 : 1] } },
      axes: [axis, { ...axis, size: 64, values: (u, ticks) => ticks.map(format) }],
      series: [{}, ...labels.map((label, i) => ({ label, stroke: colours[i], width: 2, value: (u, v) => format(v) }))],
    }, [[], ...this.#values], element);
  }

  add(seconds, values) {
    this.#times.push(seconds);
    values.forEach((value, i) => this.#values[i].push(value));
    if (this.#times.length > Chart.#WIDTH) {
      this.#times.shift();
      this.#values.forEach((series) => series.shift());
    }
    this.#plot.setData([this.#times, ...this.#values]);
  }

  destroy() {
    this.#plot.destroy();
  }
}
