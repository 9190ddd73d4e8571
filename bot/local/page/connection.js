// The wire: joins a chat on the local server, follows what happens there, and sends what the person does.

import { forget, name, recall, remember } from "./identity.js";
import { language } from "./language.js";

const RETRY_AFTER = 1000; // milliseconds
const EVENTS = ["profile", "received", "message", "deleted", "answer", "action"];

/** What the server refuses; the message says why. */
export class RefusedError extends Error {}

export class Connection {
  #stream = null;
  #chatId = Number(recall("chat_id")) || null;
  #lastEvent = "0";

  /**
   * @param {(kind: string, content: object) => void} onEvent what happened in the chat
   * @param {(online: boolean) => void} onState whether the server can be reached
   * @param {(joined: {owner: boolean}) => void} onJoin what there is here besides
   */
  constructor(onEvent, onState, onJoin) {
    Object.assign(this, { onEvent, onState, onJoin });
    // A browser keeps few connections to one host: a hidden tab gives its own back and catches up later.
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#close() : this.open()));
  }

  /** Joins (or comes back to) the chat and follows it, for as long as it takes to reach the server. */
  async open() {
    if (this.#stream) return;
    try {
      const joined = await this.join();
      this.#follow();
      this.onJoin(joined);
    } catch {
      this.#retry();
    }
  }

  /** Tells the server who the person is, and in which language. */
  async join() {
    const joined = await request("/chat/join", json({ chat_id: this.#chatId, name, language }));
    this.#chatId = joined.chat_id;
    remember("chat_id", joined.chat_id);
    return joined;
  }

  say = (text) => this.#post("say", json({ text }));
  send = (content) => this.#post("send", json(content));
  edit = (messageId, text) => this.#post("edit", json({ message_id: messageId, text }));
  block = (blocked) => this.#post(blocked ? "block" : "unblock", json({}));

  /** Asks to own the bot; returns what has to be sent for that, or nothing where the person owns it already. */
  async askToOwn() {
    return (await this.#post("owner", json({}))).start;
  }

  /** Sends a file as a "document", "photo", "voice" or "sticker". */
  sendFile(kind, file, caption = "") {
    const form = new FormData();
    form.append("file", file);
    form.append("caption", caption);
    return this.#post(kind, { body: form });
  }

  /** Presses a button; returns the tap's id, by which its answer will be known. */
  async tap(messageId, data) {
    const reply = await this.#post("tap", json({ message_id: messageId, data }));
    return reply.callback_query_id;
  }

  /** Forgets this chat, here and on the server; the next page load is a new person. */
  async forget() {
    await this.#post("forget", json({}));
    this.#close();
    forget("chat_id");
  }

  /** Follows what goes over the wire of this chat. */
  trace() {
    return new EventSource(`/chat/${this.#chatId}/trace`);
  }

  #follow() {
    this.#close();
    const stream = new EventSource(`/chat/${this.#chatId}/events?after=${this.#lastEvent}`);
    stream.onopen = () => this.onState(true);
    stream.onerror = () => this.#retry();
    for (const kind of EVENTS) {
      stream.addEventListener(kind, (event) => {
        this.#lastEvent = event.lastEventId || this.#lastEvent;
        this.onEvent(kind, JSON.parse(event.data));
      });
    }
    this.#stream = stream;
  }

  #retry() {
    this.#close();
    this.onState(false);
    setTimeout(() => document.hidden || this.open(), RETRY_AFTER);
  }

  #close() {
    this.#stream?.close();
    this.#stream = null;
  }

  #post(what, content) {
    return request(`/chat/${this.#chatId}/${what}`, content);
  }
}

function json(body) {
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

async function request(path, content) {
  const response = await fetch(path, { method: "POST", ...content });
  if (response.ok) return response.json();
  const reason = await response.text();
  throw response.status < 500 ? new RefusedError(reason) : new Error(reason);
}
