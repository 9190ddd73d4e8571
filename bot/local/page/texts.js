// Draws a text with its live parts: addresses, phone numbers and commands. Text stays text: nothing of it becomes markup.

import { element } from "./elements.js";

const LIVE_PARTS = new RegExp(
  [
    /(?<url>(?:https?:\/\/|\bt\.me\/)[^\s<>"]*[^\s<>".,;:!?)\]'។៕])/,
    /(?<phone>(?<!\w)\+\d(?:[ -]?\d){7,14})/,
    /(?<=^|\s)(?<command>\/[a-z0-9_]{1,32})(?=$|[\s.,;:!?។៕])/,
  ]
    .map((part) => part.source)
    .join("|"),
  "gi",
);

let botName = "";

/** The bot's username: links to it stay on this page. */
export function setBotName(username) {
  botName = username;
}

/** @param {?(command: string) => void} onCommand what a command does; without it commands are mere text */
export function drawText(text, onCommand) {
  const paragraph = element("p", { className: "text" });
  let end = 0;
  for (const match of text.matchAll(LIVE_PARTS)) {
    const { url, phone, command } = match.groups;
    if (command && !onCommand) continue;
    if (url && !URL.canParse(addressOf(url))) continue; // it begins like an address, and is none
    paragraph.append(text.slice(end, match.index), url || phone ? drawLink(match[0]) : drawCommand(command, onCommand));
    end = match.index + match[0].length;
  }
  paragraph.append(text.slice(end));
  return paragraph;
}

function drawLink(words) {
  return element("a", { textContent: words, ...leadingTo(addressOf(words)) });
}

function addressOf(words) {
  return words.startsWith("+") ? `tel:${words.replace(/[ -]/g, "")}` : words.replace(/^t\.me/i, "https://t.me");
}

/** What makes a link lead there: to this page where it would lead to this bot, elsewhere in a tab of its own. */
export function leadingTo(href) {
  const url = new URL(href);
  const path = url.protocol === "tg:" ? url.searchParams.get("domain") : url.host === "t.me" && url.pathname.slice(1);
  if (path && path.toLowerCase() === botName.toLowerCase()) {
    return { href: `/?start=${encodeURIComponent(url.searchParams.get("start") ?? "")}`, target: "_blank", rel: "noopener" };
  }
  return /^https?:$/.test(url.protocol) ? { href, target: "_blank", rel: "noopener noreferrer" } : { href };
}

function drawCommand(command, onCommand) {
  const button = element("button", { type: "button", className: "command", textContent: command });
  button.addEventListener("click", () => onCommand(command));
  return button;
}
