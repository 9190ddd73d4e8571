// A short notice over the chat, said by screen readers too.

import { byId } from "./elements.js";

const LASTS = 3000; // milliseconds at least, and for each character:
const READING_TAKES = 60;

let timer;

export function showToast(words) {
  const toast = byId("toast");
  toast.textContent = words;
  clearTimeout(timer);
  timer = setTimeout(() => (toast.textContent = ""), Math.max(LASTS, READING_TAKES * words.length));
}
