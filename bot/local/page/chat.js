// The chat page: what happens in the chat is drawn, what the person does is sent.

import { Connection } from "./connection.js";
import { acceptFiles, faultOf } from "./files.js";
import { forgetStart, name, startParameter } from "./identity.js";
import { drawMessage, element } from "./messages.js";
import { expectAnswer, follow, keepPlace, noteAnswer } from "./scrolling.js";
import { moveTaps, noteAnswered, waitForAnswer } from "./taps.js";

const ACTION_LASTS = 5000; // milliseconds, as in Telegram's apps
const TOAST_LASTS = 3000; // at least, and for each character:
const READING_TAKES = 60;
const NOT_SENT = "Not sent: the server does not answer. Try again in a moment.";

const byId = (id) => document.getElementById(id);
const [log, status, text, commands] = ["log", "status", "text", "commands"].map(byId);
const connection = new Connection((kind, content) => events[kind](content), showState);
let parameter = startParameter();
const handlers = { onTap: tap, onCommand: say, onPicture: openPicture };

const events = {
  profile(profile) {
    byId("name").textContent = profile.name;
    document.title = name ? `${name}: ${profile.name}` : profile.name;
    byId("about").textContent = profile.description;
    showCommands(profile.commands);
    showStart();
  },

  message(message) {
    const bubble = drawMessage(message, handlers);
    const old = find(message.message_id);
    if (message.from.is_bot) showAction("");
    if (old) return keepPlace(old, () => redraw(old, bubble));
    insert(bubble);
    if (message.from.is_bot) noteAnswer(bubble);
    showStart();
    follow();
  },

  deleted({ message_id }) {
    find(message_id)?.remove();
  },

  answer({ callback_query_id, text: notice }) {
    noteAnswered(callback_query_id);
    if (notice) showToast(notice);
  },

  action({ action }) {
    showAction(action === "typing" ? "typing…" : "sending a file…");
  },
};

// -- what is shown ---------------------------------------------------------------------------------------------

function find(messageId) {
  return log.querySelector(`[data-id="${messageId}"]`);
}

/** Draws an edited message in place; whoever had the focus on one of its buttons, or in its text, keeps it. */
function redraw(old, bubble) {
  const focused = document.activeElement;
  const pairs = [".row > *", ".bubble :is(a, button)"].map((what) =>
    [old, bubble].map((message) => [...message.querySelectorAll(what)]),
  );
  old.replaceChildren(...bubble.childNodes);
  for (const [before, after] of pairs) {
    moveTaps(before, after);
    if (before.includes(focused)) (after[before.indexOf(focused)] ?? old).focus({ preventScroll: true });
  }
}

/** Adds a message in its place: who catches up gets messages in the order of their last change. */
function insert(bubble) {
  let before = log.lastElementChild;
  while (before && isLater(before, bubble)) before = before.previousElementSibling;
  if (before) before.after(bubble);
  else log.prepend(bubble);
}

/** Dates first: message ids start anew with the server. */
function isLater({ dataset: one }, { dataset: other }) {
  return (one.date - other.date || one.id - other.id) > 0;
}

function showStart() {
  const fresh = log.childElementCount === 0;
  const waits = fresh || Boolean(parameter); // a link leads to START again, also where there was talk before
  byId("start").hidden = !waits;
  byId("composer").hidden = waits;
  byId("about").hidden = !fresh || !byId("about").textContent;
}

let online = false;
let action = ""; // what the bot is doing
let upload = ""; // what is being sent to it
let actionTimer;

function showState(isOnline) {
  online = isOnline;
  showStatus();
}

function showStatus() {
  const words = online ? upload || action || (name ? `online · you are ${name}` : "online") : "Reconnecting…";
  if (status.textContent !== words) status.textContent = words; // said once by a screen reader
}

function showAction(words) {
  clearTimeout(actionTimer);
  byId("typing").hidden = !words;
  action = words;
  showStatus();
  if (!words) return;
  follow();
  actionTimer = setTimeout(() => showAction(""), ACTION_LASTS);
}

let toastTimer;

function showToast(words) {
  const toast = byId("toast");
  toast.textContent = words;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (toast.textContent = ""), Math.max(TOAST_LASTS, READING_TAKES * words.length));
}

function openPicture(image) {
  const viewer = byId("viewer");
  const full = viewer.querySelector("img");
  [full.src, full.alt, full.className] = [image.src, image.alt, ""];
  viewer.showModal();
}

// -- what the person does --------------------------------------------------------------------------------------

/** Sends a text; says whether it arrived. */
async function say(words) {
  expectAnswer();
  try {
    await connection.say(words);
    return true;
  } catch {
    showToast(NOT_SENT);
    return false;
  }
}

/** Sends files one after the other, the first with what stands in the text field as its caption. */
async function sendFiles(files) {
  if (byId("composer").hidden) return showToast("Press Start first.");
  for (const file of files) {
    const caption = text.value;
    if (!(await sendFile(file, caption.trim()))) return;
    if (text.value === caption) text.value = ""; // else the next text was begun meanwhile
    fitText();
  }
}

/** Sends a file; says whether it arrived. */
async function sendFile(file, caption) {
  const fault = faultOf(file, caption);
  if (fault) return showToast(fault);
  expectAnswer();
  showUpload(`sending ${file.name}…`);
  try {
    await connection.sendFile(file, caption);
    return true;
  } catch {
    showToast(NOT_SENT);
    return false;
  } finally {
    showUpload("");
  }
}

function showUpload(words) {
  upload = words;
  byId("attach").setAttribute("aria-busy", String(Boolean(words)));
  showStatus();
}

async function tap(button, messageId, data) {
  expectAnswer();
  try {
    await waitForAnswer(button, () => connection.tap(messageId, data));
  } catch {
    showToast(NOT_SENT);
  }
}

/** Shows the menu as it is now; whoever looks at it stays there. */
function showCommands(list) {
  const focused = [...commands.querySelectorAll("button")].indexOf(document.activeElement);
  commands.replaceChildren(...list.map(drawCommandItem));
  byId("menu").hidden = list.length === 0;
  if (focused >= 0) (commands.querySelectorAll("button")[focused] ?? text).focus({ preventScroll: true });
  if (!list.length) toggleCommands(false);
}

function drawCommandItem({ command, description }) {
  const button = element("button", { type: "button" });
  button.append(element("b", { textContent: `/${command}` }), ` ${description}`);
  button.addEventListener("click", () => {
    toggleCommands(false);
    say(`/${command}`);
  });
  const item = element("li", {});
  item.append(button);
  return item;
}

function toggleCommands(open) {
  if (!open && commands.contains(document.activeElement)) text.focus();
  commands.hidden = !open;
  byId("menu").setAttribute("aria-expanded", String(open));
}

function focusCommands() {
  commands.querySelector("button").focus();
}

function fitText() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
}

byId("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words || !(await say(words))) return;
  text.value = "";
  fitText();
});

text.addEventListener("input", () => {
  fitText();
  toggleCommands(text.value === "/" && !byId("menu").hidden);
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    byId("composer").requestSubmit();
  } else if (event.key === "ArrowUp" && !commands.hidden) {
    event.preventDefault();
    focusCommands();
  }
});

byId("menu").addEventListener("click", () => {
  toggleCommands(commands.hidden);
  if (!commands.hidden) focusCommands();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") toggleCommands(false);
});

byId("start").addEventListener("click", async () => {
  if (!(await say(parameter ? `/start ${parameter}` : "/start"))) return;
  parameter = "";
  forgetStart();
  showStart();
});

acceptFiles(sendFiles);

byId("reset").addEventListener("click", () => {
  Connection.forget();
  location.reload();
});

byId("viewer").addEventListener("click", (event) => {
  const viewer = event.currentTarget;
  if (event.target.matches("img")) event.target.classList.toggle("actual");
  else viewer.close();
});

connection.open();
