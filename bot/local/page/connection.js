// The wire: joins a chat on the local server, follows what happens there, and sends what the person does.

const RETRY_AFTER = 1000; // milliseconds
const EVENTS = ["profile", "message", "deleted", "answer", "action"];
const STORED_ID = "chat_id"; // per tab: a reload resumes, another tab is another person

export class Connection {
  #stream = null;
  #chatId = Number(sessionStorage.getItem(STORED_ID)) || null;
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
      const { chat_id } = await this.#post("/chat/join", { chat_id: this.#chatId, language: navigator.language });
      this.#chatId = chat_id;
      sessionStorage.setItem(STORED_ID, chat_id);
      this.#follow();
    } catch {
      this.#retry();
    }
  }

  say(text) {
    return this.#post(`/chat/${this.#chatId}/say`, { text });
  }

  tap(messageId, data) {
    return this.#post(`/chat/${this.#chatId}/tap`, { message_id: messageId, data });
  }

  /** Forgets this chat; the next page load is a new person. */
  static forget() {
    sessionStorage.removeItem(STORED_ID);
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

  async #post(path, body) {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  }
}
