// The developers' panel: the updates that the bot got of this chat, and the calls that it made, as they went.

import { byId, element, icon } from "./elements.js";
import { clock, say, setLabel } from "./language.js";
import { showToast } from "./toast.js";

const RETRY_AFTER = 1000; // milliseconds
const KEPT = 300; // entries
const OPEN = "panel";

const [panel, wire, filter, pause, more] = ["panel", "wire", "panel-filter", "panel-pause", "panel-switch"].map(byId);
const scroller = byId("panel-scroller");
const beside = matchMedia("(min-width: 64rem)"); // as in the style: else the panel lies over the chat
const entries = new Map(); // each line with what it shows
let waiting = null; // what came while the panel is paused
let stream = null;
let connect;

/** @param {() => EventSource} follow opens the stream of what goes over the wire */
export function offerPanel(follow) {
  connect = follow;
  toggle(localStorage.getItem(OPEN) === "open");
}

function toggle(open) {
  const focused = panel.contains(document.activeElement);
  panel.hidden = !open;
  more.setAttribute("aria-pressed", String(open));
  localStorage.setItem(OPEN, open ? "open" : "");
  coverChat();
  if (open) listen();
  else stop();
  if (!open && focused) document.querySelector('[popovertarget="more"]').focus();
}

function coverChat() {
  byId("chat").inert = !panel.hidden && !beside.matches;
  document.body.classList.toggle("with-panel", !panel.hidden);
}

function listen() {
  if (stream || panel.hidden || document.hidden) return;
  empty(); // the stream begins with what is remembered
  stream = connect();
  stream.addEventListener("trace", ({ data }) => (waiting ?? { push: add }).push(JSON.parse(data)));
  stream.onerror = () => {
    stop();
    setTimeout(listen, RETRY_AFTER);
  };
}

function stop() {
  stream?.close();
  stream = null;
}

function empty() {
  entries.clear();
  wire.replaceChildren();
  byId("panel-empty").hidden = false;
}

function add(entry) {
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
  const line = draw(entry);
  entries.set(line, entry);
  wire.append(line);
  if (entries.size > KEPT) forgetFirst();
  sift(line);
  byId("panel-empty").hidden = true;
  if (atEnd) scroller.scrollTop = scroller.scrollHeight;
}

function forgetFirst() {
  entries.delete(wire.firstElementChild);
  wire.firstElementChild.remove();
}

function draw({ at, kind, name, milliseconds, ...content }) {
  const failed = content.answer && !content.answer.ok;
  const summary = element("summary", {}, element("span", { className: "arrow", textContent: kind === "call" ? "←" : "→" }));
  summary.append(element("b", { textContent: name }), " ", element("small", { textContent: details(at, milliseconds) }));
  if (failed) summary.append(" ", element("strong", { textContent: content.answer.error_code }));
  const words = excerpt(content.body);
  if (words) summary.append(element("span", { className: "excerpt", textContent: words, dir: "auto" }));
  const shown = element("details", {}, summary);
  shown.addEventListener("toggle", () => shown.open && !shown.querySelector("pre") && shown.append(...drawJson(content)));
  return element("li", { className: failed ? "failed" : kind }, shown);
}

/** What people would read of it: a text, or a button's data. */
function excerpt({ message, edited_message: edited, callback_query: tap, ...call }) {
  const said = message ?? edited ?? call;
  return said.text ?? said.caption ?? tap?.data ?? said.action ?? "";
}

function details(at, milliseconds) {
  const time = clock(new Date(at * 1000), true);
  return milliseconds === undefined ? time : `${time} · ${milliseconds} ms`;
}

function drawJson(content) {
  const text = JSON.stringify("answer" in content ? content : content.body, null, 2);
  const button = element("button", { type: "button", className: "round quiet" }, icon("copy"));
  setLabel(button, say("copy"));
  button.addEventListener("click", () => copy(text));
  const json = element("pre", { textContent: text, tabIndex: 0 });
  return [button, json];
}

async function copy(text) {
  await navigator.clipboard.writeText(text);
  showToast(say("copied"));
}

/** Shows a line if it holds what is looked for. */
function sift(line) {
  const sought = filter.value.trim().toLowerCase();
  line.hidden = Boolean(sought) && !JSON.stringify(entries.get(line)).toLowerCase().includes(sought);
}

filter.addEventListener("input", () => [...entries.keys()].forEach(sift));

pause.addEventListener("click", () => {
  const missed = waiting;
  waiting = waiting ? null : [];
  pause.setAttribute("aria-pressed", String(Boolean(waiting)));
  missed?.forEach(add);
});

byId("panel-copy").addEventListener("click", () => {
  const shown = [...entries].filter(([line]) => !line.hidden).map(([, entry]) => entry);
  copy(JSON.stringify(shown, null, 2));
});

more.addEventListener("click", () => {
  byId("more").hidePopover();
  toggle(panel.hidden);
  if (!panel.hidden) byId("panel-close").focus();
});

byId("panel-close").addEventListener("click", () => toggle(false));
panel.addEventListener("keydown", ({ key }) => key === "Escape" && toggle(false));
beside.addEventListener("change", coverChat);
document.addEventListener("visibilitychange", () => (document.hidden ? stop() : listen()));
