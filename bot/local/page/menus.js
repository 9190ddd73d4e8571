// The menus that open over the chat: where they stand, and how the keyboard moves in them.

const GAP = 6; // pixels
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

for (const menu of document.querySelectorAll(".menu")) {
  const opener = document.querySelector(`[popovertarget="${menu.id}"]`);

  menu.addEventListener("toggle", ({ newState }) => {
    opener.setAttribute("aria-expanded", String(newState === "open"));
    if (newState === "open") controls(menu)[0]?.focus({ preventScroll: true });
  });

  menu.addEventListener("beforetoggle", ({ newState }) => {
    if (newState === "open") standBeside(menu, opener.getBoundingClientRect());
  });

  menu.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const all = controls(menu);
    all.at((all.indexOf(document.activeElement) + step) % all.length).focus();
  });
}

window.addEventListener("resize", () => document.querySelector(".menu:popover-open")?.hidePopover());

const controls = (menu) => [...menu.querySelectorAll("a, button, input")].filter((control) => control.checkVisibility());

/** Puts a menu below its button, or above one in the lower half of the page, both ending at the right. */
function standBeside(menu, button) {
  const above = button.top > innerHeight / 2;
  const right = Math.max(GAP, innerWidth - button.right);
  Object.assign(menu.style, {
    right: `${right}px`,
    maxWidth: `min(20rem, ${innerWidth - right - GAP}px)`,
    top: above ? "auto" : `${button.bottom + GAP}px`,
    bottom: above ? `${innerHeight - button.top + GAP}px` : "auto",
  });
}
