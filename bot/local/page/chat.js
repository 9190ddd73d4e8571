// The chat page: what happens in the chat is drawn, what the person does is sent.

import { Connection } from "./connection.js";
import { drawMessage, element } from "./messages.js";
import { expectAnswer, follow, noteAnswer } from "./scrolling.js";

const ACTION_LASTS = 5000; // milliseconds, as in Telegram's apps
const TOAST_LASTS = 3000;

const byId = (id) => document.getElementById(id);
const [log, status, text, commands] = ["log", "status", "text", "commands"].map(byId);
const waiting = new Map(); // callback query id -> the button that waits for its answer
const connection = new Connection((kind, content) => events[kind](content), showState);
const handlers = { onTap: tap, onCommand: say, onPicture: openPicture };

const events = {
  profile(profile) {
    byId("name").textContent = document.title = profile.name;
    byId("about").textContent = profile.description;
    commands.replaceChildren(...profile.commands.map(drawCommandItem));
    byId("menu").hidden = profile.commands.length === 0;
    showStart();
  },

  message(message) {
    const bubble = drawMessage(message, handlers);
    const old = find(message.message_id);
    if (old) replace(old, bubble);
    else insert(bubble);
    if (!old && message.from.is_bot) noteAnswer(bubble);
    if (message.from.is_bot) showAction("");
    showStart();
    follow();
  },

  deleted({ message_id }) {
    find(message_id)?.remove();
  },

  answer({ callback_query_id, text: notice }) {
    release(callback_query_id);
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

/** Puts an edited message in place; whoever had the focus on one of its buttons keeps it. */
function replace(old, bubble) {
  const buttons = [...old.querySelectorAll(".row > *")];
  const focused = buttons.indexOf(document.activeElement);
  old.replaceWith(bubble);
  if (focused >= 0) (bubble.querySelectorAll(".row > *")[focused] ?? bubble).focus({ preventScroll: true });
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
  byId("start").hidden = !fresh;
  byId("composer").hidden = fresh;
  byId("about").hidden = !fresh || !byId("about").textContent;
}

let online = false;
let actionTimer;

function showState(isOnline) {
  online = isOnline;
  status.textContent = online ? "online" : "Reconnecting…";
}

function showAction(words) {
  clearTimeout(actionTimer);
  byId("typing").hidden = !words;
  if (online) status.textContent = words || "online";
  if (!words) return;
  follow();
  actionTimer = setTimeout(() => showAction(""), ACTION_LASTS);
}

let toastTimer;

function showToast(words) {
  const toast = byId("toast");
  toast.textContent = words;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (toast.textContent = ""), TOAST_LASTS);
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
    showToast("Not sent: the server does not answer. Try again in a moment.");
    return false;
  }
}

async function tap(button, messageId, data) {
  expectAnswer();
  button.setAttribute("aria-busy", "true");
  try {
    const { callback_query_id: id } = await connection.tap(messageId, data);
    waiting.set(id, button);
    setTimeout(() => release(id), ACTION_LASTS);
  } catch {
    button.removeAttribute("aria-busy");
    showToast("Not sent: the server does not answer. Try again in a moment.");
  }
}

function release(queryId) {
  waiting.get(queryId)?.removeAttribute("aria-busy");
  waiting.delete(queryId);
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

byId("start").addEventListener("click", () => {
  const campaign = new URLSearchParams(location.search).get("start");
  say(campaign ? `/start ${campaign}` : "/start");
});

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
