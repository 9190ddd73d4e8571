// Draws a message: its bubble with whatever was sent, and the buttons below.

import { element, icon } from "./elements.js";
import { sizeOf } from "./files.js";
import { clock, say, setLabel } from "./language.js";
import { drawText, leadingTo } from "./texts.js";

const MAP = "https://www.openstreetmap.org/";
const KINDS = ["photo", "document", "sticker", "voice", "location", "contact"];

const draw = { photo: drawPicture, document: drawFile, sticker: drawSticker, voice: drawVoice, location: drawPlace, contact: drawContact };

/**
 * @param {object} message the Bot API's Message
 * @param {{onTap: Function, onCommand: Function, onPicture: Function, onEdit: Function}} handlers its live parts
 * @returns {HTMLElement}
 */
export function drawMessage(message, handlers) {
  const mine = !message.from.is_bot;
  const time = new Date(message.date * 1000);
  const album = message.media_group_id;
  const article = element("article", { className: album ? "part" : mine ? "message mine" : "message", tabIndex: -1 });
  Object.assign(article.dataset, { id: message.message_id, date: message.date, ...(album && { album }) });
  article.setAttribute("aria-label", `${mine ? say("you") : message.from.first_name}, ${clock(time)}`);

  const bubble = element("div", { className: "bubble", dir: "auto" });
  const kind = KINDS.find((each) => message[each]);
  if (kind) bubble.append(draw[kind](message, handlers));
  if (kind) bubble.classList.add(`with-${kind}`);
  const text = message.text ?? message.caption ?? (kind ? "" : say("other"));
  if (text) bubble.append(drawText(text, mine ? null : handlers.onCommand));
  bubble.append(drawFoot(message, time, mine));
  article.append(bubble);
  if (mine && message.text && !message.text.startsWith("/")) article.append(drawEdit(message, handlers.onEdit));

  const rows = message.reply_markup?.inline_keyboard;
  if (rows) article.append(drawKeyboard(message.message_id, rows, handlers.onTap));
  return article;
}

/** Shows how far an own message has come. */
export function markReceived(article) {
  const ticks = article.querySelector(".ticks");
  if (!ticks) return;
  ticks.textContent = "✓✓";
  ticks.setAttribute("aria-label", say("received"));
}

function drawPicture(message, { onPicture }) {
  const size = message.photo.at(-1);
  const alt = message.caption ? say("picture_of", { caption: message.caption.split("\n")[0] }) : say("picture");
  const image = element("img", { src: fileUrl(size), width: size.width, height: size.height, alt });
  const button = element("button", { type: "button", className: "picture", title: say("open_picture") }, image);
  button.addEventListener("click", () => onPicture(image));
  return button;
}

function drawFile({ document: file }) {
  const name = file.file_name ?? say("file");
  const link = element("a", { className: "file", href: fileUrl(file), download: name, title: say("download") });
  const size = element("small", { textContent: sizeOf(file.file_size) });
  link.append(icon("down"), element("b", { textContent: name, dir: "auto" }), " ", size);
  return link;
}

function drawSticker({ sticker }) {
  const { width, height, emoji } = sticker;
  if (!width) return element("p", { className: "text", textContent: emoji ?? say("sticker") });
  return element("img", { className: "sticker", src: fileUrl(sticker), width, height, alt: `${say("sticker")} ${emoji ?? ""}` });
}

function drawVoice({ voice }) {
  const player = element("audio", { className: "voice", controls: true, preload: "none", src: fileUrl(voice) });
  player.setAttribute("aria-label", say("voice"));
  return player;
}

function drawPlace({ location: { latitude, longitude } }) {
  const href = `${MAP}?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  const place = element("small", { textContent: `${latitude}, ${longitude}` });
  const link = element("a", { className: "file", ...leadingTo(href) });
  link.append(icon("location"), element("b", { textContent: say("location") }), " ", place);
  return link;
}

function drawContact({ contact: { first_name: name, phone_number: phone } }) {
  const link = element("a", { className: "file", href: `tel:${phone}` });
  link.append(icon("contact"), element("b", { textContent: name, dir: "auto" }), " ", element("small", { textContent: phone }));
  return link;
}

function drawFoot(message, time, mine) {
  const edited = message.edit_date && message.text && !message.reply_markup ? `${say("edited")} ` : "";
  const foot = element("span", { className: "foot" });
  foot.append(element("time", { dateTime: time.toISOString(), textContent: edited + clock(time) }));
  if (!mine) return foot;
  const ticks = element("span", { className: "ticks", role: "img", textContent: "✓" });
  ticks.setAttribute("aria-label", say("sent"));
  foot.append(ticks);
  return foot;
}

function drawEdit(message, onEdit) {
  const button = element("button", { type: "button", className: "edit" }, icon("edit"));
  setLabel(button, say("edit"));
  button.addEventListener("click", () => onEdit(message));
  return button;
}

function drawKeyboard(messageId, rows, onTap) {
  const keyboard = element("div", { className: "keyboard", role: "group" });
  for (const row of rows) {
    const line = element("div", { className: "row" });
    line.append(...row.map((button) => drawButton(messageId, button, onTap)));
    keyboard.append(line);
  }
  return keyboard;
}

function drawButton(messageId, { text, url, callback_data: data }, onTap) {
  if (url) return element("a", { textContent: text, dir: "auto", ...leadingTo(url) });
  const button = element("button", { type: "button", textContent: text, dir: "auto" });
  button.dataset.data = data;
  button.addEventListener("click", () => onTap(button, messageId, data));
  return button;
}

function fileUrl(file) {
  return `/chat/file/${encodeURIComponent(file.file_id)}`;
}
