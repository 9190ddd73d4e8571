// Where the person looks: at the end of the chat, or at the beginning of a long answer, but never moved while reading.

const NEAR_END = 120; // pixels
const GLIMPSE = 56; // pixels of what came before, left in sight above what is new

const scroller = document.getElementById("scroller");
let acted = false; // the person did something that has no answer yet
let answer = null; // the first message that answers it: reading begins there
let atEnd = true; // the person looks at the end, not at what was before

/** The person did something: what comes next is what they want to see. */
export function expectAnswer() {
  [acted, answer, atEnd] = [true, null, true];
}

/** A new message of the bot stands at the end. */
export function noteAnswer(bubble) {
  if (!acted) return;
  [acted, answer] = [false, bubble];
}

/** Scrolls to what is new: to the end, or as far down as the beginning of a long answer stays in sight. */
export function follow() {
  if (atEnd) scrollDown(answer);
}

/** Redraws a message that was there: shown to who acted, kept in sight for who stands at the very end, else unmoved. */
export function keepPlace(message, redraw) {
  const atVeryEnd = toEnd() < 2;
  redraw();
  if (acted) follow();
  else if (atVeryEnd) scrollDown(message);
}

function scrollDown(beginning) {
  const furthest = beginning ? beginning.offsetTop - GLIMPSE : Infinity;
  scroller.scrollTop = Math.max(scroller.scrollTop, Math.min(furthest, scroller.scrollHeight));
}

function toEnd() {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
}

scroller.addEventListener("scroll", () => {
  atEnd = toEnd() < NEAR_END;
});

window.addEventListener("resize", follow); // a phone's keyboard opened
