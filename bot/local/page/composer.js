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
    const [words, was] = [text.value.trim(), edited];
    if (!words) return;
    if (was) endEdit();
    else setText(""); // at once, so that a second Enter sends nothing twice
    if (!(await (was ? change(was.message_id, words) : send(words)))) putBack(words, was);
  });
}

/** What did not arrive is not lost: it stands there again, before what was begun meanwhile. */
function putBack(words, was) {
  if (was && edited) return; // another is being edited already, and this one is as it was
  if (was) beginEdit(was);
  setText(was ? words : [words, text.value].filter(Boolean).join("\n"));
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
