// Where the person looks: at the end of the chat, or at the beginning of a long answer, but never moved while reading.

import { byId } from "./elements.js";
import { say, setLabel } from "./language.js";

const NEAR_END = 120; // pixels
const GLIMPSE = 56; // pixels of what came before, left in sight above what is new
const LONGEST_GLIDE = 800; // milliseconds

const scroller = byId("scroller");
const unhurried = matchMedia("(prefers-reduced-motion: no-preference)");
let acted = false; // the person did something that has no answer yet
let answer = null; // the first message that answers it: reading begins there
let atEnd = true; // the person looks at the end, not at what was before
let missed = 0; // messages that came meanwhile
let gliding = 0; // the timer of a movement that is under way: the page's own, not the person's
let goal = 0; // where that leads

/** The person did something: what comes next is what they want to see. */
export function expectAnswer() {
  [acted, answer, atEnd] = [true, null, true];
}

/** A new message stands at the end. */
export function noteMessage(message, isAnswer) {
  if (acted && isAnswer) [acted, answer] = [false, message];
  if (!atEnd) missed += 1;
}

/** Scrolls to what is new: to the end, or as far down as the beginning of a long answer stays in sight. */
export function follow() {
  if (atEnd) scrollDown(answer);
  showWay();
}

/** Redraws a message that was there: shown to who acted, kept in sight for who stands at the very end, else unmoved. */
export function keepPlace(message, redraw) {
  const atVeryEnd = toEnd(gliding ? goal : scroller.scrollTop) < 2;
  redraw();
  if (acted) follow();
  else if (atVeryEnd) scrollDown(message);
}

function scrollDown(beginning) {
  const furthest = beginning ? beginning.offsetTop - GLIMPSE : Infinity;
  const end = scroller.scrollHeight - scroller.clientHeight;
  glide(Math.max(scroller.scrollTop, Math.min(furthest, end)));
}

/** Moves smoothly over what a glance can follow, at once over more. */
function glide(top) {
  const distance = top - scroller.scrollTop;
  if (distance <= 0) return;
  const smooth = unhurried.matches && distance < 2 * scroller.clientHeight && !document.hidden;
  clearTimeout(gliding);
  goal = top;
  gliding = smooth ? setTimeout(arrive, LONGEST_GLIDE) : 0;
  scroller.scrollTo({ top, behavior: smooth ? "smooth" : "instant" });
}

function arrive() {
  clearTimeout(gliding);
  gliding = 0;
  atEnd = toEnd() < NEAR_END;
  showWay();
}

/** Shows the way to the end to who looks elsewhere. */
function showWay() {
  if (atEnd && toEnd() < NEAR_END) missed = 0;
  byId("newest").hidden = gliding ? byId("newest").hidden : toEnd() < NEAR_END;
  const words = missed ? say("unread", { count: missed }) : "";
  byId("unread").hidden = !missed;
  byId("unread").textContent = words;
  setLabel(byId("newest"), words ? `${say("newest")}: ${words}` : say("newest"));
}

function toEnd(top = scroller.scrollTop) {
  return scroller.scrollHeight - top - scroller.clientHeight;
}

scroller.addEventListener("scroll", () => gliding || arrive());
scroller.addEventListener("scrollend", arrive);

byId("newest").addEventListener("click", () => {
  [atEnd, answer] = [true, null];
  scrollDown(null);
  scroller.focus({ preventScroll: true });
});

new ResizeObserver(follow).observe(scroller); // a phone's keyboard opened, or what stands below it grew
