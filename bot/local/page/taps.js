// Taps that wait for their answer: a button is busy until then, also when its message is drawn anew meanwhile.

const LONGEST = 5000; // milliseconds

const taps = new Set(); // each with its button and, once the server has told it, its id
const early = new Set(); // ids of answers that came before the server had told the tap's id

/** Shows a button as busy until the tap is answered; `send` returns the tap's id. */
export async function waitForAnswer(button, send) {
  const tap = { button, id: null };
  taps.add(tap);
  button.setAttribute("aria-busy", "true");
  try {
    tap.id = await send();
    if (early.delete(tap.id)) end(tap);
    else setTimeout(() => end(tap), LONGEST);
  } catch (error) {
    end(tap);
    throw error;
  }
}

/** The bot has answered a tap. */
export function noteAnswered(id) {
  const tap = [...taps].find((candidate) => candidate.id === id);
  if (tap) end(tap);
  else early.add(id);
}

/** A message was drawn anew: who waits goes on waiting on the button that carries the same data, if there is one. */
export function moveTaps(before, after) {
  for (const tap of taps) {
    if (!before.includes(tap.button)) continue;
    tap.button = after.find((button) => button.dataset.data === tap.button.dataset.data) ?? tap.button;
    tap.button.setAttribute("aria-busy", "true");
  }
}

function end(tap) {
  taps.delete(tap);
  if (![...taps].some(({ button }) => button === tap.button)) tap.button.removeAttribute("aria-busy");
}
