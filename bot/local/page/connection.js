// The wire: joins a chat on the local server, follows what happens there, and sends what the person does.

import { forgetChat, name, recallChat, rememberChat } from "./identity.js";

const RETRY_AFTER = 1000; // milliseconds
const EVENTS = ["profile", "message", "deleted", "answer", "action"];

export class Connection {
  #stream = null;
  #chatId = recallChat();
  #lastEvent = "0";

  /**
   * @param {(kind: string, content: object) => void} onEvent what happened in the chat
   * @param {(online: boolean) => void} onState whether the server can be reached
   */
  constructor(onEvent, onState) {
    this.onEvent = onEvent;
    this.onState = onState;
    // A browser keeps few connections to one host: a hidden tab gives its own back and catches up later.
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#close() : this.open()));
  }

  /** Joins (or comes back to) the chat and follows it, for as long as it takes to reach the server. */
  async open() {
    if (this.#stream) return;
    try {
      const person = { chat_id: this.#chatId, name, language: navigator.language };
      const { chat_id } = await this.#post("/chat/join", person);
      this.#chatId = chat_id;
      rememberChat(chat_id);
      this.#follow();
    } catch {
      this.#retry();
    }
  }

  say(text) {
    return this.#post(`/chat/${this.#chatId}/say`, { text });
  }

  sendFile(file, caption) {
    const form = new FormData();
    form.append("file", file);
    form.append("caption", caption);
    return request(`/chat/${this.#chatId}/document`, { body: form });
  }

  /** Presses a button; returns the tap's id, by which its answer will be known. */
  async tap(messageId, data) {
    const reply = await this.#post(`/chat/${this.#chatId}/tap`, { message_id: messageId, data });
    return reply.callback_query_id;
  }

  /** Forgets this chat; the next page load is a new person. */
  static forget() {
    forgetChat();
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

  #post(path, body) {
    return request(path, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  }
}

async function request(path, what) {
  const response = await fetch(path, { method: "POST", ...what });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}
