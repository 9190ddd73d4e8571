// The language of the person's app: what the bot is told, and what the page itself speaks.

import { recall, remember } from "./identity.js";
import { WORDS } from "./words.js";

const FALLBACK = "en";
const DAY = 24 * 60 * 60 * 1000; // milliseconds

/** The code that goes with everything the person does, such as "km" or "en-GB". */
export let language = recall("language") ?? navigator.language;

const spoken = () => {
  const code = language.split("-")[0];
  return code in WORDS ? code : FALLBACK;
};

/** The languages that can be chosen, each with its own name. */
export const languages = Object.entries(WORDS).map(([code, { language_name: name }]) => ({ code, name }));
export const isChosen = (code) => code === spoken();

export function choose(code) {
  language = code;
  remember("language", code);
  apply();
}

/** Says something in the person's language. */
export function say(key, values = {}) {
  const words = WORDS[spoken()][key] ?? WORDS[FALLBACK][key];
  return words.replace(/{(\w+)}/g, (_, name) => values[name]);
}

/** Puts the words onto everything below `root` that names them. */
export function apply(root = document) {
  document.documentElement.lang = spoken();
  for (const element of root.querySelectorAll("[data-words]")) element.textContent = say(element.dataset.words);
  for (const element of root.querySelectorAll("[data-label]")) setLabel(element, say(element.dataset.label));
  for (const element of root.querySelectorAll("[data-placeholder]")) element.placeholder = say(element.dataset.placeholder);
}

/** Names a control for screen readers, and for those who point at it. */
export function setLabel(element, words) {
  element.setAttribute("aria-label", words);
  if (element.matches("button, a")) element.title = words;
}

/** A time of day. */
export function clock(date, withSeconds = false) {
  const seconds = withSeconds ? { second: "2-digit", hourCycle: "h23" } : {};
  return date.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit", ...seconds });
}

/** A day as people call it. */
export function dayName(date) {
  const days = Math.round((midnight(new Date()) - midnight(date)) / DAY);
  if (days === 0) return say("today");
  if (days === 1) return say("yesterday");
  return date.toLocaleDateString(locale(), { weekday: "long", day: "numeric", month: "long" });
}

/** When the day of a date began. */
export function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** How the language writes dates; the browser's own habits where it is the browser's language. */
function locale() {
  return navigator.language.startsWith(spoken()) ? navigator.language : spoken();
}
