// The chat page: what happens in the chat is drawn, what the person does is sent.

import { offerAttachments } from "./attachments.js";
import { offerCommands, setCommands, toggle as toggleCommands } from "./commands.js";
import { beginEdit, setText, write } from "./composer.js";
import { Connection, RefusedError } from "./connection.js";
import { byId } from "./elements.js";
import { acceptFiles, faultOf } from "./files.js";
import { forgetStart, name, startParameter, wantsToOwn } from "./identity.js";
import { apply, say } from "./language.js";
import * as log from "./log.js";
import "./menus.js";
import { noteBlocked, offerOptions } from "./options.js";
import { offerPanel } from "./panel.js";
import { offerOwnership } from "./people.js";
import { expectAnswer, follow, keepPlace, noteMessage } from "./scrolling.js";
import { noteAnswered, waitForAnswer } from "./taps.js";
import { setBotName } from "./texts.js";
import { showToast } from "./toast.js";
import { openPicture } from "./viewer.js";

const ACTION_LASTS = 5000; // milliseconds, as in Telegram's apps

const [status, text] = ["status", "text"].map(byId);
const connection = new Connection((kind, content) => events[kind](content), showState, enter);
let parameter = startParameter();
let blocked = false;

const events = {
  profile(profile) {
    byId("name").textContent = profile.name;
    document.title = name ? `${name}: ${profile.name}` : profile.name;
    byId("about").textContent = profile.description;
    blocked = profile.blocked;
    setBotName(profile.username);
    setCommands(profile.commands);
    noteBlocked(blocked);
    showFooter();
    showStatus();
  },

  message(message) {
    if (message.from.is_bot) showAction("");
    const added = log.show(message, keepPlace);
    if (!added) return;
    noteMessage(added, message.from.is_bot);
    showFooter();
    follow();
  },

  received({ message_id }) {
    log.noteReceived(message_id);
  },

  deleted({ message_id }) {
    log.remove(message_id);
  },

  answer({ callback_query_id, text: notice }) {
    noteAnswered(callback_query_id);
    if (notice) showToast(notice);
  },

  action({ action }) {
    showAction(action === "typing" ? "typing" : "bot_sends");
  },
};

// -- what is shown ---------------------------------------------------------------------------------------------

function showFooter() {
  const fresh = log.isEmpty();
  const waits = fresh || Boolean(parameter); // a link leads to START again, also where there was talk before
  byId("unblock").hidden = !blocked;
  byId("start").hidden = blocked || !waits;
  byId("composer").hidden = blocked || waits;
  byId("about").hidden = !fresh || !byId("about").textContent;
}

let online = null; // not known yet
let action = ""; // what the bot is doing
let upload = ""; // what is being sent to it
let actionTimer;

function showState(isOnline) {
  online = isOnline;
  showStatus();
}

function showStatus() {
  const words = statusWords();
  if (status.textContent !== words) status.textContent = words; // said once by a screen reader
}

function statusWords() {
  if (!online) return say(online === null ? "connecting" : "reconnecting");
  if (upload) return say("sending", { name: upload });
  if (action) return say(action);
  if (blocked) return say("blocked");
  return name ? say("online_as", { name }) : say("online");
}

function showAction(what) {
  clearTimeout(actionTimer);
  byId("typing").hidden = !what;
  action = what;
  showStatus();
  if (!what) return;
  follow();
  actionTimer = setTimeout(() => showAction(""), ACTION_LASTS);
}

function showUpload(file) {
  upload = file;
  byId("attach").setAttribute("aria-busy", String(Boolean(file)));
  showStatus();
}

/** The app's language was changed: the page speaks it, and the bot is told. */
function changeLanguage() {
  log.redraw();
  noteBlocked(blocked);
  showStatus();
  attempt(() => connection.join());
}

// -- what the person does --------------------------------------------------------------------------------------

/** Does something on the server; says whether it succeeded, and tells the person where it did not. */
async function attempt(work) {
  try {
    await work();
    return true;
  } catch (error) {
    showToast(error instanceof RefusedError ? say("refused", { reason: error.message }) : say("not_sent"));
    return false;
  }
}

/** Does something that the bot will answer. */
function act(work) {
  expectAnswer();
  return attempt(work);
}

const sendText = (words) => act(() => connection.say(words));

/** Sends files one after the other, the first with what stands in the text field as its caption. */
async function sendFiles(kind, files) {
  if (byId("composer").hidden) return showToast(say("press_start"));
  for (const file of files) {
    const caption = text.value;
    if (!(await sendFile(kind, file, caption.trim()))) return;
    if (text.value !== caption) continue; // the next text was begun meanwhile
    setText("");
    toggleCommands(false);
  }
}

/** Sends a file; says whether it arrived. */
async function sendFile(kind, file, caption = "") {
  const fault = faultOf(file, caption);
  if (fault) return showToast(fault);
  showUpload(file.name);
  try {
    return await act(() => connection.sendFile(kind, file, caption));
  } finally {
    showUpload("");
  }
}

function tap(button, messageId, data) {
  return act(() => waitForAnswer(button, () => connection.tap(messageId, data)));
}

let asked = !wantsToOwn;

/** The chat was joined: whoever comes to own the bot does so at once. */
async function enter({ owner }) {
  offerOwnership(owner);
  if (!owner || asked) return;
  asked = true;
  await attempt(async () => {
    const payload = await connection.askToOwn();
    if (payload) await connection.say(`/start ${payload}`);
  });
}

byId("start").addEventListener("click", async () => {
  if (!(await sendText(parameter ? `/start ${parameter}` : "/start"))) return;
  parameter = "";
  forgetStart();
  showFooter();
  text.focus();
});

byId("unblock").addEventListener("click", () => attempt(() => connection.block(false)));

log.useHandlers({ onTap: tap, onCommand: sendText, onPicture: openPicture, onEdit: beginEdit });
write(sendText, (messageId, words) => act(() => connection.edit(messageId, words)));
offerCommands(sendText);
acceptFiles(sendFiles);
offerAttachments({ send: (content) => act(() => connection.send(content)), sendFile });
offerOptions({
  onLanguage: changeLanguage,
  onBlock: (blocks) => attempt(() => connection.block(blocks)),
  onReset: () => attempt(async () => {
    await connection.forget();
    location.reload();
  }),
});

apply();
showStatus();
connection.open().then(() => offerPanel(() => connection.trace()));
