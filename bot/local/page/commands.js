// The commands menu: opened by its button, or by typing "/", and narrowed by what is typed after it.

import { byId, element } from "./elements.js";

const [menu, commands, text] = ["menu", "commands", "text"].map(byId);
let list = [];
let run = () => {};

/** @param {(command: string) => void} onChoice what to do with the command that was chosen */
export function offerCommands(onChoice) {
  run = onChoice;
}

/** Shows the menu as it is now; whoever looks at it stays there. */
export function setCommands(those) {
  list = those;
  menu.hidden = list.length === 0;
  draw();
  if (!list.length) toggle(false);
}

export function toggle(open) {
  if (!open && commands.contains(document.activeElement)) text.focus();
  commands.hidden = !open;
  menu.setAttribute("aria-expanded", String(open));
}

function draw() {
  const focused = buttons().indexOf(document.activeElement);
  commands.replaceChildren(...matching().map(drawItem));
  if (focused >= 0) (buttons()[focused] ?? text).focus({ preventScroll: true });
}

/** The commands that begin with what was typed; all of them where that is no beginning of a command. */
function matching() {
  const typed = /^\/(\w*)$/.exec(text.value)?.[1].toLowerCase() ?? "";
  return list.filter(({ command }) => command.startsWith(typed));
}

function drawItem({ command, description }) {
  const button = element("button", { type: "button" }, element("b", { textContent: `/${command}` }), ` ${description}`);
  button.addEventListener("click", () => {
    toggle(false);
    if (text.value.startsWith("/")) text.value = "";
    run(`/${command}`);
  });
  return element("li", {}, button);
}

const buttons = () => [...commands.querySelectorAll("button")];

text.addEventListener("input", () => {
  draw();
  toggle(/^\/\w*$/.test(text.value) && matching().length > 0);
});

text.addEventListener("keydown", (event) => {
  if (commands.hidden || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  buttons().at(event.key === "ArrowUp" ? -1 : 0).focus();
});

commands.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = buttons();
  (all[all.indexOf(document.activeElement) + step] ?? text).focus();
});

menu.addEventListener("click", () => {
  toggle(commands.hidden);
  draw();
  if (!commands.hidden) buttons()[0]?.focus();
});

byId("composer").addEventListener("submit", () => toggle(false));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") toggle(false);
});
