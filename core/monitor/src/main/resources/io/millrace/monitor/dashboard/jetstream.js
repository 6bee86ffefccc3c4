// The part of JetStream's API that the views use. Every answer with an error becomes an exception.
import { NatsError } from './nats.js';

const decoder = new TextDecoder();

/** Bytes of what the API shows as base64. */
export function fromBase64(text) {
  return Uint8Array.from(atob(text || ''), (c) => c.charCodeAt(0));
}

/** As text, with what is no UTF-8 as signs for that. */
export function textOf(bytes) {
  return decoder.decode(bytes);
}

export class JetStream {
  constructor(client) {
    this.client = client;
  }

  async ask(what, body) {
    const answer = await this.client.request(`$JS.API.${what}`, body ? JSON.stringify(body) : '');
    const json = answer.json();
    if (json.error) throw new NatsError(json.error.description, json.error.code);
    return json;
  }

  async #all(what, member, body = {}) {
    const all = [];
    for (;;) {
      const page = await this.ask(what, { ...body, offset: all.length });
      const these = page[member] || [];
      all.push(...these);
      if (these.length === 0 || all.length >= page.total || all.length >= 10_000) return all;
    }
  }

  account() {
    return this.ask('INFO');
  }

  streams() {
    return this.#all('STREAM.LIST', 'streams');
  }

  stream(name) {
    return this.ask(`STREAM.INFO.${name}`);
  }

  consumers(stream) {
    return this.#all(`CONSUMER.LIST.${stream}`, 'consumers');
  }

  /** Subjects that match, with their numbers of messages. */
  async subjects(stream, filter) {
    const info = await this.ask(`STREAM.INFO.${stream}`, { subjects_filter: filter });
    return info.state.subjects || {};
  }

  /** A stored message; null when there is none. */
  async message(stream, query) {
    try {
      const { message } = await this.ask(`STREAM.MSG.GET.${stream}`, query);
      return {
        seq: message.seq,
        subject: message.subject,
        time: message.time,
        headers: message.hdrs ? textOf(fromBase64(message.hdrs)) : '',
        data: fromBase64(message.data),
      };
    } catch (failed) {
      if (failed.code === 404) return null;
      throw failed;
    }
  }

  /** Up to `count` messages of a subject from a sequence on. */
  async messages(stream, seq, subject, count) {
    const found = [];
    let from = seq;
    while (found.length < count) {
      const next = await this.message(stream, { seq: from, next_by_subj: subject || '>' });
      if (!next) break;
      found.push(next);
      from = next.seq + 1;
    }
    return found;
  }

  /** Publishes and waits for the ack that says: on disk. */
  async publish(subject, payload, headers) {
    const answer = await this.client.request(subject, payload, { headers });
    const json = answer.json();
    if (json.error) throw new NatsError(json.error.description, json.error.code);
    return json;
  }
}
