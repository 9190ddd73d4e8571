// The menu of options: language, appearance, the developers' panel, blocking the bot, and beginning anew.

import { byId, element } from "./elements.js";
import { choose, isChosen, languages, say } from "./language.js";

const appearances = [...byId("appearances").children];
const appearance = () => document.documentElement.dataset.appearance;
let blocked = false;

/**
 * @param {{onLanguage: () => void, onBlock: (blocked: boolean) => void, onReset: () => void}} actions what choices do
 */
export function offerOptions({ onLanguage, onBlock, onReset }) {
  byId("languages").replaceChildren(
    ...languages.map(({ code, name }) => {
      const button = element("button", { type: "button", textContent: name, lang: code });
      button.dataset.language = code;
      button.addEventListener("click", () => {
        choose(code);
        mark();
        onLanguage();
      });
      return button;
    }),
  );
  for (const button of appearances) button.addEventListener("click", () => putOn(button.dataset.appearance));
  byId("block").addEventListener("click", () => {
    byId("more").hidePopover();
    onBlock(!blocked);
  });
  byId("reset").addEventListener("click", () => {
    byId("more").hidePopover();
    byId("question").showModal();
  });
  byId("question").addEventListener("close", ({ target }) => target.returnValue && onReset());
  mark();
}

/** The bot is blocked, or no longer. */
export function noteBlocked(isBlocked) {
  blocked = isBlocked;
  byId("block").querySelector("span").dataset.words = blocked ? "unblock" : "block";
  byId("block").querySelector("span").textContent = say(blocked ? "unblock" : "block");
}

function putOn(chosen) {
  document.documentElement.dataset.appearance = chosen;
  if (chosen) localStorage.setItem("appearance", chosen);
  else localStorage.removeItem("appearance");
  mark();
}

function mark() {
  for (const button of appearances) press(button, button.dataset.appearance === appearance());
  for (const button of byId("languages").children) press(button, isChosen(button.dataset.language));
}

const press = (button, pressed) => button.setAttribute("aria-pressed", String(pressed));
