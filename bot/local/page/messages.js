// Draws a message: bubble, picture or file, and the buttons below. Text stays text: nothing of it becomes markup.

import { sizeOf } from "./files.js";

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const LIVE_PARTS = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]'])|(?<=^|\s)(\/[a-z0-9_]{1,32})(?=$|[\s.,;:!?])/gi;

/**
 * @param {object} message the Bot API's Message
 * @param {{onTap: Function, onCommand: Function, onPicture: Function}} handlers what its live parts do
 * @returns {HTMLElement}
 */
export function drawMessage(message, handlers) {
  const mine = !message.from.is_bot;
  const time = new Date(message.date * 1000);
  const article = element("article", { className: mine ? "message mine" : "message", tabIndex: -1 });
  Object.assign(article.dataset, { id: message.message_id, date: message.date });
  article.setAttribute("aria-label", `${mine ? "You" : message.from.first_name}, ${CLOCK.format(time)}`);

  const bubble = element("div", { className: "bubble", dir: "auto" });
  if (message.photo) bubble.append(drawPicture(message, handlers.onPicture));
  if (message.document) bubble.append(drawFile(message.document));
  const text = message.text ?? message.caption ?? (message.photo || message.document ? "" : describe(message));
  if (text) bubble.append(drawText(text, mine ? null : handlers.onCommand));
  bubble.append(drawTime(message, time));
  article.append(bubble);

  const rows = message.reply_markup?.inline_keyboard;
  if (rows) article.append(drawKeyboard(message.message_id, rows, handlers.onTap));
  return article;
}

function drawText(text, onCommand) {
  const paragraph = element("p", { className: "text" });
  let end = 0;
  for (const match of text.matchAll(LIVE_PARTS)) {
    const [whole, link] = match;
    if (!link && !onCommand) continue;
    paragraph.append(text.slice(end, match.index), link ? drawLink(link) : drawCommand(whole, onCommand));
    end = match.index + whole.length;
  }
  paragraph.append(text.slice(end));
  return paragraph;
}

function drawLink(url) {
  return element("a", { href: url, textContent: url, target: "_blank", rel: "noopener noreferrer" });
}

function drawCommand(command, onCommand) {
  const button = element("button", { type: "button", className: "command", textContent: command });
  button.addEventListener("click", () => onCommand(command));
  return button;
}

function drawPicture(message, onPicture) {
  const size = message.photo.at(-1);
  const alt = message.caption ? `Picture: ${message.caption.split("\n")[0]}` : "Picture";
  const image = element("img", { src: fileUrl(size), width: size.width, height: size.height, alt });
  const button = element("button", { type: "button", className: "picture", title: "Open the picture" });
  button.append(image);
  button.addEventListener("click", () => onPicture(image));
  return button;
}

function drawFile(file) {
  const name = file.file_name ?? "File";
  const link = element("a", { className: "file", href: fileUrl(file), download: name, title: "Download" });
  const size = element("small", { textContent: sizeOf(file.file_size) });
  link.append(element("b", { textContent: name, dir: "auto" }), " ", size);
  return link;
}

function drawTime(message, time) {
  const edited = message.edit_date && message.text && !message.reply_markup ? "edited " : "";
  return element("time", { dateTime: time.toISOString(), textContent: edited + CLOCK.format(time) });
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
  if (url) return element("a", { href: url, textContent: `${text} ↗`, target: "_blank", rel: "noopener noreferrer" });
  const button = element("button", { type: "button", textContent: text, dir: "auto" });
  button.dataset.data = data;
  button.addEventListener("click", () => onTap(button, messageId, data));
  return button;
}

/** Names what has neither text nor file: a sticker, a location … */
function describe(message) {
  const known = ["sticker", "voice", "video", "location", "contact", "poll", "dice"];
  return message.sticker?.emoji ?? `(${known.find((kind) => message[kind]) ?? "message"})`;
}

function fileUrl(file) {
  return `/chat/file/${encodeURIComponent(file.file_id)}`;
}

export function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
