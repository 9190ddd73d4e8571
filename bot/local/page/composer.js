// Where the person writes: Enter sends, Shift+Enter breaks the line, the arrow up edits the last message.

import { byId } from "./elements.js";
import { lastOwnText } from "./log.js";

const [text, composer, editing] = ["text", "composer", "editing"].map(byId);
let edited = null; // the message that is being edited
let draft = ""; // what stood in the field before

/**
 * @param {(words: string) => Promise<boolean>} send sends a text, and says whether it arrived
 * @param {(messageId: number, words: string) => Promise<boolean>} change the same for an edited one
 */
export function write(send, change) {
  composer.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = text.value.trim();
    const [was, before] = [edited, text.value];
    if (!words) return;
    if (!(await (was ? change(was.message_id, words) : send(words)))) return;
    if (edited && was) endEdit();
    else if (text.value === before) setText(""); // else the next text was begun meanwhile
  });
}

export function setText(words) {
  text.value = words;
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`; // and its border
}

/** Lets the person change a message of theirs. */
export function beginEdit(message) {
  if (!edited) draft = text.value;
  edited = message;
  editing.hidden = false;
  setText(message.text);
  text.focus();
}

export function endEdit() {
  if (!edited) return;
  edited = null;
  editing.hidden = true;
  setText(draft);
  text.focus();
}

text.addEventListener("input", () => setText(text.value));

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    composer.requestSubmit();
  } else if (event.key === "ArrowUp" && !text.value && lastOwnText()) {
    event.preventDefault();
    beginEdit(lastOwnText());
  } else if (event.key === "Escape") {
    endEdit();
  }
});

byId("uneditable").addEventListener("click", endEdit);
