// The messages in their order, by days and in groups of one sender.

import { byId, element } from "./elements.js";
import { dayName, midnight } from "./language.js";
import { drawMessage, markReceived } from "./messages.js";
import { moveTaps } from "./taps.js";

const TOGETHER = 5 * 60; // seconds between messages that stand as one group

const log = byId("log");
const messages = new Map(); // by id, as the Bot API writes them
let handlers = {};
let received = 0; // the last own message that the bot has taken

/** Says what the live parts of messages do. */
export function useHandlers(those) {
  handlers = those;
}

export const isEmpty = () => messages.size === 0;

/** The person's last message, if it is a text: that can be edited. */
export function lastOwnText() {
  const own = [...log.querySelectorAll(".mine")].at(-1);
  const message = own && messages.get(Number(own.dataset.id));
  return message?.text ? message : null;
}

/** Draws a message and returns what was drawn; `onRedraw` wraps the exchange of one that was there. */
export function show(message, onRedraw) {
  const old = find(message.message_id);
  messages.set(message.message_id, message);
  const article = draw(message);
  if (old) onRedraw(old, () => exchange(old, article));
  else insert(article, message.from.is_bot);
  offerEdit();
  return old ? null : article;
}

export function remove(messageId) {
  messages.delete(messageId);
  const article = find(messageId);
  const whole = article?.closest(".album:has(> :only-child)") ?? article;
  const next = whole?.matches(".part") ? null : whole?.nextElementSibling;
  whole?.remove();
  if (next) group(next);
  for (const day of log.querySelectorAll(".day")) if (!day.nextElementSibling?.matches(".message")) day.remove();
  offerEdit();
}

/** Draws everything anew, in another language. */
export function redraw() {
  for (const [id, message] of messages) exchange(find(id), draw(message));
  for (const day of log.querySelectorAll(".day")) day.textContent = dayName(new Date(day.dataset.date * 1000));
  offerEdit();
}

/** The bot has taken the person's messages up to this one. */
export function noteReceived(messageId) {
  received = messageId;
  for (const article of log.querySelectorAll(".mine")) if (article.dataset.id <= received) markReceived(article);
}

function find(messageId) {
  return log.querySelector(`article[data-id="${messageId}"]`);
}

function draw(message) {
  const article = drawMessage(message, handlers);
  if (message.message_id <= received) markReceived(article);
  return article;
}

/** Puts what is drawn anew in place; whoever had the focus on one of its buttons, or in its text, keeps it. */
function exchange(old, drawn) {
  const focused = document.activeElement;
  const pairs = [".row > *", ":is(.bubble, .edit) :is(a, button), .edit"].map((what) =>
    [old, drawn].map((message) => [...message.querySelectorAll(what)]),
  );
  old.replaceChildren(...drawn.childNodes);
  old.setAttribute("aria-label", drawn.getAttribute("aria-label"));
  for (const [before, after] of pairs) {
    moveTaps(before, after);
    if (before.includes(focused)) (after[before.indexOf(focused)] ?? old).focus({ preventScroll: true });
  }
}

/** Adds a message in its place: who catches up gets messages in the order of their last change. */
function insert(article, isBots) {
  const { album, date } = article.dataset;
  const day = midnight(new Date(date * 1000)) / 1000;
  if (!log.querySelector(`.day[data-date="${day}"]`)) place(drawDay(day));
  const found = album && log.querySelector(`.album[data-album="${album}"]`);
  if (found) return place(article, found);
  const whole = album ? drawAlbum(article, isBots) : article;
  place(whole);
  group(whole);
  if (whole.nextElementSibling) group(whole.nextElementSibling);
}

/** Draws what holds the parts of an album side by side, with the first of them. */
function drawAlbum(article, isBots) {
  const album = element("div", { className: isBots ? "message album" : "message album mine" }, article);
  Object.assign(album.dataset, article.dataset);
  return album;
}

function place(child, within = log) {
  let before = within.lastElementChild;
  while (before && isAfter(before, child)) before = before.previousElementSibling;
  if (before) before.after(child);
  else within.prepend(child);
}

/** Dates first: message ids start anew with the server. */
function isAfter({ dataset: one }, { dataset: other }) {
  return (one.date - other.date || one.id - other.id) > 0;
}

function drawDay(date) {
  const day = element("p", { className: "day", textContent: dayName(new Date(date * 1000)) });
  Object.assign(day.dataset, { date, id: -1 });
  return day;
}

/** Notes whether a message goes on what its neighbour above began. */
function group(article) {
  const above = article.previousElementSibling;
  const together =
    above?.matches(".message") &&
    above.matches(".mine") === article.matches(".mine") &&
    article.dataset.date - above.dataset.date < TOGETHER;
  article.classList.toggle("follows", Boolean(together));
}

/** Lets the person edit their last message, and no other. */
function offerEdit() {
  const last = lastOwnText();
  for (const article of log.querySelectorAll(".mine")) {
    article.classList.toggle("editable", Number(article.dataset.id) === last?.message_id);
  }
}
